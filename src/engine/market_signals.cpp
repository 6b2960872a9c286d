// SPDX-License-Identifier: Apache-2.0
#include "engine/part_labels.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/evaluation_counts.hpp>
#include <faultline/engine/market_signals.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::engine {
namespace {

using protocol::MarketId;
using protocol::PartExposure;
using protocol::PartSide;
using signals::Labels;

constexpr ledger::TableId kPriceTable = 0x000c;

Figure<Decimal> beyond() {
    return Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
}

Figure<Decimal> as_decimal(const std::optional<Decimal>& value) {
    return value ? Figure<Decimal>::of(*value) : beyond();
}

template <class T>
Figure<Decimal> without(const Figure<T>& other) {
    return Figure<Decimal>::without(other.status, other.reason);
}

/// In the token's smallest unit.
Figure<U256> amount_of(const PartSide& side) {
    if (!side.total_units.ok()) {
        return side.total_units;
    }
    const auto amount = side.scale.amount(side.total_units.value);
    return amount ? Figure<U256>::of(*amount)
                  : Figure<U256>::without(FigureStatus::kError, "it does not fit");
}

/// In whole tokens.
Figure<Decimal> tokens(const Figure<U256>& amount, const PartSide& side) {
    if (!amount.ok()) {
        return without(amount);
    }
    if (!side.decimals) {
        return Figure<Decimal>::without(
            FigureStatus::kNoData, "nothing says how many decimals the token has"
        );
    }
    return as_decimal(Decimal::of(amount.value, *side.decimals));
}

Figure<Decimal> worth(
    const Figure<U256>& amount, const PartSide& side, const protocol::BaseCurrency& currency
) {
    if (!amount.ok()) {
        return without(amount);
    }
    if (!side.price.ok()) {
        return without(side.price);
    }
    const auto base = mul_div_floor(amount.value, side.price.value.price, side.price.value.unit);
    return base ? as_decimal(Decimal::of(*base, currency.decimals)) : beyond();
}

Figure<Decimal> price_of(const PartSide& side, const protocol::BaseCurrency& currency) {
    if (!side.decimals) {
        return Figure<Decimal>::without(
            FigureStatus::kNoData, "nothing says how many decimals the token has"
        );
    }
    return worth(Figure<U256>::of(pow10(*side.decimals)), side, currency);
}

/// The markets' own definition where they have another: Protocol::signals().
Figure<Decimal> utilisation(const Figure<U256>& borrowed, const Figure<U256>& liquidity) {
    if (!borrowed.ok()) {
        return without(borrowed);
    }
    if (!liquidity.ok()) {
        return without(liquidity);
    }
    const auto all = checked_add(borrowed.value, liquidity.value);
    if (all && all->is_zero()) {
        return Figure<Decimal>::of(Decimal());
    }
    return all ? as_decimal(Decimal::ratio(borrowed.value, *all)) : beyond();
}

/// As docs/signals.md has them: a part without a name is told by its token, or where it is none,
/// by its own address.
Labels labels_of(const PartExposure& part, const Address& token) {
    return {{"part", part_label(part)}, {"token", token_label(token)}};
}

/// One market at one block, on its way to signals.
struct Speaker {
    const signals::Wanted& wanted;
    const signals::Visit& visit;
    Labels market;  ///< protocol and market
    protocol::BaseCurrency currency;

    template <class F>
    void say(std::string_view name, Labels labels, F&& figure) const {
        if (wanted.reads(name)) {
            labels.insert(market.begin(), market.end());
            visit({.name = std::string(name), .labels = std::move(labels), .value = figure()});
        }
    }

    void say_of_part(const PartExposure& part) const;
};

void Speaker::say_of_part(const PartExposure& part) const {
    const Labels claims = labels_of(part, part.claims.token);
    const Labels owed = labels_of(part, part.owed.token);
    const auto valued = [this](Labels labels) {
        labels["currency"] = currency.symbol;
        return labels;
    };
    const bool lends = !part.owed.token.is_zero() || part.owed.total_units.ok();
    say("supplied", claims, [&] { return tokens(amount_of(part.claims), part.claims); });
    say("supplied_value", valued(claims), [&] {
        return worth(amount_of(part.claims), part.claims, currency);
    });
    say("liquidity", claims, [&] { return tokens(part.available, part.claims); });
    say("liquidity_value", valued(claims), [&] {
        return worth(part.available, part.claims, currency);
    });
    say("price", valued(claims), [&] { return price_of(part.claims, currency); });
    if (lends) {
        say("borrowed", owed, [&] { return tokens(amount_of(part.owed), part.owed); });
        say("borrowed_value", valued(owed), [&] {
            return worth(amount_of(part.owed), part.owed, currency);
        });
        say("utilisation", owed, [&] { return utilisation(amount_of(part.owed), part.available); });
    }
}

void say_of_health(const Speaker& speaker, const MarketValued& of, const Figure<bool>& usable) {
    const auto figure = [&](const std::optional<Decimal>& sum) {
        return told_sum(of, usable, sum);
    };
    const Labels currency{{"currency", speaker.currency.symbol}};
    const unsigned decimals = speaker.currency.decimals;
    speaker.say("accounts_liquidatable", {}, [&] {
        return figure(Decimal::of(of.sums.liquidatable));
    });
    speaker.say("liquidatable_debt_value", currency, [&] {
        return figure(Decimal::of(of.sums.liquidatable_debt_base, decimals));
    });
    speaker.say("bad_debt_value", currency, [&] {
        return figure(Decimal::of(of.sums.bad_debt_base, decimals));
    });
}

void say_of_activity(const Speaker& speaker, MarketId market, const ActivityLog& log) {
    for (const ActivityLog::Counted& one : ActivityLog::counted()) {
        const ActivityRow row = log.of(market, one);
        Labels labels{{"event", std::string(one.event)}, {"detail", std::string(one.detail)}};
        speaker.say("events", labels, [&] { return Figure<Decimal>::of(Decimal::of(row.count)); });
        speaker.say("events_unpriced", labels, [&] {
            return Figure<Decimal>::of(Decimal::of(row.unvalued));
        });
        labels["currency"] = speaker.currency.symbol;
        speaker.say("events_value", labels, [&] { return Figure<Decimal>::of(row.value); });
    }
}

/// Each part has its own from the beginning, so that a window sees the first.
void say_of_seizures(
    const Speaker& speaker, MarketId market, const PartExposure& part, const ActivityLog& log
) {
    const std::string detail = part.part.hex();
    const ActivityLog::Counted seized{.event = protocol::kSeized, .detail = detail};
    Labels labels = labels_of(part, part.claims.token);
    speaker.say("seizures", labels, [&] {
        return Figure<Decimal>::of(Decimal::of(log.of(market, seized).count));
    });
    speaker.say("seizures_unpriced", labels, [&] {
        return Figure<Decimal>::of(Decimal::of(log.of(market, seized).unvalued));
    });
    labels["currency"] = speaker.currency.symbol;
    speaker.say("seized_value", labels, [&] {
        return Figure<Decimal>::of(log.of(market, seized).value);
    });
}

void say_of_laws(const Speaker& speaker, const protocol::Protocol& protocol, MarketId market) {
    speaker.say("laws_broken", {}, [&] {
        const auto laws = protocol.broken_laws();
        const auto broken = std::ranges::count(laws, market, &protocol::BrokenLaw::market);
        return Figure<Decimal>::of(Decimal::of(static_cast<std::uint64_t>(broken)));
    });
}

}  // namespace

MarketSignals::MarketSignals(ledger::Ledger& ledger) : prices_(ledger, kPriceTable) {}

void MarketSignals::saw(const protocol::Protocols& protocols, protocol::At at) {
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<MarketId>(i);
        for (const PartExposure& part : protocols.of(market).exposure(market, at).parts) {
            const PriceKey key{.market = market, .part = part.part};
            const PriceRow* before = prices_.find(key);
            const Figure<protocol::UnitPrice>& price = part.claims.price;
            if (price.ok() && (before == nullptr || before->price != price.value)) {
                prices_.put(key, {.price = price.value, .since = at.timestamp});
            }
        }
    }
}

void MarketSignals::each(
    const Source& source, const signals::Wanted& wanted, const signals::Visit& visit
) const {
    for (std::size_t i = 0; i < source.protocols.markets(); ++i) {
        const auto market = static_cast<MarketId>(i);
        const protocol::Protocol& protocol = source.protocols.of(market);
        const Speaker speaker{
            .wanted = wanted,
            .visit = visit,
            .market =
                {{"protocol", std::string(protocol.name(market))},
                 {"market", source.protocols.label(market).name}},
            .currency = protocol.base_currency(market)
        };
        // Of two with the same labels the first counts.
        protocol.signals(market, source.at, wanted, visit);
        for (const PartExposure& part : protocol.exposure(market, source.at).parts) {
            speaker.say_of_part(part);
            say_of_seizures(speaker, market, part, source.activity);
            const PriceRow* row = prices_.find({.market = market, .part = part.part});
            Labels labels = labels_of(part, part.claims.token);
            labels["currency"] = speaker.currency.symbol;
            speaker.say("price_unchanged_seconds", labels, [&] {
                if (row == nullptr) {
                    return Figure<Decimal>::without(FigureStatus::kNoData, "no price was read yet");
                }
                return Figure<Decimal>::of(Decimal::of(source.at.timestamp.value - row->since.value)
                );
            });
        }
        if (i < source.valued.size()) {
            say_of_health(speaker, source.valued[i], protocol.usable(market));
        }
        say_of_activity(speaker, market, source.activity);
        say_of_laws(speaker, protocol, market);
    }
}

std::optional<UnixSeconds> MarketSignals::price_since(MarketId market, const Hash32& part) const {
    const PriceRow* row = prices_.find({.market = market, .part = part});
    return row == nullptr ? std::nullopt : std::optional(row->since);
}

}  // namespace faultline::engine
