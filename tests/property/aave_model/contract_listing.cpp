// SPDX-License-Identifier: Apache-2.0
// PoolAddressesProvider, and what lists, drops and reprices a reserve.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace faultline::aave_model {

namespace events = contract_events;

namespace {

Hash32 id_of(std::string_view text) {
    Hash32 id;
    std::ranges::copy(text, id.bytes.begin());
    return id;
}

}  // namespace

void ContractModel::create_pool(const Address& implementation) {
    if (rules_.v2()) {
        create_pool_v2(implementation);
        return;
    }
    const Address& provider = market().addresses_provider;
    emit<events::ProxyCreated>(provider, {id_of("POOL"), market().pool, implementation});
    if (rules_.since(Version::k33)) {
        emit<events::AddressSet>(
            provider, {id_of("MOCK_STABLE_DEBT"), Address{}, address_of("mock stable debt")}
        );
    }
}

void ContractModel::list_reserve(const Listing& listing) {
    std::size_t id = 0;
    while (id < state_.reserves.size() && state_.reserves[id].listed) {
        ++id;
    }
    if (id == state_.reserves.size()) {
        state_.reserves.emplace_back();
    }
    Reserve fresh;
    fresh.symbol = listing.symbol;
    fresh.asset = address_of(listing.symbol);
    // A reserve that comes back has new tokens.
    const std::string name = listing.symbol + std::to_string(++listings_);
    fresh.a_token = address_of("a" + name);
    fresh.v_token = address_of("v" + name);
    fresh.stable_token = rules_.stable_debt() ? address_of("s" + name) : Address{};
    fresh.strategy = address_of("strategy " + listing.symbol);
    fresh.listed = true;
    fresh.config.decimals = listing.decimals;
    fresh.liquidity_index = ray();
    fresh.debt_index = ray();
    state_.reserves[id] = fresh;
    const BytesView none;
    // The first aTokens of V2 did not say it.
    const bool silent = rules_.v2() && listings_ % 2 == 1;
    if (!silent) {
        emit<events::ATokenInitialized>(
            fresh.a_token,
            {fresh.asset, market().pool, treasury(), {}, listing.decimals, "a", listing.symbol, none
            }
        );
    }
    if (rules_.stable_debt()) {
        emit<events::DebtTokenInitialized>(
            fresh.stable_token,
            {fresh.asset, market().pool, {}, listing.decimals, "s", listing.symbol, none}
        );
    }
    emit<events::DebtTokenInitialized>(
        fresh.v_token, {fresh.asset, market().pool, {}, listing.decimals, "v", listing.symbol, none}
    );
    emit<events::ReserveInitialized>(
        market().configurator,
        {fresh.asset, fresh.a_token, fresh.stable_token, fresh.v_token, fresh.strategy}
    );
}

void ContractModel::drop_reserve(ReserveIndex id) {
    require(!rules_.v2() && rules_.until(Version::k36));
    const Reserve& of = reserve(id);
    const bool empty = of.scaled_supply == 0 && of.scaled_debt == 0 && of.stable_principal == 0;
    require(empty && of.accrued_to_treasury == 0 && of.underlying == 0);
    const Address asset = of.asset;
    state_.reserves[id] = Reserve{};
    auto& positions = state_.positions;
    for (auto held = positions.begin(); held != positions.end();) {
        held = held->first.second == id ? positions.erase(held) : std::next(held);
    }
    emit<events::ReserveDropped>(market().configurator, {asset});
}

void ContractModel::set_reserve_factor(ReserveIndex id, const Int& bps) {
    if (rules_.v2()) {
        set_reserve_factor_v2(id, bps);
        return;
    }
    const bool syncs = rules_.since(Version::k31);
    if (syncs) {
        update_state(id);
    }
    Reserve& of = reserve(id);
    emit<events::ReserveFactorChanged>(
        market().configurator, {of.asset, to_word(of.config.reserve_factor), to_word(bps)}
    );
    of.config.reserve_factor = bps;
    if (syncs) {
        update_rates(id, 0, 0);
    }
}

void ContractModel::change_rates(ReserveIndex id) {
    require(rules_.since(Version::k31));
    update_state(id);
    update_rates(id, 0, 0);
}

void ContractModel::set_flash_premium_to_protocol(const Int& bps) {
    require(!rules_.v2());
    emit<events::FlashloanPremiumToProtocolUpdated>(
        market().configurator, {to_word(state_.flash_premium_to_protocol), to_word(bps)}
    );
    state_.flash_premium_to_protocol = bps;
}

void ContractModel::set_bridge_fee(const Int& bps) {
    require(!rules_.v2() && rules_.until(Version::k36));
    emit<events::BridgeProtocolFeeUpdated>(
        market().configurator, {to_word(state_.bridge_fee), to_word(bps)}
    );
    state_.bridge_fee = bps;
}

}  // namespace faultline::aave_model
