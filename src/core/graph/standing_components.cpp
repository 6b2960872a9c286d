// SPDX-License-Identifier: Apache-2.0
#include "core/graph/standing.hpp"

#include <faultline/core/graph/look_through.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// A circle takes as many rounds as it has members, in each of which all of them move.
constexpr std::size_t kMostInCircle = 512;

/// Tarjan's strongly connected components without recursion: a chain of wrappers may be long.
class Components {
  public:
    explicit Components(std::vector<State>& states)
        : states_(states), order_(states.size(), 0), low_(states.size(), 0) {}

    /// Their count; those that others lead to have smaller numbers.
    std::uint32_t number() {
        for (StateIndex state = 0; state < states_.size(); ++state) {
            if (order_[state] == 0) {
                enter(state);
                walk();
            }
        }
        return count_;
    }

  private:
    struct Frame {
        StateIndex state = 0;
        std::size_t exit = 0;
    };

    void enter(StateIndex state) {
        order_[state] = low_[state] = ++entered_;
        open_.push_back(state);
        frames_.push_back({.state = state, .exit = 0});
    }

    void walk() {
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const StateIndex state = frame.state;
            if (!states_[state].cut && frame.exit < states_[state].exits.size()) {
                follow(state, states_[state].exits[frame.exit++].to);
                continue;
            }
            frames_.pop_back();
            if (low_[state] == order_[state]) {
                close(state);
            }
            if (!frames_.empty()) {
                const StateIndex before = frames_.back().state;
                low_[before] = std::min(low_[before], low_[state]);
            }
        }
    }

    void follow(StateIndex from, StateIndex to) {
        if (order_[to] == 0) {
            enter(to);
        } else {
            // A closed state has kClosed, which is no minimum.
            low_[from] = std::min(low_[from], order_[to]);
        }
    }

    void close(StateIndex root) {
        for (bool last = false; !last;) {
            const StateIndex state = open_.back();
            open_.pop_back();
            states_[state].component = count_;
            last = state == root;
            order_[state] = kClosed;
        }
        ++count_;
    }

    static constexpr std::uint32_t kClosed = ~std::uint32_t{0};

    std::vector<State>& states_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> low_;
    std::vector<StateIndex> open_;
    std::vector<Frame> frames_;
    std::uint32_t entered_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace

/// What the states of a level lead to: tokens, which are the next level. Claims on the way are of
/// this one.
std::vector<StateIndex> Standing::expand(
    std::vector<StateIndex> level, std::vector<std::uint8_t>& met
) const {
    std::vector<StateIndex> next;
    while (!level.empty()) {
        const StateIndex state = level.back();
        level.pop_back();
        for (const Exit& exit : states_[state].exits) {
            if (met[exit.to] == 0) {
                met[exit.to] = 1;
                (states_[exit.to].kind == StateKind::kToken ? next : level).push_back(exit.to);
            }
        }
    }
    return next;
}

/// Levels begin with what somebody has. What is behind a cut, or in nobody's hands, begins anew.
void Standing::cut_long_chains() {
    std::vector<std::uint8_t> met(states_.size(), 0);
    const auto follow = [&](const std::vector<StateIndex>& begin) {
        std::vector<StateIndex> claims;
        std::vector<StateIndex> tokens;
        for (const StateIndex state : begin) {
            met[state] = 1;
            (states_[state].kind == StateKind::kToken ? tokens : claims).push_back(state);
        }
        const std::vector<StateIndex> claimed = expand(std::move(claims), met);
        tokens.insert(tokens.end(), claimed.begin(), claimed.end());
        for (std::size_t level = 1; level < kMostWrappers && !tokens.empty(); ++level) {
            tokens = expand(std::move(tokens), met);
        }
        for (const StateIndex last : tokens) {
            states_[last].cut = !states_[last].exits.empty();
        }
    };
    std::vector<StateIndex> held = leads_to_;
    std::erase(held, kNoState);
    std::ranges::sort(held);
    const auto again = std::ranges::unique(held);
    held.erase(again.begin(), again.end());
    follow(held);
    for (StateIndex state = 0; state < states_.size(); ++state) {
        if (met[state] == 0) {
            follow({state});
        }
    }
}

/// Every cycle comes by a token. Whether there were any.
bool Standing::cut_large_components(std::uint32_t count) {
    std::vector<std::size_t> sizes(count, 0);
    for (const State& state : states_) {
        ++sizes[state.component];
    }
    bool any = false;
    for (State& state : states_) {
        if (state.kind == StateKind::kToken && sizes[state.component] > kMostInCircle) {
            state.cut = true;
            any = true;
        }
    }
    return any;
}

void Standing::find_components() {
    std::uint32_t count = Components(states_).number();
    if (cut_large_components(count)) {
        count = Components(states_).number();
    }
    entering_.resize(states_.size());
    members_begin_.assign(count + 1, 0);
    for (StateIndex index = 0; index < states_.size(); ++index) {
        ++members_begin_[states_[index].component + 1];
        for (Exit& exit : states_[index].exits) {
            exit.leaves = states_[exit.to].component != states_[index].component;
            entering_[exit.to].push_back(index);
        }
    }
    for (std::size_t i = 1; i < members_begin_.size(); ++i) {
        members_begin_[i] += members_begin_[i - 1];
    }
    members_.resize(states_.size());
    std::vector<std::uint32_t> next(members_begin_.begin(), members_begin_.end() - 1);
    for (StateIndex index = 0; index < states_.size(); ++index) {
        members_[next[states_[index].component]++] = index;
    }
}

}  // namespace faultline::graph
