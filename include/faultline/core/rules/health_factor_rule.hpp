// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// Decimals of HealthFactorRule::min_debt_base.
inline constexpr unsigned kMinDebtDecimals = 8;

/// Fires for each account whose health factor is below `below_wad` at `for_blocks` blocks in a row;
/// resolves when it is at or above `resolve_at_wad`, or the account has no debt any more.
struct HealthFactorRule {
    std::string name;
    Severity severity = Severity::kWarning;
    U256 below_wad;                ///< 1e18 is the liquidation limit.
    U256 resolve_at_wad;           ///< >= below_wad: the gap keeps an alert from flapping.
    std::uint32_t for_blocks = 1;  ///< 1 fires at the first block below.
    /// Accounts with less debt are ignored; in the market's base currency, with kMinDebtDecimals
    /// whatever that currency has.
    U256 min_debt_base;
    std::vector<std::string> markets;  ///< Market names; empty means all.
    std::vector<Address> accounts;     ///< Empty means all.
    /// Receivers hear of a transition when its block is that final.
    eth::Finality wait_for = eth::Finality::kLatest;
};

/// The figures of one account as of one block; exact, never partial.
struct HealthReading {
    U256 health_factor_wad;
    U256 collateral_base;
    U256 debt_base;
    /// What the market values in.
    std::string_view base_symbol = "USD";
    unsigned base_decimals = 8;
};

/// What a reading means to a rule.
enum class Verdict : std::uint8_t {
    kClear,   ///< The condition does not hold; a firing alert resolves.
    kHold,    ///< Between the thresholds: starts nothing, ends nothing but a pending alert.
    kBreach,  ///< The condition holds.
};

/// Whether the rule looks at this account at all.
bool applies(const HealthFactorRule& rule, std::string_view market, const Address& account);

Verdict judge(const HealthFactorRule& rule, const HealthReading& reading);

/// "health factor 1.0173 is below 1.05 (debt 1234.56 USD)": for people; rounded down, never up.
std::string describe(const HealthFactorRule& rule, const HealthReading& reading, Verdict verdict);

/// A fixed-point integer as decimal text, cut (not rounded) to `digits` decimals:
/// 1017300000000000000, 18, 4 -> "1.0173".
std::string decimal_text(const U256& value, unsigned scale, unsigned digits);

}  // namespace faultline::rules
