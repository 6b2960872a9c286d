// SPDX-License-Identifier: Apache-2.0
// What stands in for a node where a tape with cToken markets has no answer.
#pragma once

#include "core/protocols/compound_v2/view_calls.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

using compound_v2::find_view;
using compound_v2::View;

inline constexpr const char* kTape = "compoundv2-s1";

inline void append(Bytes& result, const U256& value) {
    const auto word = value.to_be_bytes();
    result.insert(result.end(), word.begin(), word.end());
}

/// What a follower of the same block says that the contracts answer.
inline eth::ReadAnswer by_rows(
    const ProtocolReplay& replay, protocol::At at, const eth::Read& read
) {
    eth::ReadAnswer answer{.read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}};
    const auto ours = replay.protocol().views(at, protocol::Trust::kWithhold)->answer(read);
    if (!ours || !ours->ok()) {
        return answer;
    }
    answer.outcome = eth::ReadOutcome::kReturned;
    if (ours->value.array) {
        append(answer.result, U256(32));
    }
    for (const auto& word : ours->value.words) {
        append(answer.result, *word);
    }
    return answer;
}

/// Answers as the contracts did at that block. What the tape did not ask (models' parameters,
/// underlyings) is answered from the folded rows and the manifest.
class ToldNode {
  public:
    ToldNode(const ProtocolReplay& replay, const rpc::RecordedBlock& block)
        : replay_(replay),
          underlyings_(replay.manifest()),
          at_{.number = block.header.ref.number, .timestamp = block.header.timestamp} {
        for (const rpc::RecordedView& truth : block.truth) {
            told_.emplace(truth.answer.read, truth.answer);
        }
        for (const ledger::RowChange& row : replay.dump()) {
            if (row.table == 0x0506) {
                models_.emplace(
                    must(ledger::decode<compound_v2::ContractKey>(row.key)).contract,
                    must(ledger::decode<compound_v2::ModelRow>(*row.after))
                );
            }
        }
    }

    std::vector<eth::ReadAnswer> answer(const std::vector<eth::Read>& reads) {
        std::vector<eth::ReadAnswer> out;
        for (const eth::Read& read : reads) {
            const auto found = told_.find(read);
            if (found != told_.end()) {
                out.push_back(found->second);
                ++from_truth;
            } else {
                out.push_back(other(read));
                ++by_ours[compound_v2::call_text(read.data)];
            }
        }
        return out;
    }

    std::size_t from_truth = 0;
    std::map<std::string, std::size_t> by_ours;  ///< Calls that the tape did not ask.

  private:
    eth::ReadAnswer other(const eth::Read& read) const {
        if (auto token = underlyings_.answer(read)) {
            return *std::move(token);
        }
        const auto model = models_.find(read.to);
        if (model == models_.end()) {
            return by_rows(replay_, at_, read);
        }
        eth::ReadAnswer answer{.read = read, .outcome = eth::ReadOutcome::kReturned, .result = {}};
        const compound_v2::ModelRow& row = model->second;
        const auto* const view = find_view(read.data);
        if (view == nullptr) {
            answer.outcome = eth::ReadOutcome::kReverted;
            return answer;
        }
        switch (view->view) {
            case View::kBaseRate:
                append(answer.result, row.base_wad);
                break;
            case View::kMultiplier:
                append(answer.result, row.multiplier_wad);
                break;
            case View::kJumpMultiplier:
                answer.outcome = eth::outcome_of(!row.jumps);
                append(answer.result, row.jump_multiplier_wad);
                break;
            case View::kKink:
                answer.outcome = eth::outcome_of(!row.jumps);
                append(answer.result, row.kink_wad);
                break;
            default:
                answer.outcome = eth::ReadOutcome::kReverted;  // No model of Dai's is on the tape.
                break;
        }
        return answer;
    }

    const ProtocolReplay& replay_;
    Underlyings underlyings_;
    protocol::At at_;
    std::map<eth::Read, eth::ReadAnswer> told_;
    std::map<Address, compound_v2::ModelRow> models_;
};

inline std::vector<protocol::Holder> holders_of(const ProtocolReplay& replay) {
    return replay.protocol().holders_after(0, std::nullopt, 10'000);
}

/// The n-th block of the workload whose views were recorded, folded.
inline rpc::RecordedBlock sampled(ProtocolReplay& replay, std::size_t n) {
    constexpr std::size_t kWorkload = 600;  // Answers, once there are accounts.
    while (auto block = replay.next()) {
        replay.apply(*block);
        if (block->truth.size() > kWorkload && n-- == 0) {
            return *block;
        }
    }
    throw std::runtime_error("no such sample");
}

/// Follows the tape from its beginning, a block ahead of a replay that it answers for the
/// contracts.
class Leader {
  public:
    /// The n-th sample of the workload.
    rpc::RecordedBlock begin(std::size_t n) { return sampled(of_.replay, n); }

    /// That block, too.
    void follow(const eth::BlockRef& block) {
        const auto next = of_.replay.next();
        REQUIRE(next);
        REQUIRE(next->header.ref == block);
        of_.replay.apply(*next);
        now_ = *next;
    }

    /// nullopt before it is asked to follow, and to what `answered` leaves out.
    [[nodiscard]] std::optional<eth::ReadAnswer> answer(
        const eth::Read& asked, const std::set<View>& answered
    ) const {
        const auto* const known = find_view(asked.data);
        const View view = known == nullptr ? View::kNone : known->view;
        if (!now_ || !answered.contains(view)) {
            return std::nullopt;
        }
        if (kOfModels.contains(view)) {
            return ToldNode(of_.replay, *now_).answer({asked}).front();
        }
        const protocol::At at{
            .number = now_->header.ref.number, .timestamp = now_->header.timestamp
        };
        return by_rows(of_.replay, at, asked);
    }

    [[nodiscard]] const ProtocolReplay& replay() const { return of_.replay; }

    inline static const std::set<View> kOfModels{
        View::kBaseRate, View::kMultiplier, View::kJumpMultiplier, View::kKink, View::kSavingsRate
    };

  private:
    CTokenReplay of_{kTape};
    std::optional<rpc::RecordedBlock> now_;
};

}  // namespace faultline::tests
