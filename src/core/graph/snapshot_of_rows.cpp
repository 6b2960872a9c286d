// SPDX-License-Identifier: Apache-2.0
#include "core/graph/snapshot_of_rows.hpp"

#include "core/graph/wrapped_amounts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::UnitPrice;

Figure<U256> none(std::string_view why) {
    return Figure<U256>::without(FigureStatus::kNoData, std::string(why));
}

/// A price in a market's currency, as a price in USD with kUsdDecimals: amount × price / unit.
struct Usd {
    std::optional<UnitPrice> ether;  ///< Of one wei, where a market with USD prices tells it.

    [[nodiscard]] Figure<U256> value(
        const U256& amount, const UnitPrice& price, const PartRow& part
    ) const {
        const auto base = mul_div_floor(amount, price.price, price.unit);
        if (!base) {
            return Figure<U256>::without(FigureStatus::kError, "the value exceeds 256 bits");
        }
        return of_base(*base, part);
    }

    /// Rounds down.
    [[nodiscard]] Figure<U256> of_base(const U256& base, const PartRow& part) const {
        const U256 one = pow10(part.base_decimals);
        std::optional<U256> usd;
        if (part.base_symbol == "USD") {
            usd = mul_div_floor(base, pow10(kUsdDecimals), one);
        } else if (part.base_symbol == "ETH" && ether) {
            const auto wei = mul_div_floor(base, pow10(18), one);
            usd = wei ? mul_div_floor(*wei, ether->price, ether->unit) : std::nullopt;
        } else {
            return none("no followed market prices " + part.base_symbol + " in USD");
        }
        return usd ? Figure<U256>::of(*usd)
                   : Figure<U256>::without(FigureStatus::kError, "the value exceeds 256 bits");
    }
};

/// Computes what the edges are worth.
class Valuation {
  public:
    Valuation(const Tables& tables, const std::optional<Address>& wrapped_coin) : tables_(tables) {
        if (wrapped_coin) {
            find_ether(*wrapped_coin);
        }
        find_prices();
        take_wrapped();
    }

    [[nodiscard]] const std::vector<Wrapped>& wrapped() const noexcept { return wrapped_; }

    void fill(const EdgeKey& key, const EdgeRow& row, Edge& edge) const {
        edge.amount = none("this kind of edge has no amount");
        edge.usd = edge.amount;
        if (row.unknown) {
            return unknown(key, edge);
        }
        switch (key.kind) {
            case EdgeKind::kSupplied:
            case EdgeKind::kCollateral:
                return position(key.to, key.part, row.units, false, edge);
            case EdgeKind::kDebt:
                return position(key.from, key.part, row.units, true, edge);
            case EdgeKind::kLiquidity:
                return liquidity(key, row.units, edge);
            case EdgeKind::kWraps:
                return wraps(key, edge);
            case EdgeKind::kBacked:
                return total(key.to, key.part, true, edge);
            case EdgeKind::kPricedBy:
                return total(key.from, key.part, false, edge);
            case EdgeKind::kIssuedBy:
            case EdgeKind::kBridgedBy:
            case EdgeKind::kGovernedBy:
            case EdgeKind::kPartOf:
                return;
        }
    }

  private:
    struct Side {
        const PartRow* part = nullptr;
        const SideTerms* terms = nullptr;
        const SideWorth* worth = nullptr;
    };

    [[nodiscard]] std::optional<Side> side(const NodeKey& market, const Hash32& part, bool owed)
        const {
        const auto row = tables_.parts.find({.market = market, .part = part});
        const auto worth = tables_.worths.find({.market = market, .part = part});
        if (row == nullptr || worth == nullptr) {
            return std::nullopt;
        }
        return Side{
            .part = &*row,
            .terms = owed ? &row->owed : &row->claims,
            .worth = owed ? &worth->owed : &worth->claims
        };
    }

    /// An amount that nothing tells, of a part that is known.
    void unknown(const EdgeKey& key, Edge& edge) const {
        const bool owed = key.kind == EdgeKind::kDebt;
        const bool from_market = owed || key.kind == EdgeKind::kLiquidity;
        const auto side = this->side(from_market ? key.from : key.to, key.part, owed);
        edge.amount = none(
            key.kind == EdgeKind::kLiquidity ? "nothing tells how much the market has of it"
            : owed                           ? "nothing tells how much everybody else has of it"
                   : "nothing tells how much everybody else has of it, or how much is collateral"
        );
        edge.usd = edge.amount;
        if (side) {
            describe(*side, edge);
        }
        if (edge.proof == Proof::kClaimed) {
            edge.amount = none("contracts of the market contradict each other about its token");
            edge.usd = edge.amount;
            edge.token = key.to.address().value_or(edge.token);
        }
    }

    void position(
        const NodeKey& market, const Hash32& part, const U256& units, bool owed, Edge& edge
    ) const {
        const auto side = this->side(market, part, owed);
        if (!side) {
            edge.amount = none("the part is not known");
            edge.usd = edge.amount;
            return;
        }
        const auto amount = side->worth->scale.amount(units);
        edge.amount =
            amount ? Figure<U256>::of(*amount)
                   : Figure<U256>::without(FigureStatus::kError, "the amount exceeds 256 bits");
        describe(*side, edge);
    }

    void liquidity(const EdgeKey& key, const U256& amount, Edge& edge) const {
        edge.amount = Figure<U256>::of(amount);
        const auto side = this->side(key.from, key.part, false);
        if (!side) {
            edge.usd = none("the part is not known");
            return;
        }
        describe(*side, edge);
    }

    void wraps(const EdgeKey& key, Edge& edge) const {
        if (key.to.kind == NodeKind::kMarket) {
            return total(key.to, key.part, false, edge);
        }
        const Address wrapper = key.from.address().value_or(Address{});
        tell_amount(wrapped_, wrapper, key.to.address().value_or(Address{}), edge);
    }

    void total(const NodeKey& market, const Hash32& part, bool owed, Edge& edge) const {
        const auto side = this->side(market, part, owed);
        if (!side) {
            edge.amount = none("the part is not known");
        } else if (!side->worth->total_units.ok()) {
            edge.amount = side->worth->total_units;
            edge.amount.value = U256();
        } else {
            return position(market, part, side->worth->total_units.value, owed, edge);
        }
        edge.usd = edge.amount;
    }

    /// What the amount is of, and its value.
    void describe(const Side& side, Edge& edge) const {
        edge.token = side.terms->token;
        edge.decimals = side.terms->decimals;
        if (const auto* const told = tables_.tokens.find({.token = edge.token});
            told != nullptr && !edge.decimals) {
            edge.decimals = told->decimals;  // The protocol does not tell; the token does.
        }
        edge.part_name = side.part->name;
        if (!edge.amount.ok()) {
            edge.usd = edge.amount;
        } else if (!side.worth->price.ok()) {
            edge.usd = Figure<U256>::without(side.worth->price.status, side.worth->price.reason);
        } else {
            edge.usd = usd_.value(edge.amount.value, side.worth->price.value, *side.part);
        }
    }

    /// The price of a wei in USD, of the market and part that come first. By address: a symbol is
    /// anybody's, and a zero token may be one that nothing tells.
    void find_ether(const Address& wrapped_coin) {
        std::optional<PartKey> first;
        tables_.parts.for_each_unordered([&](const PartKey& key, const PartRow& row) {
            const bool is_coin = row.claims.token == wrapped_coin;
            if (is_coin && row.base_symbol == "USD" && (!first || key < *first)) {
                const auto worth = tables_.worths.find(key);
                if (worth && worth->claims.price.ok()) {
                    first = key;
                }
            }
        });
        if (!first) {
            return;
        }
        const PartRow& part = *tables_.parts.find(*first);
        const UnitPrice& price = tables_.worths.find(*first)->claims.price.value;
        const auto unit = checked_mul(price.unit, pow10(part.base_decimals));
        const auto scaled = checked_mul(price.price, pow10(kUsdDecimals));
        if (unit && scaled) {
            usd_.ether = UnitPrice{.price = *scaled, .unit = *unit};
        }
    }

    /// By which part each token is valued where no part is meant: the first that has a price.
    void find_prices() {
        tables_.parts.for_each_unordered([this](const PartKey& key, const PartRow& row) {
            const auto worth = tables_.worths.find(key);
            const bool counts =
                row.base_symbol == "USD" || (row.base_symbol == "ETH" && usd_.ether);
            if (!counts || worth == nullptr || !worth->claims.price.ok()) {
                return;
            }
            const auto [known, is_new] = priced_by_.try_emplace(row.claims.token, key);
            known->second = std::min(known->second, key);
        });
    }

    void take_wrapped() {
        tables_.wrapped.for_each_unordered([this](const TokenKey& key, const WrappedRow& row) {
            Wrapped one{
                .wrapper = key.token,
                .token = row.token,
                .decimals = decimals_of(row.token),
                .amount = amount_of(row),
                .usd = {},
                .block = row.block
            };
            one.usd = one.amount.ok() ? usd_of(row) : one.amount;
            wrapped_.push_back(std::move(one));
        });
        std::ranges::sort(wrapped_, {}, &Wrapped::wrapper);
    }

    [[nodiscard]] std::optional<std::uint8_t> decimals_of(const Address& token) const {
        const auto part = priced_by_.find(token);
        const auto row = part == priced_by_.end() ? nullptr : tables_.parts.find(part->second);
        if (row != nullptr && row->claims.decimals) {
            return row->claims.decimals;
        }
        const auto told = tables_.tokens.find({.token = token});
        return told == nullptr ? std::nullopt : told->decimals;
    }

    [[nodiscard]] static Figure<U256> amount_of(const WrappedRow& row) {
        const std::string at = " at block " + std::to_string(row.block);
        switch (row.word) {
            case AmountWord::kSaid:
                return Figure<U256>::of(row.amount);
            case AmountWord::kHeld:
                return row.amount.is_zero()
                           ? none("it holds none of it" + at + ": what it stands for is elsewhere")
                           : Figure<U256>::of(row.amount);
            case AmountWord::kNothing:
                return none("neither totalAssets() nor what it holds of it was told" + at);
            case AmountWord::kNoAnswer:
                return none("nobody could say how much of it there was" + at);
        }
        return none("nothing tells how much of it there is");
    }

    [[nodiscard]] Figure<U256> usd_of(const WrappedRow& row) const {
        const auto part = priced_by_.find(row.token);
        if (part == priced_by_.end()) {
            return none("no followed market has a price of it");
        }
        return usd_.value(
            row.amount,
            tables_.worths.find(part->second)->claims.price.value,
            *tables_.parts.find(part->second)
        );
    }

    const Tables& tables_;
    Usd usd_;
    std::map<Address, PartKey> priced_by_;
    std::vector<Wrapped> wrapped_;  ///< By wrapper.
};

std::vector<Node> nodes_of(const Tables& tables, const NameOf& name_of) {
    std::vector<NodeKey> keys;
    keys.reserve(2 * tables.edges.size());
    tables.edges.for_each_unordered([&keys](const EdgeKey& key, const EdgeRow&) {
        keys.push_back(key.from);
        keys.push_back(key.to);
    });
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
    std::vector<Node> nodes;
    nodes.reserve(keys.size());
    for (const NodeKey& key : keys) {
        const std::string name = name_of(key);
        // Without its name a node is told by its key, so that no two are called the same.
        const std::string id = node_id(key, name.empty() ? to_hex(key.rest.bytes) : name);
        nodes.push_back(
            {.key = key, .id = id, .name = name.empty() ? id : name, .category = {}, .accounts = {}}
        );
    }
    return nodes;
}

bool asks_for_underlying(const ClaimRow& claim) {
    constexpr auto kGetReserve = eth::selector<"getReserveData(address)">();
    return claim.question.size() >= kGetReserve.size() &&
           std::equal(kGetReserve.begin(), kGetReserve.end(), claim.question.begin());
}

std::vector<Saying> sayings_of(const Tables& tables) {
    std::vector<Saying> out;
    tables.tokens.for_each_unordered([&](const TokenKey& key, const TokenRow& row) {
        const auto claim = tables.claims.find(key);
        const bool names_market = claim != nullptr && !claim->market.is_zero();
        if (names_market || row.contradicts_itself) {
            out.push_back(
                {.token = key.token,
                 .market = names_market ? claim->market : Address{},
                 .market_says = names_market ? claim->says : MarketWord::kNone,
                 .of_underlying = names_market && asks_for_underlying(*claim),
                 .contradicts_itself = row.contradicts_itself}
            );
        }
    });
    std::ranges::sort(out, {}, &Saying::token);
    return out;
}

}  // namespace

Snapshot snapshot_of(
    const Tables& tables,
    std::string chain,
    const std::optional<Address>& wrapped_coin,
    const NameOf& name_of
) {
    Snapshot snapshot;
    snapshot.chain = std::move(chain);
    if (const auto row = tables.graph.find({})) {
        snapshot.block = row->block;
        snapshot.timestamp = row->timestamp;
    }
    snapshot.nodes = nodes_of(tables, name_of);
    const auto place_of = [&snapshot](const NodeKey& key) {
        return snapshot.find(key).value();
    };
    const Valuation valuation(tables, wrapped_coin);
    for (const EdgeKey& key : tables.edges.sorted_keys()) {
        const EdgeRow& row = *tables.edges.find(key);
        Edge edge;
        edge.from = place_of(key.from);
        edge.to = place_of(key.to);
        edge.kind = key.kind;
        edge.part = key.part;
        edge.proof = row.proof;
        valuation.fill(key, row, edge);
        snapshot.edges.push_back(std::move(edge));
    }
    snapshot.sayings = sayings_of(tables);
    snapshot.wrapped = valuation.wrapped();
    return snapshot;
}

}  // namespace faultline::graph
