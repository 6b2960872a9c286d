// SPDX-License-Identifier: Apache-2.0
// Who governs a market: the contract that keeps its roles, which the provider logs when it is set
// and is asked for where that was before; and the PayloadsController, whom the provider's admin, an
// executor, names as its owner.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"

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

/// Where the admin is no executor of Aave's governance (a multisig, a DSPauseProxy), it names
/// nobody, or somebody who logs no payloads.
protocol::GovernorPath payloads_path_of(const MarketConfig& config, bool followed) {
    static const std::array<Bytes, 2> calls{admin_call(Generation::kV3), owner_call()};
    static const std::array<Bytes, 2> calls_of_v2{admin_call(Generation::kV2), owner_call()};
    return {
        .contract = followed ? config.addresses_provider : Address{},
        .calls = config.generation == Generation::kV2 ? calls_of_v2 : calls
    };
}

/// Whether the block puts another admin in force.
bool sets_admin(const MarketConfig& config, const eth::Block& block) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address != config.addresses_provider) {
            continue;
        }
        if (events::ACLAdminUpdated::matches(log) ||
            events::v2::ConfigurationAdminUpdated::matches(log)) {
            return true;
        }
        const auto by_name = events::AddressSet::decode(log);
        const auto of_v2 = events::v2::AddressSet::decode(log);
        if ((by_name && by_name->get<"id">() == identifier("ACL_ADMIN")) ||
            (of_v2 && of_v2->get<"id">() == identifier("POOL_ADMIN"))) {
            return true;
        }
    }
    return false;
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
        const bool followed = tables_.markets.contains({market});
        tables_.acl_managers.take_first(market, path_of(configs_[i], followed), block);
        tables_.payloads_controllers.take_first(
            market, payloads_path_of(configs_[i], followed), block
        );
    }
}

void Markets::plan_governors(
    const eth::Block& block, MarketId market, std::vector<eth::Read>& reads
) const {
    const MarketConfig& config = configs_[market];
    const bool followed = tables_.markets.contains({market});
    tables_.acl_managers.plan(market, path_of(config, followed), block, false, reads);
    tables_.payloads_controllers.plan(
        market, payloads_path_of(config, followed), block, sets_admin(config, block), reads
    );
}

void Markets::apply_governors(const eth::Block& block, MarketId market) {
    const MarketConfig& config = configs_[market];
    const bool followed = tables_.markets.contains({market});
    tables_.acl_managers.take(market, path_of(config, followed), block);
    if (sets_admin(config, block)) {
        // Whoever the admin before had behind it: in history, or where nobody answers, the next
        // live blocks ask; a wallet has nobody.
        tables_.payloads_controllers.forget(market);
    }
    tables_.payloads_controllers.take(market, payloads_path_of(config, followed), block);
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        if (const auto manager = acl_manager_set(config, block.logs[i])) {
            tables_.acl_managers.set(market, *manager);
        }
    }
}

}  // namespace faultline::aave
