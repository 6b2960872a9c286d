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
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::uint64_t kSeeds = 12;
constexpr int kBlocks = 60;

/// Applies what the contracts logged; nothing of it may be strange.
void feed(EngineFeed& engine, const MarketLife& life) {
    REQUIRE(engine.apply(life.contracts(), life.header()).empty());
}

void live(MarketLife& life, EngineFeed& engine) {
    for (int block = 1; block <= kBlocks; ++block) {
        life.next_block();
        feed(engine, life);
    }
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
        const bool equal = of_accounts[key.reserve] == totals;
        REQUIRE(equal);
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
    bool lower = false;
    for (const auto& [token, index] : before) {
        const auto found = after.find(token);
        lower = lower || (found != after.end() && (found->second.first < index.first ||
                                                   found->second.second < index.second));
    }
    REQUIRE_FALSE(lower);
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
    EngineFeed engine(version);
    live(life, engine);
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

/// Whether the rows of a block differ between three orders of what seven accounts do in it.
bool order_shows(Version version, std::uint64_t seed, std::size_t& done) {
    std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6};
    const auto in_order = rows_after(version, seed, order, done);
    Chance chance(seed);
    for (std::size_t i = order.size() - 1; i > 0; --i) {
        std::swap(order[i], order[chance.below(std::uint64_t{i} + 1)]);
    }
    const auto shuffled = rows_after(version, seed, order, done);
    std::ranges::reverse(order);
    return in_order != shuffled || in_order != rows_after(version, seed, order, done);
}

/// Whether a row is left of an account that undoes in a block what it did there.
bool leaves_rows(Version version, std::uint64_t seed) {
    MarketLife life(version, seed);
    EngineFeed engine(version);
    live(life, engine);
    const Address stranger = address_of("stranger");
    const auto id = static_cast<ReserveIndex>(life.chance().below(3));
    ContractModel& contracts = life.contracts();
    life.begin_block(1);
    const auto transact = [&](const std::function<void()>& operation) {
        return contracts.transact(operation);
    };
    const Int supplied = pow10(12) + life.amount(id);
    const bool went_through =
        transact([&] { contracts.supply(stranger, stranger, id, supplied); }) &&
        transact([&] { contracts.borrow(stranger, id, 1 + supplied / 2); }) &&
        transact([&] { contracts.repay(stranger, id, std::nullopt); }) &&
        transact([&] { contracts.withdraw(stranger, id, std::nullopt); });
    REQUIRE(went_through);
    feed(engine, life);
    const auto& tables = engine.tables();
    const auto reserve = static_cast<aave::ReserveId>(id);
    return tables.positions.contains({.market = 0, .account = stranger, .reserve = reserve}) ||
           tables.users.contains({.market = 0, .account = stranger});
}

void require_sums_and_indexes(Version version, std::uint64_t seed) {
    MarketLife life(version, seed);
    EngineFeed engine(version);
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

}  // namespace

TEST_CASE("balances of all accounts add up to the totals, and no index ever goes down") {
    const Version version = GENERATE(from_range(kTestedVersions));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        require_sums_and_indexes(version, 1'000 + seed);
    }
}

TEST_CASE("the order of what different accounts do in a block does not show in the rows") {
    const Version version = GENERATE(from_range(kTestedVersions));
    std::size_t done = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("Aave " << version_name(version) << ", seed " << seed);
        CHECK_FALSE(order_shows(version, 2'000 + seed, done));
    }
    const bool enough = done > 6 * kSeeds;
    CHECK(enough);
}

TEST_CASE("what is supplied and withdrawn, borrowed and repaid in one block leaves no row") {
    const Version version = GENERATE(from_range(kTestedVersions));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("Aave " << version_name(version) << ", seed " << seed);
        CHECK_FALSE(leaves_rows(version, 3'000 + seed));
    }
}

}  // namespace faultline::aave_model
