// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v2_model/world.hpp"

#include "property/compound_v2_model/contract_views.hpp"
#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v2_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::ModelPosition;
using tests::Refused;
using tests::ten_to;
using tests::ViewCall;

constexpr std::uint64_t kDeployedAt = 1001;

Address comptroller() {
    return address_of("comptroller");
}

}  // namespace

World::World(Chance& chance) : contracts_(comptroller()) {
    static_cast<void>(chance);
    for (std::size_t i = 0; i < 7; ++i) {
        users_.push_back(address_of("user " + std::to_string(i)));
    }
    contracts_.oracles[address_of("oracle 0")] = {};
    contracts_.oracles[address_of("oracle 1")] = {};
    contracts_.fees_bps[address_of("underlying 2")] = 15;
}

std::unique_ptr<protocol::Deployment> World::deployment(bool from_start) {
    std::vector<compound_v2::MarketConfig> markets;
    markets.push_back(
        {.name = "core",
         .comptroller = comptroller(),
         .deployed_at = from_start ? std::optional(kDeployedAt) : std::nullopt,
         .base_currency = {.symbol = "USD", .decimals = 18}}
    );
    return std::make_unique<compound_v2::Deployment>(std::move(markets));
}

bool World::deployed(std::size_t /*place*/) const {
    return contracts_.deployed();
}

void World::begin_block(std::uint64_t number, std::uint64_t /*time*/) {
    contracts_.book.begin_block();
    contracts_.number = number;
    if (number == kDeployedAt) {
        contracts_.book.begin_transaction();
        contracts_.deploy();
        contracts_.set_oracle(address_of("oracle 0"));
        contracts_.set_close_factor(5 * ten_to(17));
        contracts_.set_incentive(108 * ten_to(16));
    }
}

std::optional<eth::ReadAnswer> World::answer(const eth::Read& read) const {
    return contract_answer(contracts_, read);
}

std::vector<ViewCall> World::views(Chance& chance) const {
    std::vector<Address> accounts = users_;
    accounts.push_back(address_of("nobody"));
    if (!contracts_.tokens().empty()) {
        accounts.push_back(chance.one_of(contracts_.tokens()).self);
    }
    return contract_views(chance, contracts_, accounts);
}

std::vector<ModelPosition> World::positions() const {
    std::vector<ModelPosition> out;
    const bool priced = std::ranges::all_of(contracts_.listed(), [&](Place at) {
        return contracts_.price(contracts_.tokens()[at]) != 0;
    });
    for (const Address& account : users_) {
        ModelPosition position{
            .market = 0,
            .holder = {.account = account, .part = {}},
            .indebted = false,
            .liquidatable = std::nullopt,
            .priced = priced,
            .late = std::ranges::any_of(
                contracts_.listed(),
                [&](Place at) { return contracts_.tokens()[at].total_supply == 0; }
            )
        };
        for (const CToken& token : contracts_.tokens()) {
            position.indebted |= contracts_.borrow_balance(token, account) != 0;
        }
        try {
            const Liquidity now = contracts_.liquidity(account);
            if (now.error == 0) {
                position.liquidatable = now.shortfall != 0;
            }
        } catch (const Refused&) {
            position.priced = false;
        }
        out.push_back(position);
    }
    return out;
}

}  // namespace faultline::compound_v2_model
