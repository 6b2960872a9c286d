// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>
#include <faultline/shell/tape/source.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::tape {

TapeSource::TapeSource(
    std::unique_ptr<LineReader> reader, const chain::AppliedChain& applied, SourceOptions options
)
    : reader_(std::move(reader)),
      applied_(applied),
      options_(std::move(options)),
      decoded_(options_.filter) {
    if (options_.feeds != nullptr) {
        decoded_ = decoded_.joined(eth::LogFilter::of_topics({RecordedFeeds::topic0()}));
    }
}

runtime::Task<Result<eth::ChainEvent>> TapeSource::next() {
    if (under_way_) {
        if (options_.on_committed) {
            options_.on_committed(*under_way_);
        }
        under_way_.reset();
    }
    co_return read();
}

Result<eth::ChainEvent> TapeSource::read() {
    FAULTLINE_TRY(const std::optional<Line> line, reader_->next());
    if (!line) {
        ended_ = true;
        return Error(Code::kMissing, "the tape has ended");
    }
    return line->kind == LineKind::kReverted ? revert(line->json) : apply(line->json);
}

Result<eth::ChainEvent> TapeSource::apply(std::string_view json) {
    auto recorded = rpc::decode_recorded_block(json, decoded_);
    if (!recorded) {
        return wrong(std::move(recorded).error());
    }
    const eth::Header& header = recorded->header;
    const std::optional<eth::BlockRef> tip = applied_.tip();
    if (tip && (header.parent != tip->hash || header.ref.number != tip->number + 1)) {
        return wrong(
            "block " + header.ref.text() + " is no child of block " + tip->text() +
            ", the last one before it"
        );
    }
    eth::Block block;
    block.header = header;
    if (options_.feeds != nullptr) {
        options_.feeds->apply(*recorded);
    }
    block.logs = wanted(std::move(recorded->logs));
    block.reads = std::move(recorded->calls);
    block.evidence = recorded->evidence;
    block.live = recorded->live;
    answer_reads(block);
    counts_.logs += block.logs.size();
    counts_.all_logs += recorded->all_logs;
    ++counts_.applied;
    reverting_ = false;
    under_way_ = *std::move(recorded);
    return eth::ChainEvent(eth::Applied{std::move(block)});
}

/// Without those that only the feeds are told by.
eth::LogList TapeSource::wanted(eth::LogList logs) const {
    if (decoded_.clauses() == options_.filter.clauses()) {
        return logs;
    }
    eth::LogList out;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        if (options_.filter.wants(log)) {
            out.add(log);
        }
    }
    return out;
}

/// One answer may call for another question, so this goes on while answers come.
void TapeSource::answer_reads(eth::Block& block) const {
    for (;;) {
        const std::vector<eth::Read> reads = applied_.plan_reads(block);
        std::size_t answered = 0;
        for (const eth::Read& read : reads) {
            auto answer = options_.feeds == nullptr ? std::nullopt : options_.feeds->answer(read);
            if (!answer && options_.answer) {
                answer = options_.answer(read);
            }
            if (answer && !block.made(read)) {
                block.reads.push_back(*std::move(answer));
                ++answered;
            }
        }
        if (answered != 0) {
            continue;
        }
        for (const eth::Read& read : reads) {
            if (options_.on_hole) {
                options_.on_hole(read, block.ref());
            }
        }
        return;
    }
}

Result<eth::ChainEvent> TapeSource::revert(std::string_view json) {
    auto ref = rpc::decode_recorded_revert(json);
    if (!ref) {
        return wrong(std::move(ref).error());
    }
    const std::optional<eth::BlockRef> tip = applied_.tip();
    if (!tip || *ref != *tip) {
        return wrong(
            "block " + ref->text() + " is taken back, and the last one before it is " +
            (tip ? tip->text() : "none")
        );
    }
    ++counts_.reverted;
    if (options_.feeds != nullptr) {
        options_.feeds->revert();
    }
    counts_.reorgs += reverting_ ? 0 : 1;
    reverting_ = true;
    return eth::ChainEvent(eth::Reverted{*ref});
}

Error TapeSource::wrong(Error error) const {
    return Error(Code::kInvalid, reader_->place() + ": " + error.message())
        .advise("copy or record the tape again");
}

Error TapeSource::wrong(std::string what) const {
    return wrong(Error(Code::kInvalid, std::move(what)));
}

}  // namespace faultline::tape
