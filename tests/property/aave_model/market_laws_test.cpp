// SPDX-License-Identifier: Apache-2.0
// What holds of every market whatever happens in it, of the rows the engine makes.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/engine_feed.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/market_life.hpp"
#include "property/aave_model/tested_versions.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::uint64_t kSeeds = 12;
constexpr int kBlocks = 60;

/// Applies what the contracts logged; nothing of it may be strange.
void feed(EngineFeed& engine, const MarketLife& life) {
    REQUIRE(engine.apply(life.contracts(), life.header()).empty());
}

struct Sums {
    U256 supply;
    U256 debt;
    bool operator==(const Sums&) const = default;
};

void require_sums(const aave::Tables& tables) {
    std::map<aave::ReserveId, Sums> of_accounts;
    tables.positions.for_each_unordered([&](const auto& key, const auto& position) {
        Sums& sums = of_accounts[key.reserve];
        sums.supply = wrapping_add(sums.supply, position.scaled_supply);
        sums.debt = wrapping_add(sums.debt, position.scaled_debt);
    });
    tables.reserves.for_each_unordered([&](const auto& key, const auto& reserve) {
        const Sums totals{.supply = reserve.scaled_supply, .debt = reserve.scaled_debt};
        REQUIRE(of_accounts[key.reserve] == totals);
    });
}

using Indexes = std::map<Address, std::pair<U256, U256>>;

/// By aToken, since a reserve that is listed again begins anew.
Indexes indexes_of(const aave::Tables& tables) {
    Indexes indexes;
    tables.reserves.for_each_unordered([&](const auto&, const auto& reserve) {
        indexes[reserve.a_token] = {reserve.liquidity_index_ray, reserve.variable_borrow_index_ray};
    });
    return indexes;
}

void require_not_lower(const Indexes& before, const Indexes& after) {
    for (const auto& [token, index] : after) {
        const auto found = before.find(token);
        if (found != before.end()) {
            REQUIRE(index.first >= found->second.first);
            REQUIRE(index.second >= found->second.second);
        }
    }
}

/// What one account does in the block whose order is shuffled.
using Act = std::function<void(ContractModel&)>;

std::vector<Act> draw_acts(MarketLife& life) {
    std::vector<Act> acts;
    for (const Address& holder : life.holders()) {
        const auto id = static_cast<ReserveIndex>(life.chance().below(5));
        const Int amount = life.amount(id);
        switch (life.chance().below(4)) {
            case 0:
                acts.emplace_back([=](ContractModel& on) { on.supply(holder, holder, id, amount); }
                );
                break;
            case 1:
                acts.emplace_back([=](ContractModel& on) { on.withdraw(holder, id, amount); });
                break;
            case 2:
                acts.emplace_back([=](ContractModel& on) { on.borrow(holder, id, amount); });
                break;
            default:
                acts.emplace_back([=](ContractModel& on) { on.repay(holder, id, amount); });
        }
    }
    return acts;
}

/// Rows after the life's next block, in which the acts happen in this order.
std::vector<ledger::RowChange> rows_after(
    Version version, std::uint64_t seed, const std::vector<std::size_t>& order, std::size_t& done
) {
    MarketLife life(version, seed);
    EngineFeed engine;
    for (int block = 1; block <= kBlocks; ++block) {
        life.next_block();
        feed(engine, life);
    }
    // Rates that depend on who came last would tell the orders apart.
    life.contracts().set_rate_source([](ReserveIndex id) {
        return Rates{.liquidity = ray() / (50 + id), .stable = 0, .variable = ray() / (20 + id)};
    });
    const std::vector<Act> acts = draw_acts(life);
    life.begin_block(12);
    for (const std::size_t at : order) {
        const bool went_through = life.contracts().transact([&] { acts.at(at)(life.contracts()); });
        done += went_through ? 1 : 0;
    }
    feed(engine, life);
    return engine.rows();
}

}  // namespace

TEST_CASE("balances of all accounts add up to the totals, and no index ever goes down") {
    const Version version = GENERATE(from_range(kTestedVersions));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        MarketLife life(version, 1'000 + seed);
        EngineFeed engine;
        Indexes before;
        for (int block = 1; block <= kBlocks; ++block) {
            life.next_block();
            feed(engine, life);
            require_sums(engine.tables());
            const Indexes after = indexes_of(engine.tables());
            require_not_lower(before, after);
            before = after;
        }
    }
}

TEST_CASE("the order of what different accounts do in a block does not show in the rows") {
    const Version version = GENERATE(from_range(kTestedVersions));
    std::size_t done = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6};
        const auto in_order = rows_after(version, 2'000 + seed, order, done);
        Chance chance(seed);
        for (std::size_t i = order.size() - 1; i > 0; --i) {
            std::swap(order[i], order[chance.below(std::uint64_t{i} + 1)]);
        }
        const bool same = in_order == rows_after(version, 2'000 + seed, order, done);
        INFO("Aave " << version_name(version) << ", seed " << seed);
        CHECK(same);
        std::ranges::reverse(order);
        CHECK(in_order == rows_after(version, 2'000 + seed, order, done));
    }
    CHECK(done > 3 * kSeeds);
}

TEST_CASE("what is supplied and withdrawn, borrowed and repaid in one block leaves nothing") {
    const Version version = GENERATE(from_range(kTestedVersions));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        MarketLife life(version, 3'000 + seed);
        EngineFeed engine;
        for (int block = 1; block <= kBlocks; ++block) {
            life.next_block();
            feed(engine, life);
        }
        const Address stranger = address_of("stranger");
        const auto id = static_cast<ReserveIndex>(life.chance().below(3));
        ContractModel& contracts = life.contracts();
        life.begin_block(1);
        REQUIRE(contracts.transact([&] {
            contracts.supply(stranger, stranger, id, pow10(12) + life.amount(id));
        }));
        REQUIRE(contracts.transact([&] { contracts.borrow(stranger, id, 1 + life.amount(id) / 2); })
        );
        REQUIRE(contracts.transact([&] { contracts.repay(stranger, id, std::nullopt); }));
        REQUIRE(contracts.transact([&] { contracts.withdraw(stranger, id, std::nullopt); }));
        feed(engine, life);
        const auto& tables = engine.tables();
        const auto reserve = static_cast<aave::ReserveId>(id);
        CHECK_FALSE(tables.positions.contains({.market = 0, .account = stranger, .reserve = reserve}
        ));
        CHECK_FALSE(tables.users.contains({.market = 0, .account = stranger}));
    }
}

}  // namespace faultline::aave_model
