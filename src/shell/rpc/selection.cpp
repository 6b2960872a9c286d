// SPDX-License-Identifier: Apache-2.0
#include "selection.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <tuple>

namespace faultline::rpc {
namespace {

/// Smaller is better.
auto pinned_order(const Candidate& one) {
    return std::tuple(
        fitness(one), one.failing, !one.holds, one.role, !one.favoured, !one.leads, one.typical
    );
}

auto wide_order(const Candidate& one) {
    return std::tuple(
        fitness(one), one.failing, !one.favoured, one.role, one.in_flight, one.typical
    );
}

}  // namespace

Fitness fitness(const Candidate& candidate) {
    if (candidate.excluded || candidate.wait > kLongestBudgetWait) {
        return Fitness::kNever;
    }
    if (candidate.shut_out) {
        return Fitness::kShutOut;
    }
    if (candidate.unfit) {
        return Fitness::kUnfit;
    }
    return candidate.wait > Duration::zero() ? Fitness::kAfterPause : Fitness::kReady;
}

std::optional<std::size_t> select(std::span<const Candidate> candidates, const Demand& demand) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& one = candidates[i];
        if (fitness(one) > demand.worst || (one.role == Role::kVerifyOnly && !demand.may_verify)) {
            continue;
        }
        const bool better =
            !best || (demand.wide ? wide_order(one) < wide_order(candidates[*best])
                                  : pinned_order(one) < pinned_order(candidates[*best]));
        if (better) {
            best = i;
        }
    }
    return best;
}

}  // namespace faultline::rpc
