// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/markets.hpp"

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/plan.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"
#include "core/protocols/compound_v3/views.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {

Markets::Markets(
    ledger::Ledger& ledger,
    protocol::Quarantine& quarantine,
    std::vector<MarketConfig> configs,
    std::vector<protocol::MarketLabel> labels,
    protocol::MarketId first_market
)
    : configs_(std::move(configs)),
      labels_(std::move(labels)),
      first_market_(first_market),
      tables_(ledger),
      quarantine_(quarantine) {
    FAULTLINE_ASSERT(
        first_market + configs_.size() <= std::size_t{std::numeric_limits<MarketId>::max()}
    );
}

std::string_view Markets::name(MarketId /*market*/) const {
    return kProtocolName;
}

std::size_t Markets::place(MarketId market) const {
    FAULTLINE_ASSERT(market >= first_market_ && market - first_market_ < configs_.size());
    return market - first_market_;
}

const MarketConfig& Markets::config(MarketId market) const {
    return configs_[place(market)];
}

protocol::BaseCurrency Markets::base_currency(MarketId market) const {
    return config(market).base_currency;
}

std::vector<eth::Read> Markets::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    for (std::size_t i = 0; block.live && i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        const Plan plan(tables_, market, configs_[i], block);
        std::ranges::move(plan.reads(), std::back_inserter(reads));
        // It is a constant of what the Comet runs.
        tables_.governors.plan(
            market, governor_path(market, plan.exists()), block, plan.upgraded(), reads
        );
    }
    // Markets and collaterals share feeds.
    std::ranges::sort(reads);
    reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
    return reads;
}

void Markets::apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    protocol::ActivityList activities(block, tells_history());
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        const auto path = governor_path(market, tables_.markets.contains({market}));
        tables_.governors.take_first(market, path, block);
        take_activities(block, market, activities);
        const Configuration* found = tables_.configurations.find({market});
        const auto before =
            activities.takes() && found != nullptr ? std::optional(*found) : std::nullopt;
        apply_market({.block = block, .market = market, .incidents = incidents});
        tables_.governors.take(market, path, block);
        if (before) {
            take_changes(block, market, *before, activities);
        }
    }
    const protocol::At at{.number = block.ref().number, .timestamp = block.header.timestamp};
    activities.tell(
        [&](MarketId market, const Address& /*of*/, const U256& amount) {
            return value_of(market, amount, at);
        },
        incidents
    );
}

protocol::GovernorPath Markets::governor_path(MarketId market, bool exists) const {
    static const std::array<Bytes, 1> calls{eth::encode_call<"governor()">()};
    return {.contract = exists ? config(market).comet : Address{}, .calls = calls};
}

void Markets::apply_market(const At& at) {
    const Plan plan(tables_, at.market, config(at.market), at.block);
    if (!plan.exists()) {
        return;
    }
    const Candidates candidates = plan.candidates();
    const MarketRow* row = tables_.markets.find({at.market});
    if (row == nullptr) {
        tables_.markets.put({at.market}, {});
    }
    if (at.block.live) {
        take_configuration(at, plan);
        apply_logs(at, plan);
        take_state(at, plan, candidates);
        return;
    }
    apply_logs(at, plan);
    row = tables_.markets.find({at.market});
    if (!row->principals_unread || (plan.upgraded() && !row->configuration_unread)) {
        tables_.markets.update({at.market}, [&](MarketRow& edited) {
            edited.principals_unread = true;
            edited.configuration_unread = edited.configuration_unread || plan.upgraded();
        });
    }
}

void Markets::apply_logs(const At& at, const Plan& plan) {
    const Address& comet = config(at.market).comet;
    const std::optional<Totals>& totals = plan.totals();
    Fold fold(
        tables_,
        at.market,
        totals && plan.accrued() ? std::optional(totals->indices()) : std::nullopt
    );
    for (std::size_t i = 0; i < at.block.logs.size(); ++i) {
        const eth::Log log = at.block.logs[i];
        fold.token_log(comet, log);
        if (log.address != comet) {
            continue;
        }
        Result<void> applied = fold.comet_log(log);
        if (applied) {
            continue;
        }
        quarantine_.add(at.market, at.block.ref(), log, applied.error().message());
        const std::string where =
            "log " + std::to_string(log.log_index) + " in transaction " + log.tx_hash.hex();
        degrade(at, std::move(applied).error().context(where).message());
    }
    fold.finish();
}

void Markets::tell(const At& at, protocol::IncidentKind kind, std::string text) {
    at.incidents.push_back({.market = at.market, .kind = kind, .text = std::move(text)});
}

void Markets::degrade(const At& at, std::string text) {
    if (!tables_.markets.find({at.market})->degraded.empty()) {
        return;  // What follows from the first cause is no news.
    }
    text =
        "market \"" + config(at.market).name + "\", block " + at.block.ref().text() + ": " + text;
    tables_.markets.update({at.market}, [&](MarketRow& row) { row.degraded = text; });
    tell(at, protocol::IncidentKind::kDegrades, std::move(text));
}

Figure<bool> Markets::usable(MarketId market) const {
    return usable_rows(tables_, market, protocol::Trust::kWithhold);
}

std::string Markets::degraded(MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    return row == nullptr ? std::string() : row->degraded;
}

void Markets::give_up(MarketId market, const std::string& why) {
    tables_.markets.update({market}, [&](MarketRow& row) { row.degraded = why; });
}

std::unique_ptr<protocol::Views> Markets::views(protocol::At at, protocol::Trust trust) const {
    return std::make_unique<Views>(tables_, configs_, first_market_, at, trust);
}

std::optional<std::string> Markets::call_name(BytesView call_data) const {
    const KnownView* view = find_view(call_data);
    return view == nullptr ? std::nullopt : std::optional(std::string(view->signature));
}

bool Markets::figures_of(MarketId market, eth::BlockNum number) const {
    const MarketRow* row = tables_.markets.find({market});
    return row != nullptr && row->read_at == number && row->principals_known() &&
           !row->configuration_unread;
}

}  // namespace faultline::compound_v3
