// SPDX-License-Identifier: Apache-2.0
// What a change of a market's rules did to the health of its positions.
#include "engine/change_effects.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/evaluation_counts.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

using protocol::MarketId;

void add(U256& sum, const U256& amount) {
    sum = checked_add(sum, amount).value_or(U256::max());
}

MarketValued value_of(const protocol::Protocols& protocols, MarketId market, protocol::At at) {
    MarketValued out;
    protocols.of(market)
        .health(market, at)
        ->each_indebted([&out](const protocol::Holder& holder, const auto& figure) {
            add_position(out, holder, figure);
        });
    return out;
}

/// "3 positions that owe 1200.5 USD"
std::string shown(const MarketHealth& sums, const protocol::BaseCurrency& currency) {
    const auto debt = Decimal::of(sums.liquidatable_debt_base, currency.decimals);
    return std::to_string(sums.liquidatable) +
           (sums.liquidatable == 1 ? " position that owes " : " positions that owe ") +
           (debt ? debt->text() : "more than can be told") + " " + currency.symbol;
}

std::string withheld(const MarketValued& valued, const char* when) {
    return "; what it did to healths is not known: " + std::to_string(valued.unvalued) + " of " +
           std::to_string(valued.indebted) + " positions had no figures " + when + " (" +
           valued.reason + ")";
}

std::string text_of(
    const MarketValued& before, const MarketValued& after, const protocol::BaseCurrency& currency
) {
    if (before.unvalued > 0) {
        return withheld(before, "before");
    }
    if (after.unvalued > 0) {
        return withheld(after, "after");
    }
    return "; before its block " + shown(before.sums, currency) +
           " could be liquidated, after it " + shown(after.sums, currency);
}

}  // namespace

void add_position(
    MarketValued& valued,
    const protocol::Holder& holder,
    const Figure<protocol::PositionHealth>& figure
) {
    ++valued.indebted;
    if (!figure.ok()) {
        // Holders come in no particular order, and the same blocks have to give the same reason.
        if (valued.unvalued++ == 0 || holder < valued.first) {
            valued.first = holder;
            valued.reason = std::string(figure_status_name(figure.status)) + ": " + figure.reason;
        }
        return;
    }
    MarketHealth& sums = valued.sums;
    if (figure.value.health_factor_wad < wad()) {
        ++sums.liquidatable;
        add(sums.liquidatable_debt_base, figure.value.debt_base);
    }
    if (const auto bad = checked_sub(figure.value.debt_base, figure.value.collateral_base)) {
        add(sums.bad_debt_base, *bad);
    }
}

bool has_effect(const protocol::Activity& activity) {
    return activity.event == "source_changed" ||
           (activity.event == "governance" &&
            (activity.detail == "parameter" || activity.detail == "upgraded"));
}

std::map<MarketId, std::string> change_effects(
    ledger::Ledger& ledger,
    const protocol::Protocols& protocols,
    const std::vector<protocol::Incident>& incidents,
    const std::function<std::optional<protocol::At>()>& tip
) {
    std::map<MarketId, MarketValued> was;
    for (const protocol::Incident& incident : incidents) {
        if (incident.activity && has_effect(*incident.activity)) {
            was.try_emplace(incident.market);
        }
    }
    if (was.empty()) {
        return {};
    }
    std::set<ledger::TableId> written;
    ledger.visit_touched([&written](ledger::TableId table, BytesView) { written.insert(table); });
    ledger.look_back(written, [&] {
        const auto before = tip();
        if (!before) {
            was.clear();  // It is the first block: there was nothing.
        }
        for (auto& [market, valued] : was) {
            valued = value_of(protocols, market, *before);
        }
    });
    std::map<MarketId, std::string> out;
    for (const auto& [market, valued] : was) {
        out.emplace(
            market,
            text_of(
                valued,
                value_of(protocols, market, *tip()),
                protocols.of(market).base_currency(market)
            )
        );
    }
    return out;
}

}  // namespace faultline::engine
