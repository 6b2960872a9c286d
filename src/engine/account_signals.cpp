// SPDX-License-Identifier: Apache-2.0
#include "engine/account_signals.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::engine {
namespace {

constexpr std::string_view kHealth = "account_health";
constexpr std::string_view kDebt = "account_debt";
constexpr std::string_view kCollateral = "account_collateral";
constexpr std::array kNames{kHealth, kDebt, kCollateral};
constexpr unsigned kWadDecimals = 18;

bool of_account(const signals::Selector& selector) {
    return std::ranges::find(kNames, selector.name) != kNames.end();
}

/// The account that a selector names as signals do.
std::optional<Address> account_of(const signals::Selector& selector) {
    for (const signals::Matcher& matcher : selector.matchers) {
        if (matcher.label != "account" || matcher.kind != signals::MatchKind::kIs) {
            continue;
        }
        const auto account = Address::from_hex(matcher.value);
        if (account && account->hex() == matcher.value) {
            return *account;
        }
    }
    return std::nullopt;
}

Figure<Decimal> figure_of(
    const Figure<protocol::PositionHealth>& of, const U256& amount, unsigned decimals
) {
    if (!of.ok()) {
        return Figure<Decimal>::without(of.status, of.reason);
    }
    const auto value = Decimal::of(amount, decimals);
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
}

/// One market at one block.
class Speaker {
  public:
    Speaker(const AccountSignals& of, protocol::MarketId market, const signals::Visit& visit)
        : of_(of),
          market_(market),
          protocol_(of.protocols.of(market)),
          currency_(protocol_.base_currency(market)),
          visit_(visit) {}

    void say(const Address& account) const {
        const auto holders = protocol_.holders_of(market_, account);
        const Figure<bool> usable = protocol_.usable(market_);
        if (holders.empty() && !usable.ok()) {
            // Whoever was never read may have something.
            say({.account = account, .part = {}},
                Figure<protocol::PositionHealth>::without(usable.status, usable.reason));
        }
        if (holders.empty()) {
            return;
        }
        const auto health = protocol_.health(market_, of_.at);
        for (const protocol::Holder& holder : holders) {
            say(holder, health->of(holder));
        }
    }

  private:
    void say(const protocol::Holder& holder, const Figure<protocol::PositionHealth>& figure) const {
        signals::Labels labels{
            {"account", holder.account.hex()},
            {"market", of_.protocols.label(market_).name},
            {"part", holder.part.is_zero() ? std::string() : protocol_.part_name(holder.part)},
            {"protocol", std::string(protocol_.name(market_))}
        };
        const protocol::PositionHealth& is = figure.value;
        // Without debt it is beyond every number, so there is none.
        if (!figure.ok() || is.health_factor_wad != U256::max()) {
            say(kHealth, labels, figure_of(figure, is.health_factor_wad, kWadDecimals));
        }
        labels["currency"] = currency_.symbol;
        say(kDebt, labels, figure_of(figure, is.debt_base, currency_.decimals));
        say(kCollateral, labels, figure_of(figure, is.collateral_base, currency_.decimals));
    }

    void say(std::string_view name, const signals::Labels& labels, Figure<Decimal> value) const {
        if (of_.wanted.reads(name)) {
            visit_({.name = std::string(name), .labels = labels, .value = std::move(value)});
        }
    }

    const AccountSignals& of_;
    protocol::MarketId market_;
    const protocol::Protocol& protocol_;
    protocol::BaseCurrency currency_;
    const signals::Visit& visit_;
};

}  // namespace

void say_accounts(const AccountSignals& of, const signals::Visit& visit) {
    if (std::ranges::none_of(kNames, [&of](std::string_view name) {
            return of.wanted.reads(name);
        })) {
        return;
    }
    std::set<Address> accounts;
    for (const rules::SignalRule& rule : of.rules) {
        for (const signals::Selector& selector : rule.measure.selectors()) {
            if (const auto account = of_account(selector) ? account_of(selector) : std::nullopt) {
                accounts.insert(*account);
            }
        }
    }
    for (std::size_t i = 0; i < of.protocols.markets(); ++i) {
        const Speaker speaker(of, static_cast<protocol::MarketId>(i), visit);
        for (const Address& account : accounts) {
            speaker.say(account);
        }
    }
}

std::string account_fault(const signals::Selector& selector) {
    if (!of_account(selector) || account_of(selector)) {
        return {};
    }
    return selector.name +
           " has to name the account, in lower case: account=\"0x...\" (0x and 40 hex digits); of "
           "all accounts, rules of kind health_factor fire for each, those of kind debt_at_risk "
           "for all together";
}

}  // namespace faultline::engine
