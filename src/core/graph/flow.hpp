// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/standing.hpp"

#include <faultline/base/u256.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <vector>

namespace faultline::graph {

/// sum += more, of parts of one U256, which therefore cannot overflow: that is asserted.
void add_to(U256& sum, const U256& more);

/// Usd that came by proven edges only, and that which came by a claimed one.
struct Mass {
    U256 proven;
    U256 claimed;
    bool operator==(const Mass&) const = default;

    U256& of(bool by_claim) { return by_claim ? claimed : proven; }

    [[nodiscard]] bool is_zero() const { return proven.is_zero() && claimed.is_zero(); }

    [[nodiscard]] U256 sum() const { return wrapping_add(proven, claimed); }
};

Mass& operator+=(Mass& sum, const Mass& more);

/// Splits a mass over weights so that nothing is lost: floors, then one unit more to whom the most
/// was cut off; equals in order. Those that are `preferred` get their units first.
class Split {
  public:
    void begin() { shares_.clear(); }

    void add(const U256& weight, bool preferred);
    /// One share for each weight. @pre the weights' sum fits and is not 0
    std::span<const U256> of(const U256& mass, const U256& weights);

  private:
    struct Share {
        U256 weight;
        U256 cut_off;
        bool preferred = false;
    };

    std::vector<Share> shares_;
    std::vector<std::size_t> order_;
    std::vector<U256> parts_;
};

/// Carries usd through the states to where it ends, component by component, so that each state is
/// left once; in a cycle, in rounds. The results of a run stay until the next one.
class Flow {
  public:
    Flow(const Standing& standing, bool follow_claimed);

    /// @pre the sum of all that is added fits 256 bits
    void add(StateIndex state, const Mass& mass);
    /// Until all that was added rests. What reaches a state of `absorbing` rests there.
    void run(std::span<const Touching> absorbing);

    [[nodiscard]] const Mass& absorbed() const noexcept { return absorbed_; }

    [[nodiscard]] const U256& circular() const noexcept { return circular_; }

    /// What ended in a state, for `touched()`.
    [[nodiscard]] const Mass& ended(StateIndex state) const { return ended_[state]; }

    /// What came to a state; more than once in a cycle.
    [[nodiscard]] const Mass& passed(StateIndex state) const { return passed_[state]; }

    /// States that something came to.
    [[nodiscard]] std::span<const StateIndex> touched() const { return touched_; }

    [[nodiscard]] bool follows(const Exit& exit) const { return follow_claimed_ || !exit.claimed; }

    [[nodiscard]] bool is_cyclic(std::uint32_t component) const;

    struct Ways {
        std::vector<const Exit*> exits;
        U256 weights;
    };

    /// Which exits usd takes, and the sum of their weights; none: it ends here. A single exit takes
    /// all, whatever its value.
    void ways(StateIndex state, Ways& out) const;

  private:
    enum class Rest : std::uint8_t {
        kNot,
        kProven,
        kClaimed
    };

    void run_component(std::uint32_t component);
    void run_cycle(std::span<const StateIndex> members);
    [[nodiscard]] bool has_way_out(std::span<const StateIndex> members);
    void leave(StateIndex state);
    void move(const Exit& exit, const U256& usd, bool claimed);
    void absorb(StateIndex state, const Mass& mass);

    const Standing& standing_;
    bool follow_claimed_;
    std::vector<Mass> mass_;
    std::vector<Mass> arriving_;
    std::vector<Mass> ended_;
    std::vector<Mass> passed_;
    std::vector<Rest> rests_;
    std::vector<std::uint8_t> queued_;
    std::vector<StateIndex> touched_;
    std::priority_queue<std::uint32_t> waiting_;
    Mass absorbed_;
    U256 circular_;
    Ways ways_;
    Split split_;
};

}  // namespace faultline::graph
