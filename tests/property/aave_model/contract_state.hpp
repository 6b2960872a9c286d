// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/exact_math.hpp"

#include <faultline/base/bytes.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What the contracts of one market hold in storage.
namespace faultline::aave_model {

/// Index in the Pool's reservesList.
using ReserveIndex = unsigned;
using Seconds = std::uint64_t;

/// ScaledBalanceTokenBase._userState: the balance, and the index of the last change.
struct ScaledHolding {
    Int scaled;
    Int index;
};

/// StableDebtToken: principal, rate and time of one account.
struct StableHolding {
    Int principal;
    Int rate;
    Seconds updated = 0;
};

struct Position {
    ScaledHolding supply;
    ScaledHolding debt;
    StableHolding stable;
};

struct Account {
    std::uint8_t emode = 0;
    std::set<ReserveIndex> collateral;
    std::set<ReserveIndex> debt;
};

/// ReserveConfigurationMap, and the grace period.
struct Configuration {
    Int ltv;
    Int threshold;
    Int bonus;
    unsigned decimals = 0;
    bool active = true;
    bool frozen = false;
    bool borrowing = false;
    bool stable_borrowing = false;
    bool paused = false;
    bool borrowable_in_isolation = false;
    bool siloed = false;
    bool flash_loans = false;
    Int reserve_factor;
    Int borrow_cap;
    Int supply_cap;
    Int protocol_fee;
    std::uint8_t emode_category = 0;
    Int unbacked_cap;
    Int debt_ceiling;
    Seconds grace_until = 0;
    Int ltv_before_freeze;
};

struct Reserve {
    std::string symbol;
    Address asset;
    Address a_token;
    Address v_token;
    Address stable_token;
    Address strategy;
    bool listed = false;
    Configuration config;
    Int liquidity_index;
    Int debt_index;
    Int liquidity_rate;
    Int variable_rate;
    Int stable_rate;
    Seconds updated = 0;
    Int scaled_supply;
    Int scaled_debt;
    Int stable_principal;
    Int stable_average_rate;
    Seconds stable_updated = 0;
    Int accrued_to_treasury;
    Int unbacked;
    Int isolation_debt;
    Int deficit;
    Int underlying;  ///< virtualUnderlyingBalance; in 3.0 nobody is told it.
};

struct Category {
    Int ltv;
    Int threshold;
    Int bonus;
    Address price_source;  ///< Up to 3.1.
    std::string label;
    Int collateral_bits;
    Int borrowable_bits;
    Int ltv_zero_bits;
    bool isolated = false;
};

struct State {
    std::vector<Reserve> reserves;
    std::map<Address, Account> accounts;
    std::map<std::pair<Address, ReserveIndex>, Position> positions;
    std::map<std::uint8_t, Category> categories;
    std::map<Address, Int> prices;  ///< Of assets and of categories' price sources.
    Int flash_premium_to_protocol;
    Int bridge_fee;
};

struct Rates {
    Int liquidity;
    Int stable;
    Int variable;
};

/// getUserAccountData, in the order of its answer.
struct AccountFigures {
    Int collateral;
    Int debt;
    Int available;
    Int threshold;
    Int ltv;
    Int health_factor;
};

/// What they are made of: sums over an account's reserves.
struct FigureSums {
    Int collateral;
    Int debt;
    Int by_ltv;
    Int by_threshold;
};

}  // namespace faultline::aave_model
