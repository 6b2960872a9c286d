// SPDX-License-Identifier: Apache-2.0
// What contracts said is asked once more: proxies change their word.
#include "core/graph/turn.hpp"
#include "unit/core/graph/leg_answers.hpp"
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace faultline::graph {
namespace {

const Address kToken = token(0);
const Address kPool = address(0x90, 1);
const Address kOther = address(0x90, 2);

Chain& begun(Chain& chain) {
    chain.set({.market = 0, .holder = {}, .part = part(0), .side = {}}, 10);
    chain.live_block();
    return chain;
}

Contracts atoken(const Address& underlying, const Address& pool) {
    return Contracts()
        .say(kToken, eth::encode_call<"POOL()">(), word_of(pool))
        .say(kToken, eth::encode_call<"UNDERLYING_ASSET_ADDRESS()">(), word_of(underlying))
        .say(pool, eth::encode_call<"getReserveData(address)">(underlying), words_with(8, kToken));
}

void a_turn(Chain& chain, const Contracts& contracts) {
    for (std::size_t i = 0; i < kAskedAgainEvery; ++i) {
        contracts.live_block(chain);
    }
    contracts.settle(chain);
}

std::optional<Saying> said_of(const Chain& chain, const Address& token) {
    for (const Saying& saying : chain.graph.snapshot().sayings) {
        if (saying.token == token) {
            return saying;
        }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a proxy that wraps something else, or names another market, is followed", "[graph]") {
    Chain chain;
    begun(chain);
    atoken(token(9), kPool).settle(chain);
    const auto first = said_of(chain, kToken);
    REQUIRE(first.has_value());
    CHECK(first->market == kPool);
    CHECK(chain.graph.tables().tokens.find({.token = kToken})->wraps == token(9));

    const Contracts later = atoken(token(8), kOther);
    a_turn(chain, later);
    const auto second = said_of(chain, kToken);
    REQUIRE(second.has_value());
    CHECK(second->market == kOther);
    CHECK(second->market_says == MarketWord::kLists);
    CHECK(chain.graph.tables().tokens.find({.token = kToken})->wraps == token(8));

    // Who began later says the same.
    Chain young;
    begun(young);
    later.settle(young);
    CHECK(said_of(young, kToken) == second);
}

TEST_CASE("a market that lists a token no longer is heard", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = atoken(token(9), kPool);
    contracts.settle(chain);
    CHECK(said_of(chain, kToken)->market_says == MarketWord::kLists);
    contracts.say(
        kPool, eth::encode_call<"getReserveData(address)">(token(9)), words_with(8, token(77))
    );
    a_turn(chain, contracts);
    CHECK(said_of(chain, kToken)->market_says == MarketWord::kDenies);
}

TEST_CASE("who cannot be asked again stays as he was", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = atoken(token(9), kPool);
    contracts.settle(chain);
    const auto before = said_of(chain, kToken);
    contracts.mute(kToken).mute(kPool);
    a_turn(chain, contracts);
    CHECK(said_of(chain, kToken) == before);
    CHECK_FALSE(chain.graph.tables().tokens.find({.token = kToken})->unanswered);
}

TEST_CASE("no token keeps its old word by a getter that burns all gas", "[graph]") {
    Chain chain;
    begun(chain);
    atoken(token(9), kPool).settle(chain);
    Contracts later = atoken(token(8), kPool);
    later.mute(kToken, eth::encode_call<"asset()">());
    a_turn(chain, later);
    const auto row = chain.graph.tables().tokens.find({.token = kToken});
    CHECK(row->wraps == token(8));
    CHECK_FALSE(row->unanswered);
}

TEST_CASE("a whole graph of the history has every row", "[graph]") {
    Chain chain;
    begun(chain);
    atoken(token(9), kPool).settle(chain);
    std::vector<ledger::RowChange> all = chain.rows();
    std::erase_if(all, [](const ledger::RowChange& row) { return !Tables::has(row.table); });
    CHECK(chain.graph.dump() == all);
    std::set<ledger::TableId> tables;
    for (const ledger::RowChange& row : all) {
        tables.insert(row.table);
    }
    CHECK(tables.size() >= 7);
}

TEST_CASE("each contract has one turn, and none loses it to others of the same turn", "[graph]") {
    std::size_t turns = 0;
    for (std::uint64_t number = 0; number < kAskedAgainEvery; ++number) {
        turns += is_turn(kToken, number) ? 1 : 0;
    }
    CHECK(turns == 1);

    std::vector<Address> many;
    for (std::uint8_t i = 0; i < 40; ++i) {
        many.push_back(address(0x50, i));
    }
    std::set<Address> asked;
    for (std::uint64_t turn = 0; turn < 40; ++turn) {
        const std::vector<Address> now = some_of(many, 3, turn * kAskedAgainEvery);
        CHECK(now.size() == 3);
        asked.insert(now.begin(), now.end());
    }
    CHECK(asked.size() == many.size());
    CHECK(some_of(many, 0, 0).empty());
}

}  // namespace faultline::graph
