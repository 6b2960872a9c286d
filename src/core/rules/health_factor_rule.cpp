// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::rules {
namespace {

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kBaseDecimals = 8;
constexpr unsigned kRatioDigits = 4;
constexpr unsigned kMoneyDigits = 2;

template <class List, class Item>
bool selects(const List& list, const Item& item) {
    return list.empty() || std::ranges::find(list, item) != list.end();
}

}  // namespace

bool applies(const HealthFactorRule& rule, std::string_view market, const Address& account) {
    return selects(rule.markets, market) && selects(rule.accounts, account);
}

Verdict judge(const HealthFactorRule& rule, const HealthReading& reading) {
    if (reading.debt_base.is_zero() || reading.debt_base < rule.min_debt_base ||
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

std::string describe(const HealthFactorRule& rule, const HealthReading& reading, Verdict verdict) {
    const std::string debt =
        " (debt " + decimal_text(reading.debt_base, kBaseDecimals, kMoneyDigits) + " USD)";
    if (reading.debt_base.is_zero()) {
        return "the account has no debt any more";
    }
    if (reading.debt_base < rule.min_debt_base) {
        return "debt " + decimal_text(reading.debt_base, kBaseDecimals, kMoneyDigits) +
               " USD is below the rule's minimum";
    }
    const std::string factor =
        "health factor " + decimal_text(reading.health_factor_wad, kWadDecimals, kRatioDigits);
    if (verdict == Verdict::kBreach) {
        return factor + " is below " + decimal_text(rule.below_wad, kWadDecimals, kRatioDigits) +
               debt;
    }
    if (verdict == Verdict::kClear) {
        return factor + " is back at or above " +
               decimal_text(rule.resolve_at_wad, kWadDecimals, kRatioDigits) + debt;
    }
    return factor + " is not below " + decimal_text(rule.below_wad, kWadDecimals, kRatioDigits) +
           " any more" + debt;
}

}  // namespace faultline::rules
