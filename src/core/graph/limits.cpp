// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::graph {
namespace {

Figure<U256> no_data(std::string reason) {
    return Figure<U256>::without(FigureStatus::kNoData, std::move(reason));
}

Figure<U256> in_bps(const U256& part, const Figure<U256>& whole) {
    if (!whole.ok()) {
        return whole;
    }
    const std::optional<U256> share = mul_div_floor(part, kBpsPerOne, whole.value);
    return share ? Figure<U256>::of(*share)
                 : Figure<U256>::without(FigureStatus::kError, "the share exceeds 256 bits");
}

bool has_assets(NodeKind kind) {
    switch (kind) {
        case NodeKind::kProtocol:
        case NodeKind::kMarket:
        case NodeKind::kEntity:
        case NodeKind::kAccount:
        case NodeKind::kOthers:
            return true;
        default:
            return false;
    }
}

bool selects(const Selection& selection, const NodeKey& key) {
    if (const auto* node = std::get_if<NodeKey>(&selection)) {
        return *node == key;
    }
    if (const auto* kind = std::get_if<NodeKind>(&selection)) {
        return *kind == key.kind;
    }
    return true;
}

bool begins(const Selection& from, const NodeKey& key) {
    return std::holds_alternative<Any>(from) ? has_assets(key.kind) : selects(from, key);
}

class Measuring {
  public:
    Measuring(const LookThrough& graph, const Question& question)
        : graph_(graph), question_(question) {}

    std::vector<Measured> all() {
        const auto* from = std::get_if<NodeKey>(&question_.from);
        const auto* to = std::get_if<NodeKey>(&question_.to);
        if (from != nullptr && to != nullptr) {
            return {pair(*from, *to)};
        }
        if (to != nullptr) {
            for (const Exposed& exposed : graph_.exposed_to(*to, question_.following)) {
                if (begins(question_.from, key(exposed.from))) {
                    add(exposed, *to);
                }
            }
        } else {
            for (NodeIndex node = 0; node < graph_.snapshot().nodes.size(); ++node) {
                if (begins(question_.from, key(node))) {
                    from_one(node);
                }
            }
        }
        std::ranges::sort(out_, [](const Measured& a, const Measured& b) {
            return std::tie(b.known_usd, a.from, a.to) < std::tie(a.known_usd, b.from, b.to);
        });
        return std::move(out_);
    }

  private:
    [[nodiscard]] const NodeKey& key(NodeIndex node) const {
        return graph_.snapshot().nodes[node].key;
    }

    [[nodiscard]] Measured pair(const NodeKey& from, const NodeKey& to) {
        const std::optional<NodeIndex> node = graph_.snapshot().find(from);
        const auto exposed = node ? graph_.between(*node, to, question_.following) : std::nullopt;
        if (exposed) {
            return measured(*exposed, to);
        }
        return {
            .from = from,
            .to = to,
            .figure = no_data(
                node ? "no edge of the graph is of the node that it is measured to"
                     : "the node that it is measured from is not in the graph"
            ),
            .known_usd = {},
            .claimed_usd = {},
            .unvalued = 0,
            .whole_usd = {},
        };
    }

    /// From one node to all of a kind, or all.
    void from_one(NodeIndex from) {
        const auto wanted = [this](const NodeKey& node) {
            return selects(question_.to, node);
        };
        for (const ExposedTo& one : graph_.exposures_of(from, wanted, question_.following)) {
            add(one.exposed, one.to);
        }
    }

    void add(const Exposed& exposed, const NodeKey& to) {
        Measured one = measured(exposed, to);
        if (!one.known_usd.is_zero() || one.unvalued != 0) {
            out_.push_back(std::move(one));
        }
    }

    [[nodiscard]] Measured measured(const Exposed& exposed, const NodeKey& to) {
        const bool direct = question_.reach == Reach::kDirect;
        Measured out{
            .from = key(exposed.from),
            .to = to,
            .figure = {},
            .known_usd = direct ? exposed.direct_usd : exposed.usd,
            .claimed_usd = direct ? exposed.direct_claimed_usd : exposed.claimed_usd,
            .unvalued = direct ? exposed.direct_unvalued : exposed.unvalued,
            .whole_usd = {},
        };
        if (out.unvalued != 0) {
            out.figure = no_data(
                std::to_string(out.unvalued) + " edges that lead there have no value; " +
                "their reasons are in the graph"
            );
        } else {
            const Figure<U256> whole = whole_of(exposed, to);
            out.whole_usd = whole.ok() ? whole.value : U256();
            const bool usd = question_.measure == Measure::kUsd;
            out.figure = usd ? Figure<U256>::of(out.known_usd) : in_bps(out.known_usd, whole);
        }
        return out;
    }

    /// What a share is of; 0 of usd.
    [[nodiscard]] Figure<U256> whole_of(const Exposed& exposed, const NodeKey& to) {
        switch (question_.measure) {
            case Measure::kUsd:
                return Figure<U256>::of(U256());
            case Measure::kShareOfAssets:
                return assets(exposed);
            case Measure::kShareOfDepth:
                break;
        }
        auto [entry, is_new] = depths_.try_emplace(to);
        if (is_new) {
            entry->second = depth(graph_, to);
        }
        return entry->second;
    }

    static Figure<U256> assets(const Exposed& exposed) {
        if (exposed.total_unvalued != 0) {
            return no_data(
                std::to_string(exposed.total_unvalued) + " of its assets have no value; " +
                "their reasons are in the graph"
            );
        }
        return exposed.total_usd.is_zero() ? no_data("it has no assets")
                                           : Figure<U256>::of(exposed.total_usd);
    }

    const LookThrough& graph_;
    const Question& question_;
    std::map<NodeKey, Figure<U256>> depths_;
    std::vector<Measured> out_;
};

}  // namespace

std::optional<Selection> selection_of(std::string_view text) {
    if (text == "any") {
        return Selection(Any{});
    }
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last_of(NodeKind{})); ++i) {
        const auto kind = static_cast<NodeKind>(i);
        if (node_kind_name(kind) == text) {
            return Selection(kind);
        }
    }
    const auto key = node_of_id(text);
    return key ? std::optional(Selection(*key)) : std::nullopt;
}

std::vector<Measured> measure(const LookThrough& graph, const Question& question) {
    return Measuring(graph, question).all();
}

std::size_t beginnings(const Snapshot& snapshot, const Selection& from) {
    return static_cast<std::size_t>(std::ranges::count_if(snapshot.nodes, [&](const Node& node) {
        return begins(from, node.key);
    }));
}

Figure<U256> depth(const LookThrough& graph, const NodeKey& token) {
    if (token.kind != NodeKind::kToken) {
        return no_data("only a token has a depth");
    }
    U256 sum;
    const std::optional<NodeIndex> node = graph.snapshot().find(token);
    for (const EdgeIndex index : node ? graph.edges_to(*node) : std::span<const EdgeIndex>()) {
        const Edge& edge = graph.snapshot().edges[index];
        const bool is_nothing = edge.amount.ok() && edge.amount.value.is_zero();
        if (edge.kind != EdgeKind::kLiquidity || is_nothing) {
            continue;
        }
        if (!edge.usd.ok()) {
            return no_data("what a market can pay out has no value: " + edge.usd.reason);
        }
        const std::optional<U256> more = checked_add(sum, edge.usd.value);
        if (!more) {
            return Figure<U256>::without(FigureStatus::kError, "the depth exceeds 256 bits");
        }
        sum = *more;
    }
    return sum.is_zero() ? no_data("no market can pay any of it out") : Figure<U256>::of(sum);
}

}  // namespace faultline::graph
