// SPDX-License-Identifier: Apache-2.0
#include "property/aave_model/market_life.hpp"

#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/contract_views.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr Seconds kGenesis = 1'700'000'000;
constexpr std::size_t kUsers = 6;

struct Listed {
    const char* symbol;
    unsigned decimals;
};

constexpr std::array<Listed, 5> kListed{{
    {.symbol = "WETH", .decimals = 18},
    {.symbol = "USDC", .decimals = 6},
    {.symbol = "WBTC", .decimals = 8},
    {.symbol = "GUSD", .decimals = 2},
    {.symbol = "LINK", .decimals = 18},
}};
/// Comes and goes.
constexpr const char* kGuest = "GUEST";

Hash32 hash_of(eth::BlockNum number) {
    return eth::keccak256("header " + std::to_string(number));
}

}  // namespace

Int Chance::below(const Int& bound) {
    Int drawn = 0;
    for (int i = 0; i < 4; ++i) {
        drawn = (drawn << 64U) + random_();
    }
    return drawn % bound;
}

Int Chance::up_to_digits(unsigned digits) {
    return below(pow10(1 + static_cast<unsigned>(below(std::uint64_t{digits})))) + 1;
}

MarketLife::MarketLife(Version version, std::uint64_t seed)
    : chance_(seed), contracts_(version, [this](ReserveIndex) { return draw_rates(); }) {
    for (std::size_t i = 0; i < kUsers; ++i) {
        holders_.push_back(address_of("user " + std::to_string(i)));
    }
    holders_.push_back(treasury());
    price_sources_ = {address_of("price source 1"), address_of("price source 2")};
}

eth::Header MarketLife::header() const {
    return {
        .ref = {.number = number_, .hash = hash_of(number_)},
        .parent = hash_of(number_ - 1),
        .timestamp = {contracts_.now()},
        .base_fee_wei = std::nullopt,
    };
}

Int MarketLife::draw_rate() {
    constexpr std::array<unsigned, 8> kPercent{0, 1, 5, 5, 20, 20, 100, 400};
    const unsigned most = kPercent.at(chance_.below(kPercent.size()));
    return most == 0 ? Int(0) : chance_.below(ray() * most / 100);
}

Rates MarketLife::draw_rates() {
    return {.liquidity = draw_rate(), .stable = draw_rate(), .variable = draw_rate()};
}

Int MarketLife::draw_price() {
    return chance_.up_to_digits(13);
}

Seconds MarketLife::draw_time() {
    constexpr Seconds kDay = 86'400;
    switch (chance_.below(16)) {
        case 0:
            return 0;  // As on chains whose blocks come faster than seconds.
        case 1:
            return 1 + chance_.below(60 * kDay);
        case 2:
        case 3:
            return 1 + chance_.below(kDay);
        default:
            return 1 + chance_.below(24);
    }
}

const Address& MarketLife::holder() {
    return holders_.at(chance_.below(holders_.size()));
}

/// A slot of the list, which may be empty: then the contracts refuse.
ReserveIndex MarketLife::reserve() {
    if (focus_ && !chance_.one_in(4)) {
        return *focus_;
    }
    return static_cast<ReserveIndex>(chance_.below(contracts_.state().reserves.size()));
}

Int MarketLife::amount(ReserveIndex id) {
    if (chance_.one_in(5)) {
        return 1 + chance_.below(30);
    }
    return chance_.up_to_digits(contracts_.state().reserves.at(id).config.decimals + 6);
}

std::optional<Int> MarketLife::part_of(const Int& whole) {
    switch (chance_.below(6)) {
        case 0:
            return std::nullopt;
        case 1:
            return whole;
        case 2:
            return whole == 0 ? whole : Int(whole - 1);
        case 3:
            return Int(1) + chance_.below(20);
        default:
            return chance_.below(whole + 1);
    }
}

void MarketLife::begin_block(Seconds elapsed) {
    ++number_;
    contracts_.begin_block(number_, number_ == 1 ? kGenesis : contracts_.now() + elapsed);
}

void MarketLife::next_block() {
    begin_block(draw_time());
    if (number_ == 1) {
        deploy();
        return;
    }
    for (const Reserve& reserve : contracts_.state().reserves) {
        if (reserve.listed && chance_.one_in(4)) {
            contracts_.set_price(reserve.asset, draw_price());
        }
    }
    if (chance_.one_in(8)) {
        contracts_.set_price(price_sources_.at(chance_.below(2)), draw_price());
    }
    for (std::uint64_t left = chance_.below(9); left > 0; --left) {
        transaction();
    }
}

void MarketLife::transaction() {
    const std::uint64_t operations = chance_.one_in(3) ? 2 + chance_.below(2) : 1;
    // What is done to one reserve twice in a transaction is where logs are easily misread.
    focus_.reset();
    if (operations > 1) {
        focus_ = reserve();
    }
    std::vector<std::string_view> names;
    const bool went_through = contracts_.transact([&] {
        for (std::uint64_t i = 0; i < operations; ++i) {
            const Operation& operation = draw_operation();
            names.push_back(operation.name);
            (this->*operation.run)();
        }
    });
    for (const std::string_view name : names) {
        done_[name] += went_through ? 1 : 0;
    }
}

const MarketLife::Operation& MarketLife::draw_operation() {
    const Rules& rules = contracts_.rules();
    const auto weight = [&](const Operation& one) {
        return rules.since(one.first) && rules.until(one.last) ? one.weight : 0U;
    };
    std::uint64_t total = 0;
    for (const Operation& one : operations()) {
        total += weight(one);
    }
    std::uint64_t at = chance_.below(total);
    std::size_t drawn = 0;
    while (at >= weight(operations()[drawn])) {
        at -= weight(operations()[drawn]);
        ++drawn;
    }
    return operations()[drawn];
}

void MarketLife::deploy() {
    contracts_.set_price(address_of(kGuest), draw_price());
    for (const Address& source : price_sources_) {
        contracts_.set_price(source, draw_price());
    }
    contracts_.transact([&] { contracts_.create_pool(pool_implementation()); });
    for (const Listed& one : kListed) {
        contracts_.set_price(address_of(one.symbol), draw_price());
        contracts_.transact([&] {
            contracts_.list_reserve({.symbol = one.symbol, .decimals = one.decimals});
        });
    }
    for (ReserveIndex id = 0; id < kListed.size(); ++id) {
        contracts_.transact([&] {
            contracts_.configure_collateral(id, 5'000 + 500 * id, 6'000 + 500 * id, 10'500);
            contracts_.set_reserve_factor(id, 1'000 * id);
            contracts_.set_switch(id, 1, true);
        });
    }
    contracts_.transact([&] {
        contracts_.set_flash_premium_to_protocol(3'000);
        if (contracts_.rules().isolation_mode()) {
            contracts_.set_bridge_fee(2'000);
            contracts_.set_debt_ceiling(kListed.size() - 1, 1'000'000'00);
        }
    });
    deploy_categories();
    // Somebody has to have supplied what others borrow.
    for (ReserveIndex id = 0; id < kListed.size(); ++id) {
        contracts_.transact([&] {
            const unsigned digits = kListed.at(id).decimals + 7;
            contracts_.supply(holders_[0], holders_[0], id, pow10(digits) + 7);
        });
    }
}

void MarketLife::deploy_categories() {
    for (std::uint8_t category = 1; category <= 2; ++category) {
        contracts_.transact([&] {
            contracts_.configure_category(
                category,
                {.ltv = 9'000,
                 .threshold = 9'300 + 100 * category,
                 .bonus = 10'100,
                 .price_source = category == 1 ? price_sources_[0] : Address{},
                 .label = "category",
                 .collateral_bits = {},
                 .borrowable_bits = {},
                 .ltv_zero_bits = {},
                 .isolated = category == 2}
            );
            contracts_.put_into_category(category, category, true);
        });
    }
}

const std::vector<MarketLife::Operation>& MarketLife::operations() {
    constexpr Version kEver = Version::k2;
    constexpr Version kFirst = Version::k302;
    constexpr Version kLast = Version::k37;
    const auto one = [](std::string_view name,
                        unsigned weight,
                        Version first,
                        Version last,
                        void (MarketLife::*run)()) {
        return Operation{.name = name, .weight = weight, .first = first, .last = last, .run = run};
    };
    static const std::vector<Operation> all{
        one("supply", 12, kEver, kLast, &MarketLife::supply),
        one("withdraw", 10, kEver, kLast, &MarketLife::withdraw),
        one("borrow", 12, kEver, kLast, &MarketLife::borrow),
        one("borrow stable", 8, kEver, Version::k31, &MarketLife::borrow_stable),
        one("repay", 9, kEver, kLast, &MarketLife::repay),
        one("repay with aTokens", 5, kFirst, kLast, &MarketLife::repay_with_a_tokens),
        one("repay stable", 6, kEver, Version::k31, &MarketLife::repay_stable),
        one("swap rate", 4, kEver, Version::k31, &MarketLife::swap_rate),
        one("rebalance", 2, kEver, Version::k31, &MarketLife::rebalance),
        one("transfer", 8, kEver, kLast, &MarketLife::transfer),
        one("flag", 4, kEver, kLast, &MarketLife::flag),
        one("eMode", 4, kFirst, kLast, &MarketLife::emode),
        one("liquidate", 12, kEver, kLast, &MarketLife::liquidate),
        one("flash loan", 3, kEver, kLast, &MarketLife::flash_loan),
        one("flash loan into debt", 1, kEver, kLast, &MarketLife::flash_loan_into_debt),
        one("treasury mint", 3, kFirst, kLast, &MarketLife::treasury_mint),
        one("mint unbacked", 2, kFirst, Version::k33, &MarketLife::mint_unbacked),
        one("back unbacked", 2, kFirst, Version::k33, &MarketLife::back_unbacked),
        one("cover deficit", 6, Version::k33, kLast, &MarketLife::cover_deficit),
        one("reserve factor", 2, kEver, kLast, &MarketLife::reserve_factor),
        one("change rates", 2, Version::k31, kLast, &MarketLife::change_rates),
        one("collateral configuration", 3, kEver, kLast, &MarketLife::collateral_configuration),
        one("freeze", 1, kEver, kLast, &MarketLife::freeze),
        one("parameter", 4, kEver, kLast, &MarketLife::parameter),
        one("fees", 1, kFirst, Version::k36, &MarketLife::fees),
        one("debt ceiling", 1, kFirst, Version::k36, &MarketLife::debt_ceiling),
        one("category", 2, kFirst, kLast, &MarketLife::category),
        one("category member", 4, kFirst, kLast, &MarketLife::category_member),
        one("list or drop", 1, kEver, kLast, &MarketLife::list_or_drop),
    };
    return all;
}

}  // namespace faultline::aave_model
