// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace faultline::rpc {

/// How one endpoint stands before one question.
struct Candidate {
    Role role = Role::kPrimary;
    bool excluded = false;  ///< Asked already, of another chain, quarantined.
    bool shut_out = false;  ///< Its breaker is open.
    bool unfit = false;     ///< Behind the block asked for, or refused such questions lately.
    Duration wait{};        ///< For its budget.
    bool holds = false;     ///< Has shown the block asked for.
    bool failing = false;   ///< At this kind of question: asked after others.
    bool favoured = false;  ///< Served what belongs together with this.
    bool leads = false;     ///< The one that is asked while nothing speaks against it.
    std::size_t in_flight = 0;
    Duration typical{};  ///< Of its answers to such questions.
};

/// How good an endpoint is for a question; the first decides.
enum class Fitness : std::uint8_t {
    kReady,
    kAfterPause,  ///< Ready after a short wait for its budget.
    kUnfit,
    kShutOut,
    kNever,  ///< Not to be asked, or only after a long pause.
};

/// Longer than this no question waits for a budget.
inline constexpr Duration kLongestBudgetWait = std::chrono::seconds(10);

Fitness fitness(const Candidate& candidate);

struct Demand {
    Fitness worst = Fitness::kShutOut;  ///< Nothing worse is taken.
    bool wide = false;                  ///< A range: spread over the endpoints by what they do now.
    bool may_verify = false;            ///< Verify-only endpoints count.
};

/// The best endpoint for a question; equal ones in the order of the configuration.
std::optional<std::size_t> select(std::span<const Candidate> candidates, const Demand& demand);

}  // namespace faultline::rpc
