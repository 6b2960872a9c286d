// SPDX-License-Identifier: Apache-2.0
// View calls: batches, and smaller ones where a batch is too much.
#include "json_decode.hpp"
#include "json_encode.hpp"
#include "json_reply.hpp"
#include "json_rpc_node.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace faultline::rpc {

struct JsonRpcNode::ReadRound {
    using Group = std::vector<std::size_t>;

    Hash32 block;
    std::span<const eth::Read> reads;
    std::vector<eth::ReadAnswer> answers;
    std::vector<Group> pending;  ///< The last one is asked next.

    void has_no_answer(std::size_t read) {
        answers[read] = {.read = reads[read], .outcome = eth::ReadOutcome::kNoAnswer, .result = {}};
    }

    /// @pre !group.empty()
    void halve(const Group& group) {
        const auto middle = group.begin() + static_cast<std::ptrdiff_t>((group.size() + 1) / 2);
        if (middle != group.end()) {
            pending.emplace_back(middle, group.end());
        }
        pending.emplace_back(group.begin(), middle);
    }
};

runtime::Task<Result<std::vector<eth::ReadAnswer>>> JsonRpcNode::reads(
    Hash32 block, std::vector<eth::Read> reads
) {
    ReadRound round{
        .block = block,
        .reads = reads,
        .answers = std::vector<eth::ReadAnswer>(reads.size()),
        .pending = {},
    };
    for (std::size_t first = 0; first < reads.size(); first += options_.max_batch) {
        const std::size_t end = std::min(first + options_.max_batch, reads.size());
        ReadRound::Group group;
        for (std::size_t i = first; i < end; ++i) {
            group.push_back(i);
        }
        round.pending.push_back(std::move(group));
    }
    std::ranges::reverse(round.pending);
    // Ends: what is asked again is asked in smaller groups.
    while (!round.pending.empty()) {
        ReadRound::Group group = std::move(round.pending.back());
        round.pending.pop_back();
        FAULTLINE_CO_TRY_VOID(co_await read_group(round, std::move(group)));
    }
    co_return std::move(round.answers);
}

runtime::Task<Result<void>> JsonRpcNode::read_group(
    ReadRound& round, std::vector<std::size_t> group
) {
    std::vector<eth::Read> asked;
    std::vector<Call> calls;
    for (const std::size_t read : group) {
        asked.push_back(round.reads[read]);
        calls.push_back(view_call(round.block, round.reads[read]));
    }
    Unsettled unsettled;
    Decoder<std::vector<eth::ReadAnswer>> decode = [&asked, &unsettled](const Exchange& exchange) {
        return decode_reads(exchange, asked, &unsettled);
    };
    bool heard = false;
    auto answers = co_await ask(std::move(calls), std::move(decode), &heard);
    const bool single = group.size() == 1;
    if (!answers) {
        if (answers.error().code() != Code::kRejected || (single && heard)) {
            co_return std::move(answers).error();
        }
        // Together too large for us or for the node, or too many; alone, too large for us.
        if (single) {
            round.has_no_answer(group.front());
        } else {
            round.halve(group);
        }
        co_return Result<void>();
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        round.answers[group[i]] = std::move((*answers)[i]);
    }
    if (!single && !unsettled.crowded.empty()) {
        ReadRound::Group again;
        for (const std::size_t place : unsettled.crowded) {
            again.push_back(group[place]);
        }
        round.halve(again);
    }
    co_return Result<void>();
}

}  // namespace faultline::rpc
