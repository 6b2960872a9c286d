// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/assets.hpp"
#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {

/// By state: 0 unless what is there has come to a node, or can.
std::vector<std::uint8_t> states_before(
    const Standing& standing, Place place, const Following& following
);

/// What one node depends on.
class Inquiry {
  public:
    /// `flow` is used and may be used again after; it must follow what `following` says.
    Inquiry(const Standing& standing, Flow& flow, NodeIndex from, const Following& following);

    Exposure exposure();
    /// @pre `before` is states_before(place)
    Exposed between(Place place, std::span<const std::uint8_t> before);
    /// Every place for which between() may be anything but 0; by place.
    [[nodiscard]] std::vector<Place> leads_to() const;

    [[nodiscard]] const Assets& assets() const noexcept { return assets_; }

  private:
    using Passed = std::vector<std::pair<StateIndex, Mass>>;

    /// What is there before any state, and what is not, given to the flow if asked for.
    Mass begin(Place place, bool add);
    [[nodiscard]] Mass gross(Place place, const Passed& passed);
    [[nodiscard]] Mass direct(Place place) const;
    void add_ends(Exposure& exposure) const;
    void add_unvalued(Exposure& exposure) const;
    void add_gross(Exposure& exposure);
    void add_owed(Exposure& exposure) const;
    /// What groups, states and debts touch.
    [[nodiscard]] std::vector<Place> places(
        std::span<const AssetGroup> groups, std::span<const StateIndex> states
    ) const;
    void count_unvalued(Place place, std::span<const std::uint8_t> before, Exposed& exposed) const;
    /// The group that a direct asset without a value would be of.
    [[nodiscard]] AssetGroup group_of(const AssetEdge& asset) const;
    [[nodiscard]] std::vector<EdgeIndex> unvalued_ways(std::span<const std::uint8_t> before) const;

    [[nodiscard]] bool follows(const Touch& touch) const {
        return following_.claimed || !touch.claimed;
    }

    const Standing& standing_;
    Flow& flow_;
    NodeIndex from_;
    Following following_;
    Assets assets_;
};

}  // namespace faultline::graph
