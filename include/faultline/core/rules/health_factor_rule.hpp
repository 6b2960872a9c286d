// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// Decimals of HealthFactorRule::min_debt_base.
inline constexpr unsigned kMinDebtDecimals = 8;

/// Fires for each account whose health factor is below `below_wad`; resolves when it is at or above
/// `resolve_at_wad`, or the account has no debt any more.
struct HealthFactorRule {
    Terms terms;
    U256 below_wad;       ///< 1e18 is the liquidation limit.
    U256 resolve_at_wad;  ///< >= below_wad: the gap keeps an alert from flapping.
    /// Accounts with less debt are ignored; in the market's base currency, with kMinDebtDecimals
    /// whatever that currency has.
    U256 min_debt_base;
    /// Only the accounts of a market that owe most, so many; 0: all.
    std::uint32_t top = 0;
    /// Names of markets, `*` for any characters; empty means all.
    std::vector<std::string> markets;
    std::vector<Address> accounts;  ///< Empty means all.
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

/// Whether the rule looks at this account at all.
bool applies(const HealthFactorRule& rule, std::string_view market, const Address& account);

Verdict judge(const HealthFactorRule& rule, const HealthReading& reading);

/// "health factor 1.0173 is below 1.05 (debt 1234.56 USD)": for people; rounded down, never up.
std::string describe(const HealthFactorRule& rule, const HealthReading& reading, Verdict verdict);

/// "1.0173": rounded down.
std::string factor_text(const U256& factor_wad);

/// "health factor below 1.05".
std::string condition_text(const HealthFactorRule& rule);

/// A fixed-point integer as decimal text, cut (not rounded) to `digits` decimals:
/// 1017300000000000000, 18, 4 -> "1.0173".
std::string decimal_text(const U256& value, unsigned scale, unsigned digits);

}  // namespace faultline::rules
