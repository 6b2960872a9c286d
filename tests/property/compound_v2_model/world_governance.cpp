// SPDX-License-Identifier: Apache-2.0
// What governance and markets do in a random life.
#include "property/compound_v2_model/contracts.hpp"
#include "property/compound_v2_model/world.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace faultline::compound_v2_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::require;
using tests::ten_to;

constexpr std::size_t kMostTokens = 7;

}  // namespace

RateModel World::draw_model(Chance& chance) {
    constexpr std::array<RateKind, 4> kKinds{
        RateKind::kLine, RateKind::kJump, RateKind::kJump, RateKind::kJumpFactor
    };
    const RateKind kind = chance.one_of(kKinds);
    return {
        .kind = kind,
        .base = chance.one_in(3) ? Int(0) : chance.below(ten_to(10)),
        .multiplier = chance.below(ten_to(11)),
        .jump_multiplier =
            kind == RateKind::kJumpFactor ? chance.below(Int(20)) : chance.below(ten_to(12)),
        .kink = chance.below(ten_to(18)),
    };
}

/// Deployed, and possibly named by nobody for long.
Address World::make_model(Chance& chance) {
    const Address at = address_of(
        "model " + std::to_string(contracts_.number) + " " + std::to_string(models_.size())
    );
    models_.push_back(at);
    contracts_.make_model(at, draw_model(chance), !chance.one_in(8));
    return at;
}

void World::draw_price(Chance& chance, const Address& oracle, const Address& token) {
    contracts_.oracles.at(oracle)[token] = ten_to(14) + chance.up_to_digits(22);
}

/// A cToken is made, lives a little, and is listed in the same transaction or later.
void World::list(Chance& chance) {
    for (Place at = 0; at < contracts_.tokens().size(); ++at) {
        if (!contracts_.tokens()[at].listed && contracts_.tokens().size() >= 3) {
            contracts_.support(at);
            contracts_.set_collateral_factor(at, chance.below(9 * ten_to(17)));
            return;
        }
    }
    require(contracts_.tokens().size() < kMostTokens);
    const std::size_t count = contracts_.tokens().size();
    constexpr std::array<Generation, 4> kGenerations{
        Generation::kFirst, Generation::kNewest, Generation::kDelegate, Generation::kNewest
    };
    CToken token;
    token.self = address_of("cToken " + std::to_string(count));
    // The first is ether; the last two are of one underlying.
    if (count != 0) {
        token.underlying = address_of("underlying " + std::to_string(count == 6 ? 5 : count));
    }
    token.generation = count == 0 ? Generation::kFirst : chance.one_of(kGenerations);
    token.model = make_model(chance);
    token.initial_rate = ten_to(16) * (1 + chance.below(std::uint64_t{200}));
    draw_price(chance, address_of("oracle 0"), token.self);
    draw_price(chance, address_of("oracle 1"), token.self);
    const Place at = contracts_.create(std::move(token));
    if (chance.one_in(2)) {
        contracts_.set_reserve_factor(at, chance.below(ten_to(18)));
    }
    if (chance.one_in(6)) {
        return;
    }
    contracts_.support(at);
    contracts_.set_collateral_factor(at, chance.below(9 * ten_to(17)));
}

void World::become(Chance& chance) {
    contracts_.become(some_token(chance), Generation::kNewest);
}

void World::reduce_reserves(Chance& chance) {
    const Place at = some_token(chance);
    contracts_.reduce_reserves(at, chance.amount_of(contracts_.tokens()[at].total_reserves));
}

void World::reserve_factor(Chance& chance) {
    contracts_.set_reserve_factor(
        some_token(chance), chance.one_in(3) ? ten_to(18) : chance.below(ten_to(18))
    );
}

void World::change_model(Chance& chance) {
    const Address model = chance.one_in(2) ? make_model(chance) : chance.one_of(models_);
    contracts_.set_model(some_token(chance), model);
}

/// Of an updateable model, while markets use it: those with a kink are.
void World::change_parameters(Chance& chance) {
    const Address& at = chance.one_of(models_);
    require(contracts_.models().at(at).kind == RateKind::kJump);
    RateModel next = draw_model(chance);
    next.kind = RateKind::kJump;
    next.jump_multiplier = chance.below(ten_to(12));
    contracts_.update_model(at, next);
}

void World::collateral_factor(Chance& chance) {
    contracts_.set_collateral_factor(
        some_token(chance), chance.one_in(4) ? Int(0) : chance.below(ten_to(18))
    );
}

void World::comptroller_setting(Chance& chance) {
    switch (chance.below(std::uint64_t{3})) {
        case 0:
            contracts_.set_close_factor(ten_to(17) + chance.below(8 * ten_to(17)));
            break;
        case 1:
            contracts_.set_incentive(ten_to(18) + chance.below(3 * ten_to(17)));
            break;
        default:
            contracts_.set_borrow_cap(
                some_token(chance), chance.one_in(2) ? Int(0) : chance.up_to_digits(24)
            );
            break;
    }
}

void World::pause(Chance& chance) {
    const bool on = chance.one_in(3);
    switch (chance.below(std::uint64_t{4})) {
        case 0:
            contracts_.pause_mint(some_token(chance), on);
            break;
        case 1:
            contracts_.pause_borrow(some_token(chance), on);
            break;
        case 2:
            contracts_.pause_transfer(on);
            break;
        default:
            contracts_.pause_seize(on);
            break;
    }
}

void World::change_oracle(Chance& chance) {
    contracts_.set_oracle(chance.one_of(contracts_.oracles).first);
}

void World::move_price(Chance& chance) {
    const CToken& token = contracts_.tokens()[some_token(chance)];
    Int& price = contracts_.oracles.at(contracts_.oracle())[token.self];
    if (price == 0) {
        draw_price(chance, contracts_.oracle(), token.self);
    } else if (chance.one_in(60)) {
        price = 0;
    } else {
        price = price * (60 + chance.below(std::uint64_t{70})) / 100 + 1;
    }
}

}  // namespace faultline::compound_v2_model
