// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/selector.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {
namespace {

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kRatioDigits = 4;
constexpr unsigned kMoneyDigits = 2;
/// Of a currency whose hundredths are worth something.
constexpr unsigned kCoinDigits = 4;
constexpr unsigned kCoinDecimals = 18;

bool selects(const std::vector<Address>& accounts, const Address& account) {
    return accounts.empty() || std::ranges::find(accounts, account) != accounts.end();
}

/// `core*` is any market whose name begins so.
bool selects(const std::vector<std::string>& patterns, std::string_view market) {
    return patterns.empty() || std::ranges::any_of(patterns, [market](const std::string& pattern) {
               const bool exact = !pattern.contains('*');
               return exact
                          ? pattern == market
                          : signals::matches(
                                {.label = {}, .kind = signals::MatchKind::kLike, .value = pattern},
                                market
                            );
           });
}

bool too_little_debt(const HealthFactorRule& rule, const HealthReading& reading) {
    if (reading.base_decimals >= kMinDebtDecimals) {
        const auto least =
            checked_mul(rule.min_debt_base, pow10(reading.base_decimals - kMinDebtDecimals));
        return !least || reading.debt_base < *least;
    }
    const auto debt =
        checked_mul(reading.debt_base, pow10(kMinDebtDecimals - reading.base_decimals));
    return debt && *debt < rule.min_debt_base;
}

/// "1234.56 USD"
std::string debt_text(const HealthReading& reading) {
    const unsigned digits = reading.base_decimals >= kCoinDecimals ? kCoinDigits : kMoneyDigits;
    return decimal_text(reading.debt_base, reading.base_decimals, digits) + " " +
           std::string(reading.base_symbol);
}

}  // namespace

bool applies(const HealthFactorRule& rule, std::string_view market, const Address& account) {
    return selects(rule.markets, market) && selects(rule.accounts, account);
}

Verdict judge(const HealthFactorRule& rule, const HealthReading& reading) {
    if (reading.debt_base.is_zero() || too_little_debt(rule, reading) ||
        reading.health_factor_wad >= rule.resolve_at_wad) {
        return Verdict::kClear;
    }
    return reading.health_factor_wad < rule.below_wad ? Verdict::kBreach : Verdict::kHold;
}

std::string decimal_text(const U256& value, unsigned scale, unsigned digits) {
    std::string text = value.to_string();
    if (text.size() <= scale) {
        text.insert(0, scale + 1 - text.size(), '0');
    }
    const std::size_t point = text.size() - scale;
    std::string out = text.substr(0, point);
    if (digits > 0) {
        out += "." + text.substr(point, digits);
    }
    return out;
}

std::string factor_text(const U256& factor_wad) {
    return decimal_text(factor_wad, kWadDecimals, kRatioDigits);
}

std::string condition_text(const HealthFactorRule& rule) {
    return "health factor below " + factor_text(rule.below_wad);
}

std::string describe(const HealthFactorRule& rule, const HealthReading& reading, Verdict verdict) {
    const std::string debt = " (debt " + debt_text(reading) + ")";
    if (reading.debt_base.is_zero()) {
        return "the account has no debt any more";
    }
    if (too_little_debt(rule, reading)) {
        return "debt " + debt_text(reading) + " is below the rule's minimum";
    }
    const std::string factor = "health factor " + factor_text(reading.health_factor_wad);
    if (verdict == Verdict::kBreach) {
        return factor + " is below " + factor_text(rule.below_wad) + debt;
    }
    if (verdict == Verdict::kClear) {
        return factor + " is back at or above " + factor_text(rule.resolve_at_wad) + debt;
    }
    return factor + " is not below " + factor_text(rule.below_wad) + " any more" + debt;
}

}  // namespace faultline::rules
