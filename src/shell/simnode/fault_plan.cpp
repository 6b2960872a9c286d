// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/fault_plan.hpp"

#include <chrono>
#include <cstddef>

namespace faultline::simnode {
namespace {

/// Odd, so that no two sequences of one seed are the same.
constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;

}  // namespace

FaultPlan::FaultPlan(const std::vector<FaultRule>& rules, std::uint64_t seed) {
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
        figures_.emplace_back(seed ^ (kSpread * (kind + 1)));
    }
    std::array<std::size_t, kFaultKinds> same_kind{};
    for (const FaultRule& rule : rules) {
        const auto kind = static_cast<std::size_t>(rule.kind);
        const std::uint64_t number = kFaultKinds * ++same_kind.at(kind) + kind + 1;
        streams_.push_back({.rule = rule, .random = runtime::Random(seed ^ (kSpread * number))});
    }
}

bool FaultPlan::strikes(FaultKind kind, eth::BlockNum head) {
    bool struck = false;
    for (Stream& stream : streams_) {
        const FaultRule& rule = stream.rule;
        if (rule.kind == kind && head >= rule.from && head <= rule.to) {
            struck = stream.random.chance(rule.rate) || struck;
        }
    }
    counts_.at(static_cast<std::size_t>(kind)) += struck ? 1 : 0;
    return struck;
}

std::uint64_t FaultPlan::between(FaultKind kind, std::uint64_t low, std::uint64_t high) {
    return figures_.at(static_cast<std::size_t>(kind)).between(low, high);
}

Duration FaultPlan::between_ms(FaultKind kind, std::uint64_t low_ms, std::uint64_t high_ms) {
    return std::chrono::milliseconds(between(kind, low_ms, high_ms));
}

}  // namespace faultline::simnode
