// SPDX-License-Identifier: Apache-2.0
// The exposure graph of real contracts, from tapes: its rows are those of a rebuild, what it says
// of a part comes to the market's own total, and looking through loses no dollar.
#include "property/aave_deployment.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/compound_v3_replay.hpp"
#include "property/graph_replay.hpp"
#include "property/maker_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

using graph::EdgeKey;
using graph::EdgeKind;
using graph::EdgeRow;
using graph::NodeKind;
using graph::PartKey;

/// What was compared, so that nobody takes nothing for a proof.
struct Tally {
    std::size_t sums = 0;       ///< Totals that edges come to,
    std::size_t above = 0;      ///< and those that nodes alone exceed.
    std::size_t withheld = 0;   ///< Sides with edges whose total nothing tells.
    std::size_t nodes = 0;      ///< Looked through, with a total.
    std::size_t circular = 0;   ///< Of them: something goes round.
    std::size_t terminals = 0;  ///< Where they end.
    std::size_t others = 0;
};

/// Units of all edges of a side of a part.
std::map<std::pair<PartKey, bool>, U256> sums_of(const graph::Tables& tables, Tally& tally) {
    std::map<std::pair<PartKey, bool>, U256> out;
    tables.edges.for_each_unordered([&](const EdgeKey& key, const EdgeRow& row) {
        const bool owed = key.kind == EdgeKind::kDebt;
        if (!owed && key.kind != EdgeKind::kSupplied && key.kind != EdgeKind::kCollateral) {
            return;
        }
        const graph::NodeKey& market = owed ? key.from : key.to;
        U256& sum = out[{PartKey{.market = market, .part = key.part}, owed}];
        sum = checked_add(sum, row.units).value();
        tally.others += (owed ? key.to : key.from).kind == NodeKind::kOthers ? 1 : 0;
    });
    return out;
}

void check_sums(const graph::Tables& tables, Tally& tally) {
    for (const auto& [side, sum] : sums_of(tables, tally)) {
        const auto worth = tables.worths.find(side.first);
        REQUIRE(worth != nullptr);
        const Figure<U256>& total = (side.second ? worth->owed : worth->claims).total_units;
        INFO(side.first.part.hex() << (side.second ? " owed " : " claimed ") << total.reason);
        if (!total.ok()) {
            ++tally.withheld;
        } else if (sum == total.value) {
            ++tally.sums;
        } else {
            CHECK(side.second);
            CHECK(sum > total.value);
            ++tally.above;
        }
    }
}

void check_look_through(const graph::Snapshot& snapshot, Tally& tally) {
    const graph::LookThrough look(snapshot);
    for (graph::NodeIndex node = 0; node < snapshot.nodes.size(); ++node) {
        const graph::Exposure exposure = look.of(node);
        U256 ends = exposure.circular_usd;
        for (const graph::Terminal& terminal : exposure.terminals) {
            ends = checked_add(ends, terminal.usd).value();
        }
        INFO(snapshot.nodes[node].id);
        CHECK(ends == exposure.total_usd);
        tally.nodes += exposure.total_usd.is_zero() ? 0 : 1;
        tally.circular += exposure.circular_usd.is_zero() ? 0 : 1;
        tally.terminals += exposure.terminals.size();
    }
}

graph::GraphOptions with_top(std::size_t holders) {
    return {
        .chain = "recorded",
        .top_holders = holders,
        .wrapped_coin = std::nullopt,
        .pinned = {},
        .labelled_wraps = {}
    };
}

Tally run(GraphReplay& replay) {
    constexpr std::size_t kLookEvery = 10;
    Tally tally;
    std::size_t steps = 0;
    for (std::size_t height = 0; replay.step();) {
        if (replay.blocks() <= height) {
            height = replay.blocks();
            continue;
        }
        height = replay.blocks();
        CHECK(replay.graph().dump() == replay.rebuilt());
        check_sums(replay.graph().tables(), tally);
        if (++steps % kLookEvery == 0) {
            check_look_through(replay.graph().snapshot(), tally);
            replay.without_newest([&] { CHECK(replay.graph().dump() == replay.before()); });
        }
    }
    CHECK(steps > kLookEvery);
    return tally;
}

void say(const std::string& tape, const GraphReplay& replay, const Tally& tally) {
    WARN(
        tape << ": " << replay.blocks() << " blocks, " << replay.reverted() << " taken back; "
             << tally.sums << " sums equal, " << tally.above << " above, " << tally.withheld
             << " withheld; " << tally.nodes << " nodes looked through to " << tally.terminals
             << " ends, " << tally.circular << " circular; others in " << tally.others
    );
    CHECK(tally.sums > 0);
    CHECK(tally.nodes > 0);
    CHECK(tally.others > 0);
}

/// The cTokens of a tape, as a market whose oracle counts in ETH.
std::unique_ptr<protocol::Deployment> deploy_ctokens_in_eth(const tape::Manifest& manifest) {
    return std::make_unique<compound_v2::Deployment>(std::vector<compound_v2::MarketConfig>{
        {.name = "in-eth",
         .comptroller = *Address::from_hex(*manifest.find("ctoken.unitroller")),
         .deployed_at = 0,
         .base_currency = {"ETH", 18}}
    });
}

/// The price of one of a part, in 8 decimals of USD, as Aave's oracle answered.
std::optional<U256> price_of(const protocol::MarketExposure& aave, const Address& token) {
    for (const protocol::PartExposure& part : aave.parts) {
        if (part.claims.token == token && part.claims.price.ok()) {
            return part.claims.price.value.price;
        }
    }
    return std::nullopt;
}

/// How many edges of the market that counts in ETH are worth what the coin's price makes of them.
std::size_t check_in_eth(
    const graph::Snapshot& snapshot,
    const protocol::MarketExposure& market,
    const std::optional<U256>& coin
) {
    std::size_t valued = 0;
    const auto node = snapshot.find(graph::NodeKey::of(NodeKind::kMarket, market.contract));
    for (const graph::Edge& edge : snapshot.edges) {
        const bool owed = edge.kind == EdgeKind::kDebt && edge.from == node;
        const bool held = edge.kind == EdgeKind::kCollateral && edge.to == node;
        const auto part = std::ranges::find(market.parts, edge.part, &protocol::PartExposure::part);
        if ((!owed && !held) || part == market.parts.end() || !edge.amount.ok()) {
            continue;
        }
        const auto& price = (owed ? part->owed : part->claims).price;
        if (!price.ok() || !coin) {
            CHECK_FALSE(edge.usd.ok());
            continue;
        }
        const U256 wei =
            mul_div_floor(edge.amount.value, price.value.price, price.value.unit).value();
        REQUIRE(edge.usd.ok());
        CHECK(edge.usd.value == mul_div_floor(wei, *coin, wad()).value());
        valued += edge.usd.value.is_zero() ? 0 : 1;
    }
    return valued;
}

}  // namespace

TEST_CASE("a recorded market that counts in ETH is worth what another says of the wrapped coin") {
    const tape::Manifest manifest = manifest_of(kMini.name);
    const Underlyings underlyings(manifest);
    const auto revision = revisions(kMini);
    const Address weth = address_at(manifest, "tokens.WETH.address");
    GraphReplay replay(
        kMini.name,
        {aave_deployment, deploy_ctokens_in_eth},
        [&](const eth::Read& read) {
            auto told = underlyings.answer(read);
            return told ? told : revision(read);
        },
        {.chain = "recorded",
         .top_holders = 20,
         .wrapped_coin = weth,
         .pinned = {},
         .labelled_wraps = {}}
    );
    std::size_t valued = 0;
    std::size_t before = 0;
    while (replay.step()) {
        const auto of = replay.graph().as_of();
        REQUIRE(of);
        const protocol::At at{.number = of->block.number, .timestamp = of->timestamp};
        const auto coin = price_of(replay.protocols().of(0).exposure(0, at), weth);
        before += coin ? 0 : 1;
        valued +=
            check_in_eth(replay.graph().snapshot(), replay.protocols().of(1).exposure(1, at), coin);
    }
    WARN(valued << " edges valued, " << before << " blocks before the coin had a price");
    CHECK(valued > 0);
    CHECK(before > 0);
}

TEST_CASE("the graph of Aave's tapes is that of a rebuild, adds up and loses no dollar") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    GraphReplay replay(recording.name, {aave_deployment}, revisions(recording), with_top(3));
    const Tally tally = run(replay);
    say(recording.name, replay, tally);
    CHECK(tally.above == 0);
    CHECK(tally.withheld == 0);
}

TEST_CASE("the graph of a Comet's tape is that of a rebuild, adds up and loses no dollar") {
    GraphReplay replay("comet-s1", {comet_deployment}, {}, with_top(3));
    const Tally tally = run(replay);
    say("comet-s1", replay, tally);
    CHECK(tally.above == 0);
    CHECK(tally.withheld == 7);  // Before the tape asks the Comet for the first time.
}

TEST_CASE("the graph of cTokens' tapes is that of a rebuild, adds up and loses no dollar") {
    const std::string name = GENERATE("compoundv2-s1", "devnet-mini");
    const Underlyings underlyings(manifest_of(name));
    GraphReplay replay(
        name,
        {deploy_ctokens},
        [&underlyings](const eth::Read& read) { return underlyings.answer(read); },
        with_top(name == "devnet-mini" ? 1 : 3)
    );
    const Tally tally = run(replay);
    say(name, replay, tally);
    // totalBorrows and the index are rounded apart: what nodes owe may be a little more.
    CHECK(tally.above < tally.sums / 10);
    // devnet-mini has no exchange rate of a cToken that nobody has.
    CHECK(tally.withheld == (name == "devnet-mini" ? 178 : 0));
}

TEST_CASE("the graph of Maker's tape is that of a rebuild, adds up and loses no dollar") {
    const tape::Manifest manifest = manifest_of("maker-dss-s1");
    const ToldJoins joins(manifest);
    GraphReplay replay(
        "maker-dss-s1",
        {deploy_dss},
        [&joins](const eth::Read& read) { return joins.answer(read); },
        with_top(3)
    );
    const Tally tally = run(replay);
    say("maker-dss-s1", replay, tally);
    CHECK(tally.above == 0);
    CHECK(tally.withheld == 0);

    // Dai stands for the gem of each ilk, and for what the PSM's pocket has.
    const graph::Snapshot snapshot = replay.graph().snapshot();
    const auto key = [&](NodeKind kind, const std::string& path) {
        return graph::NodeKey::of(kind, address_at(manifest, path));
    };
    const graph::LookThrough look(snapshot);
    const auto dai = snapshot.find(key(NodeKind::kToken, "dai"));
    REQUIRE(dai);
    for (const char* gem : {"ilks.ETH-A.gem", "ilks.WBTC-A.gem", "ilks.WSTETH-B.gem"}) {
        const auto exposed = look.between(*dai, key(NodeKind::kToken, gem));
        INFO(gem);
        REQUIRE(exposed);
        CHECK_FALSE(exposed->usd.is_zero());
    }
    const auto pocket = look.between(*dai, key(NodeKind::kToken, "psm.gem"));
    REQUIRE(pocket);
    CHECK((pocket->unvalued > 0 || !pocket->usd.is_zero()));  // Nobody poked its ilk.
}

}  // namespace faultline::tests
