// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/kept_source.hpp>
#include <optional>
#include <string>
#include <utility>

namespace faultline::app {

runtime::Task<Result<eth::ChainEvent>> KeptSource::next() {
    co_return read();
}

Result<eth::ChainEvent> KeptSource::read() {
    const std::optional<eth::BlockRef> tip = applied_.tip();
    if (tip && tip->number >= next_) {
        return eth::ChainEvent(eth::Reverted{*tip});
    }
    if (next_ > range_.last) {
        ended_ = true;
        return Error(Code::kMissing, "the range has ended");
    }
    auto block = engine::kept_block(store_, next_);
    if (!block && block.error().code() == Code::kMissing) {
        return Error(Code::kInvalid, block.error().detail())
            .advise(
                "replay a range on one side of it; a number in keep_raw_blocks leaves out what was "
                "not followed live"
            );
    }
    if (!block) {
        return std::move(block).error();
    }
    if (tip && block->header.parent != tip->hash) {
        return Error(
                   Code::kCorrupt,
                   "the copy of block " + block->ref().text() + " is no child of block " +
                       tip->text()
        )
            .advise("replay a range that begins with it");
    }
    ++next_;
    logs_ += block->logs.size();
    progress_.at(block->ref());
    return eth::ChainEvent(eth::Applied{*std::move(block)});
}

}  // namespace faultline::app
