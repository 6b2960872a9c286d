// SPDX-License-Identifier: Apache-2.0
// What accounts do in a random life.
#include "property/compound_v2_model/contracts.hpp"
#include "property/compound_v2_model/world.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v2_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::require;
using tests::ten_to;

}  // namespace

Place World::some_token(Chance& chance) const {
    require(!contracts_.tokens().empty());
    return chance.below(std::uint64_t{contracts_.tokens().size()});
}

const Address& World::user(Chance& chance) const {
    return chance.one_of(users_);
}

void World::find_debt(Chance& chance, Address& borrower, Place& at) const {
    const Place first = some_token(chance);
    const std::size_t from = chance.below(std::uint64_t{users_.size()});
    for (Place i = 0; i < contracts_.tokens().size(); ++i) {
        at = (first + i) % contracts_.tokens().size();
        for (std::size_t k = 0; k < users_.size(); ++k) {
            borrower = users_[(from + k) % users_.size()];
            if (contracts_.borrow_balance(contracts_.tokens()[at], borrower) != 0) {
                return;
            }
        }
    }
    throw tests::Refused{};
}

Int World::tokens_of(Place at, const Address& account) const {
    const auto& tokens = contracts_.tokens()[at].tokens;
    const auto held = tokens.find(account);
    return held == tokens.end() ? Int(0) : held->second;
}

Int World::capacity(Place at, const Address& account) const {
    const Int price = contracts_.price(contracts_.tokens()[at]);
    return price == 0 ? Int(0) : contracts_.liquidity(account).liquidity * ten_to(18) / price;
}

void World::open_position(Chance& chance) {
    const Address& who = user(chance);
    const Place security = some_token(chance);
    const Place debt = some_token(chance);
    contracts_.enter(security, who);
    contracts_.mint(security, who, ten_to(18) + chance.up_to_digits(22));
    contracts_.mint(debt, user(chance), ten_to(20) + chance.up_to_digits(22));
    const Int most = std::min(capacity(debt, who), contracts_.tokens()[debt].cash * 9 / 10);
    contracts_.borrow(debt, who, most - chance.below(1 + most / 4));
}

void World::mint(Chance& chance) {
    contracts_.mint(some_token(chance), user(chance), chance.amount_of(chance.up_to_digits(24)));
}

void World::redeem(Chance& chance) {
    const Place at = some_token(chance);
    const Address& who = user(chance);
    contracts_.redeem(at, who, chance.amount_of(tokens_of(at, who)), 0);
}

void World::redeem_underlying(Chance& chance) {
    const Place at = some_token(chance);
    const Address& who = user(chance);
    const Int whole =
        tokens_of(at, who) * contracts_.exchange_rate(contracts_.tokens()[at]) / ten_to(18);
    contracts_.redeem(at, who, 0, chance.amount_of(whole));
}

void World::borrow(Chance& chance) {
    const Place at = some_token(chance);
    const Address& who = user(chance);
    contracts_.borrow(at, who, chance.amount_of(capacity(at, who)));
}

void World::repay(Chance& chance) {
    Address borrower;
    Place at = 0;
    find_debt(chance, borrower, at);
    const Int owed = contracts_.borrow_balance(contracts_.tokens()[at], borrower);
    contracts_.repay(
        at,
        chance.one_in(2) ? borrower : user(chance),
        chance.one_in(8) ? user(chance) : borrower,
        chance.one_in(4) ? std::nullopt : std::optional(chance.amount_of(owed))
    );
}

void World::crash(Chance& chance) {
    Address borrower;
    Place at = 0;
    find_debt(chance, borrower, at);
    auto& prices = contracts_.oracles.at(contracts_.oracle());
    for (int i = 0; i < 12 && contracts_.liquidity(borrower).shortfall == 0; ++i) {
        for (const Place entered : contracts_.assets_in(borrower)) {
            Int& price = prices[contracts_.tokens()[entered].self];
            price = entered == at ? price * (110 + chance.below(std::uint64_t{50})) / 100
                                  : price * (50 + chance.below(std::uint64_t{50})) / 100 + 1;
        }
    }
}

void World::liquidate(Chance& chance) {
    if (!chance.one_in(3)) {
        crash(chance);
    }
    Address borrower;
    Place at = 0;
    find_debt(chance, borrower, at);
    const auto& entered = contracts_.assets_in(borrower);
    require(!entered.empty());
    const Place security = chance.one_in(8) ? some_token(chance) : chance.one_of(entered);
    const CToken& debt = contracts_.tokens()[at];
    Int most = contracts_.borrow_balance(debt, borrower) * contracts_.close_factor() / ten_to(18);
    if (!chance.one_in(4)) {
        // As much as there is to seize.
        const CToken& seized = contracts_.tokens()[security];
        const Int worth = tokens_of(security, borrower) * contracts_.exchange_rate(seized) /
                          ten_to(18) * contracts_.price(seized) / ten_to(18);
        const Int price = contracts_.price(debt) * contracts_.incentive() / ten_to(18);
        require(price != 0);
        most = std::min(most, worth * ten_to(18) / price);
    }
    contracts_.liquidate(
        at, security, user(chance), borrower, chance.one_in(2) ? most : chance.amount_of(most)
    );
}

void World::transfer(Chance& chance) {
    const Place at = some_token(chance);
    const Address& src = user(chance);
    // To the contract itself: nothing is burnt.
    const Address dst = chance.one_in(6) ? contracts_.tokens()[at].self : user(chance);
    contracts_.transfer(at, src, dst, chance.amount_of(tokens_of(at, src)));
}

void World::enter(Chance& chance) {
    contracts_.enter(some_token(chance), user(chance));
}

void World::exit(Chance& chance) {
    contracts_.exit(some_token(chance), user(chance));
}

void World::accrue(Chance& chance) {
    contracts_.accrue(some_token(chance));
}

void World::add_reserves(Chance& chance) {
    contracts_.add_reserves(some_token(chance), user(chance), chance.amount_of(ten_to(15)));
}

void World::donate(Chance& chance) {
    contracts_.donate(some_token(chance), user(chance), chance.up_to_digits(20));
}

std::string World::operate(Chance& chance) {
    struct Operation {
        const char* name;
        unsigned weight;
        void (World::*run)(Chance&);
    };

    static constexpr std::array<Operation, 25> kOperations{{
        {.name = "open", .weight = 10, .run = &World::open_position},
        {.name = "mint", .weight = 8, .run = &World::mint},
        {.name = "redeem", .weight = 7, .run = &World::redeem},
        {.name = "redeem underlying", .weight = 5, .run = &World::redeem_underlying},
        {.name = "borrow", .weight = 7, .run = &World::borrow},
        {.name = "repay", .weight = 8, .run = &World::repay},
        {.name = "liquidate", .weight = 14, .run = &World::liquidate},
        {.name = "transfer", .weight = 8, .run = &World::transfer},
        {.name = "enter", .weight = 5, .run = &World::enter},
        {.name = "exit", .weight = 5, .run = &World::exit},
        {.name = "accrue", .weight = 4, .run = &World::accrue},
        {.name = "add reserves", .weight = 2, .run = &World::add_reserves},
        {.name = "reduce reserves", .weight = 2, .run = &World::reduce_reserves},
        {.name = "reserve factor", .weight = 2, .run = &World::reserve_factor},
        {.name = "model", .weight = 2, .run = &World::change_model},
        {.name = "parameters", .weight = 2, .run = &World::change_parameters},
        {.name = "collateral factor", .weight = 4, .run = &World::collateral_factor},
        {.name = "setting", .weight = 3, .run = &World::comptroller_setting},
        {.name = "pause", .weight = 5, .run = &World::pause},
        {.name = "oracle", .weight = 1, .run = &World::change_oracle},
        {.name = "list", .weight = 4, .run = &World::list},
        {.name = "become", .weight = 1, .run = &World::become},
        {.name = "donate", .weight = 2, .run = &World::donate},
        {.name = "price", .weight = 8, .run = &World::move_price},
        {.name = "crash", .weight = 3, .run = &World::crash},
    }};
    if (contracts_.tokens().size() < 3) {
        list(chance);
        return "list";
    }
    unsigned total = 0;
    for (const Operation& one : kOperations) {
        total += one.weight;
    }
    std::uint64_t drawn = chance.below(std::uint64_t{total});
    for (const Operation& one : kOperations) {
        if (drawn < one.weight) {
            (this->*one.run)(chance);
            return one.name;
        }
        drawn -= one.weight;
    }
    return {};
}

}  // namespace faultline::compound_v2_model
