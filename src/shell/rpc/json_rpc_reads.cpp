// SPDX-License-Identifier: Apache-2.0
// View calls: batches, and smaller ones where a batch is too much.
#include "json_decode.hpp"
#include "json_encode.hpp"
#include "json_reply.hpp"
#include "json_rpc_node.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
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
    Duration slowest{};
    bool answered = false;  ///< The endpoint answers view calls at this block.

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

JsonRpcNode::ReadRound JsonRpcNode::divided(Hash32 block, std::span<const eth::Read> reads) const {
    ReadRound round{
        .block = block,
        .reads = reads,
        .answers = std::vector<eth::ReadAnswer>(reads.size()),
        .pending = {},
    };
    ReadRound::Group group;
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (slow_.contains(reads[i])) {
            round.pending.push_back({i});
            continue;
        }
        group.push_back(i);
        if (group.size() == reads_at_once_) {
            round.pending.push_back(std::exchange(group, {}));
        }
    }
    if (!group.empty()) {
        round.pending.push_back(std::move(group));
    }
    return round;
}

runtime::Task<Result<std::vector<eth::ReadAnswer>>> JsonRpcNode::reads(
    Hash32 block, std::vector<eth::Read> reads
) {
    ReadRound round = divided(block, reads);
    // Ends: what is asked again is asked in smaller groups.
    while (!round.pending.empty()) {
        ReadRound::Group group = std::move(round.pending.back());
        round.pending.pop_back();
        FAULTLINE_CO_TRY_VOID(co_await read_group(round, std::move(group)));
    }
    // Of twice as many calls a batch may take twice as long.
    if (round.slowest < options_.request_timeout / 4) {
        reads_at_once_ = std::min(options_.max_batch, reads_at_once_ * 2);
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
    const Instant began = clock_.now();
    auto answers = co_await ask(std::move(calls), std::move(decode), &heard);
    const Duration took = clock_.now() - began;
    if (!answers) {
        const bool ours = !heard && answers.error().code() == Code::kRejected;
        if (ours && group.size() == 1) {
            round.has_no_answer(group.front());
            co_return Result<void>();
        }
        const bool too_late = !heard && took >= options_.request_timeout;
        co_return co_await read_less(round, group, std::move(answers).error(), too_late);
    }
    round.slowest = std::max(round.slowest, group.size() > 1 ? took : Duration::zero());
    co_return take(round, group, *std::move(answers), unsettled);
}

Result<void> JsonRpcNode::take(
    ReadRound& round,
    const std::vector<std::size_t>& group,
    std::vector<eth::ReadAnswer> answers,
    const Unsettled& unsettled
) {
    bool first_time = false;
    for (const std::size_t place : unsettled.late) {
        first_time = slow_again(answers[place].read) == 1 || first_time;
    }
    if (first_time && unsettled.why_late) {
        return named(*unsettled.why_late);
    }
    round.answered = true;
    if (group.size() == 1 && unsettled.late.empty()) {
        slow_.erase(answers.front().read);
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        round.answers[group[i]] = std::move(answers[i]);
    }
    if (group.size() > 1 && !unsettled.crowded.empty()) {
        ReadRound::Group again;
        for (const std::size_t place : unsettled.crowded) {
            again.push_back(group[place]);
        }
        round.halve(again);
    }
    return {};
}

runtime::Task<Result<void>> JsonRpcNode::read_less(
    ReadRound& round, const std::vector<std::size_t>& group, Error failure, bool too_late
) {
    /// A connection that hangs now and then is no word about the call.
    constexpr int kTriesAlone = 4;
    const bool single = group.size() == 1;
    if (!single && failure.code() == Code::kRejected) {
        // Together too large, for us or for the node, or too many.
        round.halve(group);
        co_return Result<void>();
    }
    if (too_late && !single) {
        // For the next try: an endpoint that is down is not to be waited for once more now.
        reads_at_once_ = std::min(reads_at_once_, group.size() / 2);
    }
    if (!too_late || !single || slow_again(round.reads[group.front()]) < kTriesAlone) {
        co_return failure;
    }
    // Alone, time and again. It has no answer if it is the call and not the endpoint.
    round.answered = round.answered || co_await answers_calls(round.block);
    if (!round.answered) {
        co_return failure;
    }
    round.has_no_answer(group.front());
    co_return Result<void>();
}

runtime::Task<bool> JsonRpcNode::answers_calls(Hash32 block) {
    const std::vector<eth::Read> nothing(1);
    Decoder<std::vector<eth::ReadAnswer>> decode = [&nothing](const Exchange& exchange) {
        return decode_reads(exchange, nothing);
    };
    const auto answer = co_await ask(one(view_call(block, nothing.front())), std::move(decode));
    co_return answer.has_value();
}

int JsonRpcNode::slow_again(const eth::Read& read) {
    constexpr std::size_t kMostSlow = 1024;
    if (slow_.size() >= kMostSlow && !slow_.contains(read)) {
        slow_.clear();
    }
    return ++slow_[read];
}

}  // namespace faultline::rpc
