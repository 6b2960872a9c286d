// SPDX-License-Identifier: Apache-2.0
#include "engine/account_signals.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/evaluation_counts.hpp>
#include <faultline/engine/position_signals.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::string_view kAccounts = "accounts_below_health";
constexpr std::string_view kDebt = "debt_below_health";

/// The value that a selector's label has to have, by `=`; empty: it does not say so.
std::string named(const signals::Selector& selector, std::string_view label) {
    for (const signals::Matcher& matcher : selector.matchers) {
        if (matcher.label == label && matcher.kind == signals::MatchKind::kIs) {
            return matcher.value;
        }
    }
    return {};
}

/// nullopt: it is no health factor from 0.01 to 100.
std::optional<U256> health_of(const std::string& text) {
    const U256 least_wad = pow10(16);
    const U256 most_wad = pow10(20);
    const auto health = Decimal::parse(text);
    if (!health || health->negative() || health->magnitude() < least_wad ||
        health->magnitude() > most_wad) {
        return std::nullopt;
    }
    return health->magnitude();
}

bool counts_below(const signals::Selector& selector) {
    return selector.name == kAccounts || selector.name == kDebt;
}

void add(BelowHealth& sum, const BelowHealth& more) {
    sum.positions += more.positions;
    sum.debt_base = checked_add(sum.debt_base, more.debt_base).value_or(U256::max());
}

}  // namespace

std::string position_fault(const signals::Selector& selector) {
    if (std::string fault = account_fault(selector); !fault.empty()) {
        return fault;
    }
    if (!counts_below(selector) || health_of(named(selector, "health"))) {
        return {};
    }
    return selector.name +
           " has to say which health factor, from 0.01 to 100, such as health=\"1.05\"";
}

void PositionSignals::ask(const std::vector<rules::SignalRule>& rules) {
    levels_.clear();
    for (const rules::SignalRule& rule : rules) {
        for (const signals::Selector& selector : rule.measure.selectors()) {
            const std::string text = named(selector, "health");
            const auto wad = counts_below(selector) ? health_of(text) : std::nullopt;
            if (wad && std::ranges::find(levels_, text, &Level::text) == levels_.end()) {
                levels_.push_back({.wad = *wad, .text = text});
            }
        }
    }
    std::ranges::sort(levels_, [](const Level& a, const Level& b) {
        return std::tie(a.wad, a.text) < std::tie(b.wad, b.text);
    });
}

void PositionSignals::count(
    std::vector<BelowHealth>& below, const Figure<protocol::PositionHealth>& figure
) const {
    if (levels_.empty() || !figure.ok()) {
        return;
    }
    const protocol::PositionHealth& health = figure.value;
    const auto level = std::ranges::upper_bound(levels_, health.health_factor_wad, {}, &Level::wad);
    if (level == levels_.end()) {
        return;
    }
    below.resize(levels_.size());
    add(below[static_cast<std::size_t>(level - levels_.begin())],
        {.positions = 1, .debt_base = health.debt_base});
}

void PositionSignals::each(const Source& source, const signals::Visit& visit) const {
    for (std::size_t i = 0; i < source.valued.size(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = source.protocols.of(market);
        const protocol::BaseCurrency currency = protocol.base_currency(market);
        const Figure<bool> usable = protocol.usable(market);
        const MarketValued& valued = source.valued[i];
        BelowHealth sum;
        for (std::size_t place = 0; place < levels_.size(); ++place) {
            if (place < valued.below.size()) {
                add(sum, valued.below[place]);
            }
            signals::Labels labels{
                {"protocol", std::string(protocol.name(market))},
                {"market", source.protocols.label(market).name},
                {"health", levels_[place].text}
            };
            if (source.wanted.reads(kAccounts)) {
                visit(
                    {.name = std::string(kAccounts),
                     .labels = labels,
                     .value = told_sum(valued, usable, Decimal::of(sum.positions))}
                );
            }
            if (source.wanted.reads(kDebt)) {
                labels["currency"] = currency.symbol;
                visit(
                    {.name = std::string(kDebt),
                     .labels = std::move(labels),
                     .value =
                         told_sum(valued, usable, Decimal::of(sum.debt_base, currency.decimals))}
                );
            }
        }
    }
}

}  // namespace faultline::engine
