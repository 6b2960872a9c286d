// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {

using Big = boost::multiprecision::cpp_int;

/// What docs/exposure-graph.md says, done slowly: every dollar is cut into 2^160 and moved a step
/// at a time through maps, straight from the edges. Parts of markets are tokens' addresses, but for
/// those with kBacked edges.
class GraphReference {
  public:
    static constexpr unsigned kShift = 160;
    static constexpr int kSteps = 700;

    struct Outcome {
        std::map<NodeKey, Big> ends;
        Big still_moving;
        Big absorbed;
        std::set<NodeKey> seen;
    };

    GraphReference(const Snapshot& snapshot, bool claimed) : s_(snapshot), claimed_(claimed) {}

    /// All that `from` has, until it rests, or until it comes to `to`.
    [[nodiscard]] Outcome run(NodeIndex from, const std::optional<NodeKey>& to) const {
        Outcome out;
        std::map<Where, Big> now;
        for (const auto& [where, usd, touched] : assets(from)) {
            out.seen.insert(touched.begin(), touched.end());
            if (to && touched.contains(*to)) {
                out.absorbed += usd;
            } else {
                now[where] += usd;
            }
        }
        for (int step = 0; step < kSteps && !now.empty(); ++step) {
            std::map<Where, Big> next;
            for (const auto& [where, usd] : now) {
                move(where, usd, to, next, out);
            }
            now = std::move(next);
        }
        for (const auto& [where, usd] : now) {
            out.still_moving += usd;
        }
        return out;
    }

    [[nodiscard]] static Big cut(const U256& usd) { return Big(usd.to_string()) << kShift; }

  private:
    enum class Is : std::uint8_t {
        kToken,
        kClaim,
        kBacking
    };
    /// What it is, whose (token or market), of which part, as what it counts.
    using Where = std::tuple<Is, NodeIndex, Hash32, NodeIndex>;
    using Asset = std::tuple<Where, Big, std::set<NodeKey>>;

    [[nodiscard]] bool follows(const Edge& edge) const {
        return claimed_ || edge.proof != Proof::kClaimed;
    }

    [[nodiscard]] NodeIndex token(const Hash32& part) const {
        return s_.find(NodeKey::of(NodeKind::kToken, Address::from_bytes(part.view().first(20))))
            .value();
    }

    /// Without a part, those of the market itself.
    [[nodiscard]] std::set<NodeKey> market_touches(
        NodeIndex market, const std::optional<Hash32>& part
    ) const {
        std::set<NodeKey> out;
        for (const Edge& edge : s_.edges) {
            if (edge.from != market || !follows(edge)) {
                continue;
            }
            const bool feed = part && edge.kind == EdgeKind::kPricedBy &&
                              (edge.part == *part || edge.part == Hash32{});
            if (feed || edge.kind == EdgeKind::kGovernedBy || edge.kind == EdgeKind::kPartOf) {
                out.insert(s_.nodes[edge.to].key);
            }
        }
        return out;
    }

    [[nodiscard]] std::set<NodeKey> touches(const Where& where) const {
        const auto& [is, node, part, counts] = where;
        std::set<NodeKey> out;
        if (is != Is::kToken) {
            out = market_touches(node, part);
        }
        out.insert(s_.nodes[node].key);
        for (const Edge& edge : s_.edges) {
            const bool bound =
                edge.kind == EdgeKind::kIssuedBy || edge.kind == EdgeKind::kBridgedBy;
            if (is == Is::kToken && edge.from == node && bound && follows(edge)) {
                out.insert(s_.nodes[edge.to].key);
            }
        }
        return out;
    }

    void add_market(NodeIndex market, NodeIndex self, std::vector<Asset>& out) const {
        std::vector<Where> stands;
        for (const Edge& edge : s_.edges) {
            const bool debt = edge.kind == EdgeKind::kDebt;
            if (edge.from != market || !follows(edge) || !edge.usd.ok() ||
                (!debt && edge.kind != EdgeKind::kLiquidity)) {
                continue;
            }
            std::set<NodeKey> touched = market_touches(market, edge.part);
            touched.insert(s_.nodes[market].key);
            if (debt) {
                touched.insert(s_.nodes[edge.to].key);
            }
            touched.erase(s_.nodes[self].key);
            const NodeIndex of = debt ? token(edge.part) : edge.to;
            out.emplace_back(Where(Is::kToken, of, {}, of), cut(edge.usd.value), touched);
            if (!debt && !edge.usd.value.is_zero()) {
                stands.emplace_back(Is::kToken, of, Hash32{}, of);
            }
        }
        std::set<NodeKey> touched = market_touches(market, std::nullopt);
        touched.insert(s_.nodes[market].key);
        touched.erase(s_.nodes[self].key);
        add_claims(market, stands, touched, out);
    }

    /// Itself, and what its contract holds.
    void add_token(NodeIndex from, std::vector<Asset>& out) const {
        const auto sum = [&](bool claimed, auto wanted) {
            std::optional<Big> usd;
            for (const Edge& edge : s_.edges) {
                const bool is_claim = edge.proof == Proof::kClaimed;
                if (is_claim == claimed && follows(edge) && edge.usd.ok() && wanted(edge)) {
                    usd = usd.value_or(Big(0)) + cut(edge.usd.value);
                }
            }
            return usd;
        };
        const auto behind = [from](const Edge& edge) {
            const bool stands = edge.kind == EdgeKind::kWraps || edge.kind == EdgeKind::kBacked;
            return edge.from == from && stands;
        };
        const auto held = [from](const Edge& edge) {
            return edge.to == from && edge.kind == EdgeKind::kLiquidity;
        };
        auto usd = std::max(sum(false, behind), sum(false, held));
        if (!usd) {
            usd = std::max(sum(true, behind), sum(true, held));
        }
        const Where self(Is::kToken, from, {}, from);
        std::vector<Where> stands;
        if (usd && *usd != 0) {
            out.emplace_back(self, *usd, std::set<NodeKey>{});
            stands.push_back(self);
        }
        std::set<NodeKey> touched = touches(self);
        touched.erase(s_.nodes[from].key);
        add_claims(from, stands, touched, out);
    }

    /// But for those that what the node has otherwise leads to.
    void add_claims(
        NodeIndex holder,
        const std::vector<Where>& stands,
        const std::set<NodeKey>& touched,
        std::vector<Asset>& out
    ) const {
        const std::set<Where> led_to = reachable(stands);
        for (const Edge& edge : s_.edges) {
            const bool claim =
                edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral;
            if (!claim || edge.from != holder || !edge.usd.ok() || !follows(edge)) {
                continue;
            }
            const Where where(Is::kClaim, edge.to, edge.part, token(edge.part));
            if (!led_to.contains(where)) {
                out.emplace_back(where, cut(edge.usd.value), touched);
            }
        }
    }

    [[nodiscard]] std::set<Where> reachable(std::vector<Where> open) const {
        std::set<Where> met(open.begin(), open.end());
        while (!open.empty()) {
            const Where where = open.back();
            open.pop_back();
            for (const auto& [target, weight] : exits(where)) {
                if (met.insert(target).second) {
                    open.push_back(target);
                }
            }
        }
        return met;
    }

    [[nodiscard]] std::vector<Asset> assets(NodeIndex from) const {
        std::vector<Asset> out;
        switch (s_.nodes[from].key.kind) {
            case NodeKind::kMarket:
                add_market(from, from, out);
                break;
            case NodeKind::kToken:
                add_token(from, out);
                break;
            case NodeKind::kProtocol:
                for (const Edge& edge : s_.edges) {
                    if (edge.kind == EdgeKind::kPartOf && edge.to == from && follows(edge)) {
                        add_market(edge.from, from, out);
                    }
                }
                break;
            default:
                add_claims(from, {}, {}, out);
        }
        return out;
    }

    /// Whether anything but the wrapper tells what the part that it claims is of.
    [[nodiscard]] bool is_told(const Edge& wraps) const {
        if (token(wraps.part) != wraps.from) {
            return true;
        }
        return std::ranges::any_of(s_.edges, [&wraps](const Edge& edge) {
            const bool into =
                edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral;
            const bool out = edge.kind == EdgeKind::kLiquidity || edge.kind == EdgeKind::kDebt;
            return edge.part == wraps.part &&
                   ((into && edge.to == wraps.to) || (out && edge.from == wraps.to));
        });
    }

    [[nodiscard]] bool has_proven_way(NodeIndex token) const {
        return std::ranges::any_of(s_.edges, [token](const Edge& edge) {
            const bool stands = edge.kind == EdgeKind::kWraps || edge.kind == EdgeKind::kBacked;
            return edge.from == token && stands && edge.proof != Proof::kClaimed;
        });
    }

    [[nodiscard]] std::vector<std::pair<Where, std::optional<U256>>> exits(const Where& where
    ) const {
        const auto& [is, node, part, counts] = where;
        std::vector<std::pair<Where, std::optional<U256>>> out;
        if (is == Is::kClaim) {
            out.emplace_back(Where(Is::kToken, counts, {}, counts), U256(1));
            return out;
        }
        const bool proven = is == Is::kToken && has_proven_way(node);
        for (const Edge& edge : s_.edges) {
            const bool outdone = proven && edge.proof == Proof::kClaimed;
            if (edge.from != node || !follows(edge) || outdone) {
                continue;
            }
            const auto usd = edge.usd.ok() ? std::optional(edge.usd.value) : std::nullopt;
            const bool to_token = s_.nodes[edge.to].key.kind == NodeKind::kToken;
            if (is == Is::kBacking) {
                if (edge.kind == EdgeKind::kLiquidity && edge.part == part) {
                    out.emplace_back(Where(Is::kToken, edge.to, {}, edge.to), usd);
                }
            } else if (edge.kind == EdgeKind::kWraps) {
                out.emplace_back(
                    to_token        ? Where(Is::kToken, edge.to, {}, edge.to)
                    : is_told(edge) ? Where(Is::kClaim, edge.to, edge.part, token(edge.part))
                                    : Where(Is::kBacking, edge.to, edge.part, node),
                    usd
                );
            } else if (edge.kind == EdgeKind::kBacked) {
                out.emplace_back(Where(Is::kBacking, edge.to, edge.part, node), usd);
            }
        }
        return out;
    }

    void move(
        const Where& where,
        const Big& usd,
        const std::optional<NodeKey>& to,
        std::map<Where, Big>& next,
        Outcome& out
    ) const {
        const std::set<NodeKey> touched = touches(where);
        out.seen.insert(touched.begin(), touched.end());
        if (to && touched.contains(*to)) {
            out.absorbed += usd;
            return;
        }
        const auto ways = exits(where);
        if (ways.size() == 1) {
            next[ways.front().first] += usd;
            return;
        }
        Big weights;
        for (const auto& [target, weight] : ways) {
            weights += weight ? Big(weight->to_string()) : Big(0);
        }
        if (weights == 0) {
            out.ends[s_.nodes[std::get<3>(where)].key] += usd;
            return;
        }
        for (const auto& [target, weight] : ways) {
            const Big part = weight ? Big(usd * Big(weight->to_string()) / weights) : Big(0);
            if (part != 0) {
                next[target] += part;
            }
        }
    }

    const Snapshot& s_;
    bool claimed_;
};

}  // namespace faultline::graph
