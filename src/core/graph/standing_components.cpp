// SPDX-License-Identifier: Apache-2.0
#include "core/graph/standing.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::graph {
namespace {

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
            if (frame.exit < states_[state].exits.size()) {
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

void Standing::find_components() {
    const std::uint32_t count = Components(states_).number();
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
