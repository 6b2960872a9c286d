// SPDX-License-Identifier: Apache-2.0
// Which contract keeps a market's roles: the provider logs what is set, and is asked for what was
// set before.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::aave {
namespace {

/// V2 has no roles but the provider's own admins.
protocol::GovernorPath path_of(const MarketConfig& config, bool followed) {
    static const std::array<Bytes, 1> calls{acl_manager_call()};
    return {
        .contract = config.generation == Generation::kV3 && followed ? config.addresses_provider
                                                                     : Address{},
        .calls = calls
    };
}

std::optional<Address> acl_manager_set(const MarketConfig& config, const eth::Log& log) {
    if (log.address != config.addresses_provider || config.generation != Generation::kV3) {
        return std::nullopt;
    }
    if (events::ACLManagerUpdated::matches(log)) {
        const auto event = events::ACLManagerUpdated::decode(log);
        return event ? std::optional(event->get<"newAddress">()) : std::nullopt;
    }
    const auto event = events::AddressSet::decode(log);
    return event && event->get<"id">() == identifier("ACL_MANAGER")
               ? std::optional(event->get<"newAddress">())
               : std::nullopt;
}

}  // namespace

void Markets::learn(const eth::Block& block) {
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        tables_.acl_managers.take_first(
            market, path_of(configs_[i], tables_.markets.contains({market})), block
        );
    }
}

void Markets::plan_acl_manager(
    const eth::Block& block, MarketId market, std::vector<eth::Read>& reads
) const {
    tables_.acl_managers.plan(
        market, path_of(configs_[market], tables_.markets.contains({market})), block, false, reads
    );
}

void Markets::apply_acl_manager(const eth::Block& block, MarketId market) {
    tables_.acl_managers.take(
        market, path_of(configs_[market], tables_.markets.contains({market})), block
    );
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        if (const auto manager = acl_manager_set(configs_[market], block.logs[i])) {
            tables_.acl_managers.set(market, *manager);
        }
    }
}

}  // namespace faultline::aave
