// SPDX-License-Identifier: Apache-2.0
// What happens to the markets of a random life.
#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/compound_v3_model/comet_events.hpp"
#include "property/compound_v3_model/world.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v3_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::Refused;
using tests::require;
using tests::ten_to;

}  // namespace

const Address& World::actor(Chance& chance) const {
    return chance.one_of(users_);
}

const Address& World::anybody(Chance& chance) const {
    return chance.one_in(16) ? chance.one_of(others_) : chance.one_of(users_);
}

std::optional<Address> World::borrower(Turn turn) const {
    const std::uint64_t first = turn.chance.below(std::uint64_t{users_.size()});
    for (std::size_t i = 0; i < users_.size(); ++i) {
        const Address& user = users_[(first + i) % users_.size()];
        if (turn.comet.user(user).principal < 0) {
            return user;
        }
    }
    return std::nullopt;
}

Address World::collateral_of(Turn turn) const {
    return turn.chance.one_of(turn.comet.config().assets).asset;
}

Int World::capacity(const Comet& comet, const Address& account) const {
    Int value = 0;
    for (const Asset& asset : comet.config().assets) {
        const Int price = chain_.feeds.at(asset.feed).answer;
        if (price > 0) {
            value += comet.collateral(account, asset.asset) * price / asset.scale *
                     asset.borrow_factor / ten_to(18);
        }
    }
    const Int base_price = chain_.feeds.at(comet.config().base_feed).answer;
    if (base_price <= 0) {
        return 0;
    }
    const Int owed = comet.borrow_balance_of(chain_, account);
    const Int most = value * comet.config().base_scale / base_price;
    return comet.balance_of(chain_, account) + (most > owed ? most - owed : Int(0));
}

std::optional<Int> World::base_amount(Turn turn, const Int& whole) const {
    if (turn.chance.one_in(12)) {
        return std::nullopt;
    }
    if (turn.chance.one_in(3)) {
        return turn.chance.up_to_digits(14);
    }
    return turn.chance.amount_of(whole);
}

/// Somebody needs collateral before anything else is interesting.
void World::open_position(Turn turn) {
    const Address& user = actor(turn.chance);
    const Asset& asset = turn.chance.one_of(turn.comet.config().assets);
    const Address funder = address_of("whale");
    turn.comet.supply(
        chain_,
        funder,
        turn.chance.one_in(2) ? funder : actor(turn.chance),
        turn.comet.config().base_token,
        turn.comet.config().base_scale * turn.chance.up_to_digits(5)
    );
    turn.comet.supply(chain_, user, user, asset.asset, asset.scale * turn.chance.up_to_digits(4));
    const Int most = capacity(turn.comet, user);
    turn.comet.withdraw(
        chain_, user, user, turn.comet.config().base_token, most - turn.chance.below(1 + most / 4)
    );
}

void World::supply(Turn turn) {
    const Address dst = anybody(turn.chance);
    const Int owed = turn.comet.borrow_balance_of(chain_, dst);
    const auto amount = base_amount(turn, owed + turn.chance.below(Int(3)));
    turn.comet.supply(chain_, actor(turn.chance), dst, turn.comet.config().base_token, amount);
}

void World::repay(Turn turn) {
    const auto debtor = borrower(turn);
    require(debtor.has_value());
    const Int owed = turn.comet.borrow_balance_of(chain_, *debtor);
    turn.comet.supply(
        chain_, actor(turn.chance), *debtor, turn.comet.config().base_token, base_amount(turn, owed)
    );
}

void World::withdraw(Turn turn) {
    const Address& src = actor(turn.chance);
    const Int held = turn.comet.balance_of(chain_, src);
    turn.comet.withdraw(
        chain_, src, anybody(turn.chance), turn.comet.config().base_token, base_amount(turn, held)
    );
}

void World::borrow(Turn turn) {
    const Address& src = actor(turn.chance);
    const Int most = capacity(turn.comet, src);
    turn.comet.withdraw(
        chain_,
        src,
        anybody(turn.chance),
        turn.comet.config().base_token,
        most - turn.chance.below(1 + most / 8)
    );
}

void World::transfer(Turn turn) {
    const Address& src = actor(turn.chance);
    const Int whole =
        turn.chance.one_in(2) ? turn.comet.balance_of(chain_, src) : capacity(turn.comet, src);
    turn.comet.transfer(
        chain_, src, anybody(turn.chance), turn.comet.config().base_token, base_amount(turn, whole)
    );
}

/// From one who borrows, or may, to one who owes: in no log where nobody ends with a supply.
void World::transfer_debt(Turn turn) {
    const auto debtor = borrower(turn);
    require(debtor.has_value());
    const Address& src = actor(turn.chance);
    const Int most =
        std::min(capacity(turn.comet, src), turn.comet.borrow_balance_of(chain_, *debtor));
    turn.comet.transfer(
        chain_, src, *debtor, turn.comet.config().base_token, turn.chance.amount_of(most)
    );
}

void World::supply_collateral(Turn turn) {
    const Asset& asset = turn.chance.one_of(turn.comet.config().assets);
    turn.comet.supply(
        chain_,
        actor(turn.chance),
        anybody(turn.chance),
        asset.asset,
        turn.chance.amount_of(asset.scale * turn.chance.up_to_digits(3))
    );
}

void World::withdraw_collateral(Turn turn) {
    const Address& src = actor(turn.chance);
    const Address asset = collateral_of(turn);
    turn.comet.withdraw(
        chain_,
        src,
        anybody(turn.chance),
        asset,
        turn.chance.amount_of(turn.comet.collateral(src, asset))
    );
}

void World::transfer_collateral(Turn turn) {
    const Address& src = actor(turn.chance);
    const Address asset = collateral_of(turn);
    turn.comet.transfer(
        chain_,
        src,
        anybody(turn.chance),
        asset,
        turn.chance.amount_of(turn.comet.collateral(src, asset))
    );
}

/// A collateral of somebody who owes loses worth, until he is unsafe or it has none left.
void World::crash(Turn turn) {
    const auto debtor = borrower(turn);
    require(debtor.has_value());
    for (const Asset& asset : turn.comet.config().assets) {
        Feed& feed = chain_.feeds.at(asset.feed);
        for (int i = 0; i < 4 && feed.answer > 0; ++i) {
            if (turn.comet.is_liquidatable(chain_, *debtor)) {
                return;
            }
            if (turn.comet.collateral(*debtor, asset.asset) != 0) {
                feed.answer = feed.answer * (30 + turn.chance.below(std::uint64_t{60})) / 100 + 1;
            }
        }
    }
}

void World::absorb(Turn turn) {
    if (!turn.chance.one_in(3)) {
        crash(turn);
    }
    std::vector<Address> accounts;
    for (const Address& user : users_) {
        if (turn.comet.is_liquidatable(chain_, user) && !turn.chance.one_in(4)) {
            accounts.push_back(user);
        }
    }
    // Nobody is an absorption, too: one that accrues and says nothing.
    require(!accounts.empty() || turn.chance.one_in(8));
    if (turn.chance.one_in(10)) {
        accounts.push_back(actor(turn.chance));
    }
    turn.comet.absorb(chain_, actor(turn.chance), accounts);
}

void World::buy(Turn turn) {
    const Asset& asset = turn.chance.one_of(turn.comet.config().assets);
    const Int reserves = turn.comet.collateral_reserves(chain_, asset.asset);
    const Int price = chain_.feeds.at(asset.feed).answer;
    const Int base_price = chain_.feeds.at(turn.comet.config().base_feed).answer;
    require(base_price > 0);
    const Int cost = reserves * price / asset.scale * turn.comet.config().base_scale / base_price;
    turn.comet.buy_collateral(chain_, actor(turn.chance), asset.asset, turn.chance.amount_of(cost));
}

void World::withdraw_reserves(Turn turn) {
    const Int reserves = turn.comet.reserves(chain_);
    require(reserves > 0);
    turn.comet.withdraw_reserves(chain_, actor(turn.chance), turn.chance.amount_of(reserves));
}

void World::pause(Turn turn) {
    turn.comet.pause(chain_, turn.chance.one_in(3) ? turn.chance.below(Int(32)) : Int(0));
}

void World::accrue(Turn turn) {
    turn.comet.accrue_account(chain_, anybody(turn.chance));
}

void World::donate(Turn turn) {
    const Address token =
        turn.chance.one_in(2) ? turn.comet.config().base_token : turn.chance.one_of(tokens_);
    chain_.transfer(token, actor(turn.chance), turn.comet.self(), turn.chance.up_to_digits(16));
}

void World::move_price(Turn turn) {
    const Address& feed = turn.chance.one_in(4)
                              ? turn.comet.config().base_feed
                              : turn.chance.one_of(turn.comet.config().assets).feed;
    Feed& of = chain_.feeds.at(feed);
    of.broken = turn.chance.one_in(60);
    if (of.answer <= 0) {
        of.answer = kLeastBasePrice + turn.chance.up_to_digits(11);
    } else if (turn.chance.one_in(50)) {
        of.answer = turn.chance.one_in(2) ? Int(0) : Int(-5);
    } else {
        of.answer = of.answer * (40 + turn.chance.below(std::uint64_t{90})) / 100 + 1;
        if (feed == turn.comet.config().base_feed && of.answer < kLeastBasePrice) {
            of.answer = kLeastBasePrice;
        }
    }
}

void World::upgrade(Turn turn) {
    Configuration config = turn.comet.config();
    Chance& chance = turn.chance;
    if (config.assets.size() < 23 && chance.one_in(2)) {
        for (const Address& token : tokens_) {
            const bool known =
                token == config.base_token ||
                std::ranges::find(config.assets, token, &Asset::asset) != config.assets.end();
            if (!known) {
                config.assets.push_back(listed(chance, token));
                break;
            }
        }
    }
    if (chance.one_in(2)) {
        draw_rates(chance, config);
    }
    if (chance.one_in(2)) {
        Asset& asset = config.assets[chance.below(std::uint64_t{config.assets.size()})];
        const Address feed = asset.feed;
        asset = listed(chance, asset.asset);
        asset.feed = feed;
    }
    if (chance.one_in(3)) {
        // Another feed: immutables of the implementation.
        Asset& asset = config.assets[chance.below(std::uint64_t{config.assets.size()})];
        const Address feed = address_of("new " + asset.feed.hex());
        chain_.feeds[feed] = {.answer = chance.up_to_digits(11) + 1'000, .broken = false};
        asset.feed = feed;
    }
    config.supply_speed = chance.below(ten_to(12));
    config.min_for_rewards = 1 + chance.below(config.base_scale * 10);
    config.target_reserves = chance.below(config.base_scale * 100'000);
    config.store_front_factor = chance.below(ten_to(18) + 1);
    config.asset_list = address_of("asset list " + std::to_string(chain_.number));
    config.absorb_tells_transfer |= chance.one_in(2);
    turn.comet.upgrade(chain_, std::move(config));
}

std::string World::operate(Chance& chance) {
    struct Operation {
        const char* name;
        unsigned weight;
        void (World::*run)(Turn);
    };

    static constexpr std::array<Operation, 19> kOperations{{
        {.name = "open", .weight = 8, .run = &World::open_position},
        {.name = "supply", .weight = 8, .run = &World::supply},
        {.name = "repay", .weight = 6, .run = &World::repay},
        {.name = "withdraw", .weight = 7, .run = &World::withdraw},
        {.name = "borrow", .weight = 7, .run = &World::borrow},
        {.name = "transfer", .weight = 8, .run = &World::transfer},
        {.name = "transfer debt", .weight = 10, .run = &World::transfer_debt},
        {.name = "supply collateral", .weight = 7, .run = &World::supply_collateral},
        {.name = "withdraw collateral", .weight = 5, .run = &World::withdraw_collateral},
        {.name = "transfer collateral", .weight = 6, .run = &World::transfer_collateral},
        {.name = "absorb", .weight = 9, .run = &World::absorb},
        {.name = "buy", .weight = 4, .run = &World::buy},
        {.name = "withdraw reserves", .weight = 2, .run = &World::withdraw_reserves},
        {.name = "pause", .weight = 3, .run = &World::pause},
        {.name = "accrue", .weight = 5, .run = &World::accrue},
        {.name = "donate", .weight = 2, .run = &World::donate},
        {.name = "price", .weight = 8, .run = &World::move_price},
        {.name = "crash", .weight = 3, .run = &World::crash},
        {.name = "upgrade", .weight = 2, .run = &World::upgrade},
    }};
    unsigned total = 0;
    for (const Operation& one : kOperations) {
        total += one.weight;
    }
    Comet& comet = comets_[chance.below(std::uint64_t{comets_.size()})];
    require(comet.initialized());
    std::uint64_t drawn = chance.below(std::uint64_t{total});
    for (const Operation& one : kOperations) {
        if (drawn < one.weight) {
            (this->*one.run)({.chance = chance, .comet = comet});
            return one.name;
        }
        drawn -= one.weight;
    }
    return {};
}

}  // namespace faultline::compound_v3_model
