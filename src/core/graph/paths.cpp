// SPDX-License-Identifier: Apache-2.0
#include "core/graph/assets.hpp"
#include "core/graph/flow.hpp"
#include "core/graph/inquiry.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// The beginning of a path, up to a state or to its end.
struct Trail {
    U256 usd;
    std::uint64_t number = 0;     ///< Of those with as much usd, the first found goes first.
    StateIndex state = kNoState;  ///< kNoState: it has arrived.
    std::vector<Step> steps;
};

struct Later {
    bool operator()(const Trail& a, const Trail& b) const {
        return a.usd != b.usd ? a.usd < b.usd : a.number > b.number;
    }
};

/// Best first: usd never rises along a path, so paths arrive in the order that is asked for.
class PathSearch {
  public:
    PathSearch(const Standing& standing, NodeIndex from, Place to, const PathLimits& limits)
        : standing_(standing),
          flow_(standing, limits.following.claimed),
          from_(from),
          to_(to),
          limits_(limits),
          before_(states_before(standing, to, limits.following)),
          inquiry_(standing, flow_, from, limits.following) {}

    Paths find() {
        Paths out;
        out.exposure_usd = inquiry_.between(to_, before_).usd;
        out.uncovered_usd = out.exposure_usd;
        begin();
        for (std::size_t visit = 0; visit < limits_.visits && !trails_.empty(); ++visit) {
            if (out.paths.size() == limits_.paths || out.uncovered_usd.is_zero()) {
                break;
            }
            Trail trail = trails_.top();
            trails_.pop();
            if (trail.state == kNoState) {
                // Floors of parts may exceed what the flow rounded by a unit here or there.
                const U256 usd = std::min(trail.usd, out.uncovered_usd);
                out.uncovered_usd = wrapping_sub(out.uncovered_usd, usd);
                out.paths.push_back({.steps = std::move(trail.steps), .usd = usd});
            } else {
                extend(trail);
            }
        }
        return out;
    }

  private:
    void begin() {
        const Snapshot& snapshot = standing_.snapshot();
        const Step start{.node = snapshot.nodes[from_].key, .edge = kNoEdge};
        if (snapshot.nodes[from_].key.kind == NodeKind::kToken) {
            push(inquiry_.assets().itself, standing_.state_of(from_), {start});
        }
        for (const AssetEdge& asset : inquiry_.assets().edges) {
            begin_by(asset, start);
        }
    }

    void begin_by(const AssetEdge& asset, const Step& start) {
        const Snapshot& snapshot = standing_.snapshot();
        const Edge& edge = snapshot.edges[asset.edge];
        const StateIndex state = standing_.leads_to(asset.edge);
        std::vector<Step> steps{start};
        if (asset.market_edge != kNoEdge) {
            add(steps, edge.from, asset.market_edge);
            if (edge.from == to_) {
                arrive(edge.usd.value, std::move(steps));
                return;
            }
        }
        for (const Touch& touch : touches_before(standing_, from_, asset, limits_.following)) {
            if (touch.place == to_) {
                add(steps, to_, touch.edge);
                arrive(edge.usd.value, std::move(steps));
                return;
            }
        }
        if (edge.to == to_ && to_ != from_ && edge.kind == EdgeKind::kDebt) {
            add(steps, to_, asset.edge);
            arrive(edge.usd.value, std::move(steps));
            return;
        }
        push(edge.usd.value, state, std::move(steps), asset.edge);
    }

    [[nodiscard]] bool follows(const Touch& touch) const {
        return limits_.following.claimed || !touch.claimed;
    }

    void add(std::vector<Step>& steps, Place place, EdgeIndex edge) const {
        steps.push_back({.node = standing_.key(place), .edge = edge});
    }

    void arrive(const U256& usd, std::vector<Step> steps) {
        if (!usd.is_zero() && steps.size() <= limits_.depth) {
            trails_.push(
                {.usd = usd, .number = ++number_, .state = kNoState, .steps = std::move(steps)}
            );
        }
    }

    /// Into a state, by an edge; the token that a path begins with is there already.
    void push(
        const U256& usd,
        StateIndex state,
        std::vector<Step> steps,
        std::optional<EdgeIndex> by = std::nullopt
    ) {
        if (usd.is_zero() || before_[state] == 0) {
            return;
        }
        const State& in = standing_.states()[state];
        if (by) {
            const NodeKey key = standing_.key(in.place);
            const bool was_there =
                std::ranges::any_of(steps, [&key](const Step& step) { return step.node == key; });
            if (was_there) {
                return;
            }
            add(steps, in.place, *by);
        }
        for (const Touch& touch : in.touches) {
            if (touch.place == to_ && follows(touch)) {
                if (touch.place != in.place) {
                    add(steps, to_, touch.edge);
                }
                arrive(usd, std::move(steps));
                return;
            }
        }
        if (steps.size() < limits_.depth) {
            trails_.push(
                {.usd = usd, .number = ++number_, .state = state, .steps = std::move(steps)}
            );
        }
    }

    void extend(const Trail& trail) {
        Flow::Ways ways;
        flow_.ways(trail.state, ways);
        for (const Exit* exit : ways.exits) {
            U256 usd = trail.usd;
            if (ways.exits.size() > 1) {
                const std::optional<U256> part =
                    mul_div_floor(trail.usd, exit->weight, ways.weights);
                FAULTLINE_ASSERT(part.has_value());
                usd = *part;
            }
            push(usd, exit->to, trail.steps, exit->edge);
        }
    }

    const Standing& standing_;
    Flow flow_;
    NodeIndex from_;
    Place to_;
    PathLimits limits_;
    std::vector<std::uint8_t> before_;
    Inquiry inquiry_;
    std::priority_queue<Trail, std::vector<Trail>, Later> trails_;
    std::uint64_t number_ = 0;
};

}  // namespace

Paths LookThrough::paths(NodeIndex from, const NodeKey& to, const PathLimits& limits) const {
    const std::optional<Place> place = standing_->find(to);
    if (!place) {
        return {};
    }
    return PathSearch(*standing_, from, *place, limits).find();
}

}  // namespace faultline::graph
