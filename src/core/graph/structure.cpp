// SPDX-License-Identifier: Apache-2.0
#include "core/graph/structure.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::size_t kAddressAt = Hash32::kSize - Address::kSize;

/// Collects the edges of one market.
class MarketEdges {
  public:
    MarketEdges(const protocol::MarketExposure& market, std::string_view protocol, EdgeList& edges)
        : market_(market),
          node_(NodeKey::of(NodeKind::kMarket, market.contract)),
          protocol_(NodeKey::of(NodeKind::kProtocol, protocol)),
          edges_(edges) {}

    void add_all() {
        add(node_, protocol_, EdgeKind::kPartOf, {});
        for (const Address& governor : market_.governed_by) {
            add(node_, NodeKey::of(NodeKind::kGovernor, governor), EdgeKind::kGovernedBy, {});
        }
        for (const Address& token : market_.issued) {
            add(NodeKey::of(NodeKind::kToken, token), protocol_, EdgeKind::kIssuedBy, {});
        }
        for (const protocol::PartExposure& part : market_.parts) {
            add_part(part);
        }
        for (const protocol::Reserve& reserve : market_.reserves) {
            add_liquidity(reserve.token, part_of(reserve), reserve.amount);
        }
    }

  private:
    void add(
        const NodeKey& from,
        const NodeKey& to,
        EdgeKind kind,
        const Hash32& part,
        const U256& units = U256(),
        bool unknown = false
    ) {
        edges_.push_back(
            {{.from = from, .to = to, .kind = kind, .part = part},
             {.units = units, .proof = Proof::kConfirmed, .unknown = unknown}}
        );
    }

    void add_part(const protocol::PartExposure& part) {
        if (!part.receipt.is_zero()) {
            const NodeKey receipt = NodeKey::of(NodeKind::kToken, part.receipt);
            add(receipt, node_, EdgeKind::kWraps, part.part);
            add(receipt, protocol_, EdgeKind::kIssuedBy, {});
        }
        // Its figures take both words for it: who reads the feed may read another tomorrow.
        for (const Address& oracle : {market_.oracle, part.feed}) {
            if (!oracle.is_zero()) {
                add(node_, NodeKey::of(NodeKind::kOracle, oracle), EdgeKind::kPricedBy, part.part);
            }
        }
        // Of one without both nothing tells even what it is of.
        const bool told = !part.claims.token.is_zero() || part.claims.decimals;
        const Figure<U256> amount = held(part);
        if (!is_covered(part.part) && told && (amount.ok() || part.claims.decimals)) {
            add_liquidity(part.claims.token, part.part, amount);
        }
        for (const Address& token : part.disputed) {
            add_disputed(token, part.part);
        }
        for (const Address& token : market_.issued) {
            add(NodeKey::of(NodeKind::kToken, token), node_, EdgeKind::kBacked, part.part);
        }
    }

    /// A market that issues what it lends keeps all that it was given.
    [[nodiscard]] Figure<U256> held(const protocol::PartExposure& part) const {
        if (part.available.ok() || market_.issued.empty() || !part.claims.total_units.ok()) {
            return part.available;
        }
        const auto amount = part.claims.scale.amount(part.claims.total_units.value);
        return amount ? Figure<U256>::of(*amount) : part.available;
    }

    void add_liquidity(const Address& token, const Hash32& part, const Figure<U256>& amount) {
        if (amount.ok() && amount.value.is_zero()) {
            return;
        }
        add(node_,
            NodeKey::of(NodeKind::kToken, token),
            EdgeKind::kLiquidity,
            part,
            amount.ok() ? amount.value : U256(),
            !amount.ok());
    }

    /// One of several tokens that the market may have.
    void add_disputed(const Address& token, const Hash32& part) {
        edges_.push_back(
            {{.from = node_,
              .to = NodeKey::of(NodeKind::kToken, token),
              .kind = EdgeKind::kLiquidity,
              .part = part},
             {.units = U256(), .proof = Proof::kClaimed, .unknown = true}}
        );
    }

    [[nodiscard]] bool is_covered(const Hash32& part) const {
        return std::ranges::any_of(market_.reserves, [&part](const protocol::Reserve& reserve) {
            return reserve.part == part;
        });
    }

    const protocol::MarketExposure& market_;
    NodeKey node_;
    NodeKey protocol_;
    EdgeList& edges_;
};

}  // namespace

Hash32 part_of(const protocol::Reserve& reserve) {
    Hash32 part = reserve.part;
    if (part.is_zero()) {
        // Of the token as much as there is room for: one holder may have several.
        std::copy_n(reserve.token.bytes.begin(), kAddressAt, part.bytes.begin());
        std::ranges::copy(reserve.holder.bytes, part.bytes.begin() + kAddressAt);
    }
    return part;
}

std::vector<Hash32> own_parts(const protocol::MarketExposure& market) {
    std::vector<Hash32> parts;
    parts.reserve(market.reserves.size());
    for (const protocol::Reserve& reserve : market.reserves) {
        parts.push_back(part_of(reserve));
    }
    return parts;
}

std::set<Address> tokens_in(const EdgeList& edges, const Tables& tables) {
    std::set<Address> out;
    for (const auto& [key, row] : edges) {
        for (const NodeKey& end : {key.from, key.to}) {
            if (end.kind == NodeKind::kToken) {
                out.insert(end.address().value_or(Address{}));
            }
        }
    }
    tables.parts.for_each_unordered([&out](const PartKey&, const PartRow& row) {
        out.insert(row.claims.token);
        out.insert(row.owed.token);
    });
    out.erase(Address{});
    return out;
}

std::vector<Address> named_tokens(const protocol::MarketExposure& market) {
    std::vector<Address> out = market.issued;
    for (const protocol::PartExposure& part : market.parts) {
        out.push_back(part.claims.token);
        out.push_back(part.owed.token);
        out.insert(out.end(), part.disputed.begin(), part.disputed.end());
    }
    for (const protocol::Reserve& reserve : market.reserves) {
        out.push_back(reserve.token);
    }
    return out;
}

std::vector<Address> governed_contracts(const protocol::MarketExposure& market) {
    std::vector<Address> out = market.governed_by;
    out.push_back(market.contract);
    for (const protocol::PartExposure& part : market.parts) {
        out.push_back(part.receipt);
    }
    std::erase(out, Address{});
    return out;
}

void add_market_edges(
    const protocol::MarketExposure& market, std::string_view protocol, EdgeList& edges
) {
    MarketEdges(market, protocol, edges).add_all();
}

void add_wrapper_edges(
    const ledger::Table<TokenKey, TokenRow>& tokens,
    const std::vector<Address>& receipts,
    std::vector<Address> named,
    EdgeList& edges
) {
    std::set<Address> met(named.begin(), named.end());
    // One level beyond what is followed, so that it shows that there is more.
    for (std::size_t level = 0; level < kMostWrappers && !named.empty(); ++level) {
        std::vector<Address> next;
        for (const Address& token : named) {
            const auto row = tokens.find({.token = token});
            if (row == nullptr || row->wraps.is_zero() || row->contradicts_itself ||
                std::binary_search(receipts.begin(), receipts.end(), token)) {
                continue;
            }
            edges.push_back(
                {{.from = NodeKey::of(NodeKind::kToken, token),
                  .to = NodeKey::of(NodeKind::kToken, row->wraps),
                  .kind = EdgeKind::kWraps,
                  .part = {}},
                 {.units = U256(), .proof = Proof::kClaimed, .unknown = false}}
            );
            if (met.insert(row->wraps).second) {
                next.push_back(row->wraps);
            }
        }
        named = std::move(next);
    }
}

}  // namespace faultline::graph
