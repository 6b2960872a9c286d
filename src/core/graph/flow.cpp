// SPDX-License-Identifier: Apache-2.0
#include "core/graph/flow.hpp"

#include "core/graph/standing.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/u256.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>

namespace faultline::graph {
namespace {

/// Of a cycle that keeps nine tenths each time, 2e-12 are left after as many.
constexpr std::size_t kRounds = 256;

}  // namespace

void add_to(U256& sum, const U256& more) {
    const std::optional<U256> both = checked_add(sum, more);
    FAULTLINE_ASSERT(both.has_value());
    sum = *both;
}

Mass& operator+=(Mass& sum, const Mass& more) {
    add_to(sum.proven, more.proven);
    add_to(sum.claimed, more.claimed);
    return sum;
}

void Split::add(const U256& weight, bool preferred) {
    shares_.push_back({.weight = weight, .cut_off = {}, .preferred = preferred});
}

std::span<const U256> Split::of(const U256& mass, const U256& weights) {
    parts_.clear();
    U256 left = mass;
    for (Share& share : shares_) {
        const std::optional<U256> part = mul_div_floor(mass, share.weight, weights);
        FAULTLINE_ASSERT(part.has_value());
        // Below `weights`, so what wraps around on the way does not matter.
        share.cut_off =
            wrapping_sub(wrapping_mul(mass, share.weight), wrapping_mul(*part, weights));
        left = wrapping_sub(left, *part);
        parts_.push_back(*part);
    }
    if (left.is_zero()) {
        return parts_;
    }
    order_.resize(shares_.size());
    std::iota(order_.begin(), order_.end(), 0);
    std::ranges::sort(order_, [this](std::size_t a, std::size_t b) {
        const auto rank = [](const Share& share) {
            return std::tuple(!share.cut_off.is_zero(), share.preferred, share.cut_off);
        };
        const auto order = rank(shares_[a]) <=> rank(shares_[b]);
        return order == 0 ? a < b : order > 0;
    });
    FAULTLINE_ASSERT(left < U256(shares_.size()));
    for (std::size_t i = 0; i < left.low_u64(); ++i) {
        add_to(parts_[order_[i]], 1);
    }
    return parts_;
}

Flow::Flow(const Standing& standing, bool follow_claimed)
    : standing_(standing),
      follow_claimed_(follow_claimed),
      mass_(standing.states().size()),
      arriving_(standing.states().size()),
      ended_(standing.states().size()),
      passed_(standing.states().size()),
      rests_(standing.states().size(), Rest::kNot),
      queued_(standing.states().size(), 0) {}

void Flow::add(StateIndex state, const Mass& mass) {
    if (mass.is_zero()) {
        return;
    }
    mass_[state] += mass;
    const std::uint32_t component = standing_.states()[state].component;
    // Components have no more numbers than states.
    if (queued_[component] == 0) {
        queued_[component] = 1;
        waiting_.push(component);
    }
}

void Flow::run(std::span<const Touching> absorbing) {
    for (const StateIndex state : touched_) {
        ended_[state] = {};
        passed_[state] = {};
    }
    touched_.clear();
    absorbed_ = {};
    circular_ = {};
    for (const Touching& touching : absorbing) {
        rests_[touching.state] = touching.claimed ? Rest::kClaimed : Rest::kProven;
    }
    while (!waiting_.empty()) {
        const std::uint32_t component = waiting_.top();
        waiting_.pop();
        queued_[component] = 0;
        run_component(component);
    }
    for (const Touching& touching : absorbing) {
        rests_[touching.state] = Rest::kNot;
    }
    std::ranges::sort(touched_);
    const auto again = std::ranges::unique(touched_);
    touched_.erase(again.begin(), again.end());
}

bool Flow::is_cyclic(std::uint32_t component) const {
    const std::span<const StateIndex> members = standing_.members(component);
    return members.size() > 1 ||
           std::ranges::any_of(standing_.states()[members.front()].exits, [](const Exit& exit) {
               return !exit.leaves;
           });
}

void Flow::run_component(std::uint32_t component) {
    const std::span<const StateIndex> members = standing_.members(component);
    if (is_cyclic(component)) {
        run_cycle(members);
    } else {
        leave(members.front());
    }
}

/// Whether a cycle does not keep everything that comes into it.
bool Flow::has_way_out(std::span<const StateIndex> members) {
    return std::ranges::any_of(members, [this](StateIndex state) {
        if (rests_[state] != Rest::kNot) {
            return true;
        }
        ways(state, ways_);
        return ways_.exits.empty() ||
               std::ranges::any_of(ways_.exits, [](const Exit* exit) { return exit->leaves; });
    });
}

void Flow::run_cycle(std::span<const StateIndex> members) {
    // Even without a way out, so that all that it passes is seen.
    const std::size_t rounds = members.size() + (has_way_out(members) ? kRounds : 0);
    bool moves = true;
    for (std::size_t round = 0; round < rounds && moves; ++round) {
        for (const StateIndex state : members) {
            leave(state);
        }
        moves = false;
        for (const StateIndex state : members) {
            moves = moves || !arriving_[state].is_zero();
            mass_[state] = arriving_[state];
            arriving_[state] = {};
        }
    }
    for (const StateIndex state : members) {
        if (!mass_[state].is_zero()) {
            touched_.push_back(state);
            add_to(circular_, mass_[state].sum());
            mass_[state] = {};
        }
    }
}

void Flow::absorb(StateIndex state, const Mass& mass) {
    if (rests_[state] == Rest::kProven) {
        absorbed_ += mass;
    } else {
        add_to(absorbed_.claimed, mass.sum());
    }
}

void Flow::ways(StateIndex state, Ways& out) const {
    out.exits.clear();
    out.weights = {};
    const State& from = standing_.states()[state];
    if (from.cut) {
        return;
    }
    const auto followed = [this](const Exit& exit) {
        return follows(exit);
    };
    if (std::ranges::count_if(from.exits, followed) == 1) {
        out.exits.push_back(&*std::ranges::find_if(from.exits, followed));
        out.weights = 1;
        return;
    }
    for (const Exit& exit : from.exits) {
        if (!follows(exit) || !exit.weighed || exit.weight.is_zero()) {
            continue;
        }
        // A weight with which the sum would not fit is no price of anything.
        if (const std::optional<U256> sum = checked_add(out.weights, exit.weight)) {
            out.weights = *sum;
            out.exits.push_back(&exit);
        }
    }
}

void Flow::leave(StateIndex state) {
    const Mass mass = mass_[state];
    if (mass.is_zero()) {
        return;
    }
    mass_[state] = {};
    touched_.push_back(state);
    passed_[state].proven = wrapping_add(passed_[state].proven, mass.proven);
    passed_[state].claimed = wrapping_add(passed_[state].claimed, mass.claimed);
    if (rests_[state] != Rest::kNot) {
        absorb(state, mass);
        return;
    }
    ways(state, ways_);
    if (ways_.exits.empty()) {
        ended_[state] += mass;
        return;
    }
    if (ways_.exits.size() == 1) {
        move(*ways_.exits.front(), mass.proven, false);
        move(*ways_.exits.front(), mass.claimed, true);
        return;
    }
    split_.begin();
    for (const Exit* exit : ways_.exits) {
        split_.add(exit->weight, exit->leaves);
    }
    for (const bool claimed : {false, true}) {
        const U256& usd = claimed ? mass.claimed : mass.proven;
        if (usd.is_zero()) {
            continue;
        }
        const std::span<const U256> parts = split_.of(usd, ways_.weights);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            move(*ways_.exits[i], parts[i], claimed);
        }
    }
}

void Flow::move(const Exit& exit, const U256& usd, bool claimed) {
    if (usd.is_zero()) {
        return;
    }
    Mass mass;
    mass.of(claimed || exit.claimed) = usd;
    if (exit.leaves) {
        add(exit.to, mass);
    } else {
        arriving_[exit.to] += mass;
    }
}

}  // namespace faultline::graph
