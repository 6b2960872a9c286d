// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/raw_block.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/tape/encode.hpp>

#include <algorithm>
#include <app/recording_source.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::app {

RecordingSource::RecordingSource(RecordingOptions options, RecordingParts parts)
    : options_(std::move(options)), parts_(std::move(parts)) {}

runtime::Task<Result<eth::ChainEvent>> RecordingSource::next() {
    if (under_way_) {
        const eth::BlockNum number = under_way_->ref().number;
        FAULTLINE_CO_TRY_VOID(co_await write(*std::move(under_way_)));
        under_way_.reset();
        if (options_.to && number >= *options_.to) {
            ended_ = true;
            co_return Error(Code::kMissing, "recorded to the end");
        }
    }
    FAULTLINE_CO_TRY(eth::ChainEvent event, co_await parts_.source.next());
    if (const auto* applied = std::get_if<eth::Applied>(&event)) {
        under_way_ = applied->block;
    } else {
        FAULTLINE_CO_TRY_VOID(
            parts_.tape.write(tape::reverted_line(std::get<eth::Reverted>(event).ref))
        );
    }
    co_return event;
}

runtime::Task<Result<void>> RecordingSource::write(eth::Block block) {
    std::vector<rpc::RecordedView> truth;
    live_blocks_ += block.live ? 1 : 0;
    if (block.live && options_.truth_every != 0 && live_blocks_ % options_.truth_every == 0) {
        truth = co_await ask_truth(block.ref());
    }
    std::string header = tape::header_json(block.header);
    std::string logs = tape::logs_json(block.logs, block.header);
    // What was folded is what is replayed: the node's own words are taken when they mean the same.
    auto raw = co_await rpc::fetch_raw_block(
        parts_.endpoint, parts_.http, parts_.clock, block.ref().hash, options_.filter
    );
    if (raw && raw->block.header == block.header && raw->block.logs == block.logs) {
        header = std::move(raw->header);
        logs = std::move(raw->logs);
    } else {
        parts_.log.warn(
            "recorded_in_short",
            "The node no longer tells all of the block's header; written with what was folded: " +
                (raw ? std::string("it tells something else now") : raw.error().message()),
            {{"block", block.ref().number}}
        );
    }
    ++blocks_;
    truths_ += truth.size();
    co_return parts_.tape.write(tape::applied_line(header, logs, block, truth));
}

/// Truth is an extra: a block whose truth cannot be had is written without.
runtime::Task<std::vector<rpc::RecordedView>> RecordingSource::ask_truth(eth::BlockRef at) {
    std::vector<rpc::RecordedView> views = truth_to_ask();
    std::vector<eth::Read> reads;
    reads.reserve(views.size());
    for (const rpc::RecordedView& view : views) {
        reads.push_back(view.answer.read);
    }
    auto answers = co_await parts_.node.reads(at.hash, reads);
    if (!answers || !std::ranges::equal(*answers, reads, {}, &eth::ReadAnswer::read)) {
        parts_.log.warn(
            "truth_missing",
            "The truth of a block could not be read; it is written without: " +
                (answers ? std::string("the answers are not to what was asked")
                         : answers.error().message()),
            {{"block", at.number}}
        );
        co_return std::vector<rpc::RecordedView>();
    }
    for (std::size_t i = 0; i < views.size(); ++i) {
        views[i].answer = std::move((*answers)[i]);
    }
    co_return views;
}

/// What audits ask of everyone, and of every part.
std::vector<rpc::RecordedView> RecordingSource::truth_to_ask() const {
    const protocol::Protocols& protocols = parts_.engine.fold().protocols();
    std::vector<rpc::RecordedView> views;
    const auto add = [&](const protocol::Protocol& protocol, const protocol::Subject& subject) {
        for (eth::Read& read : protocol.audit_reads(subject)) {
            const std::string call = protocols.call_name(read.data);
            views.push_back(
                {.answer =
                     {.read = std::move(read), .outcome = eth::ReadOutcome::kReturned, .result = {}
                     },
                 .label = std::string(protocol.family()) + "." + call.substr(0, call.find('(')) +
                          ":" + subject.holder.account.hex()}
            );
        }
    };
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = protocols.of(market);
        for (const protocol::Subject& part : protocol.parts(market)) {
            add(protocol, part);
        }
        const std::size_t all = protocol.holders(market);
        for (const protocol::Holder& holder : protocol.holders_after(market, std::nullopt, all)) {
            add(protocol,
                {.market = market, .kind = protocol::SubjectKind::kAccount, .holder = holder});
        }
    }
    return views;
}

}  // namespace faultline::app
