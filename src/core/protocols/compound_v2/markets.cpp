// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/markets.hpp"

#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/reads.hpp"
#include "core/protocols/compound_v2/seizures.hpp"
#include "core/protocols/compound_v2/told_events.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

Deployment::Deployment(std::vector<MarketConfig> configs) : configs_(std::move(configs)) {
    for (const MarketConfig& one : configs_) {
        labels_.push_back(
            {.name = one.name,
             .contracts = "comptroller " + one.comptroller.hex(),
             .deployed_at = one.deployed_at}
        );
    }
}

std::string_view Deployment::name(std::size_t /*place*/) const {
    return kName;
}

eth::LogFilter Deployment::wanted_logs() const {
    std::vector<Hash32> topics{
        events::NewComptroller::kTopic0,
        events::NewJumpParams::kTopic0,
        events::NewParams::kTopic0,
    };
    for (const auto handlers : {comptroller_handlers(), ctoken_handlers(), token_handlers()}) {
        for (const HandlerEntry& entry : handlers) {
            topics.push_back(entry.topic0);
        }
    }
    for (const auto events : {other_activities(), protocol::timelock::activities()}) {
        for (const protocol::ToldEvent& told : events) {
            topics.push_back(told.topic0);
        }
    }
    std::vector<Address> tokens;
    for (const MarketConfig& config : configs_) {
        if (config.tokens.empty()) {
            return eth::LogFilter::of_topics(std::move(topics));
        }
        std::ranges::copy(config.tokens, std::back_inserter(tokens));
    }
    std::erase(topics, events::Transfer::kTopic0);
    return eth::LogFilter(
        {{.contracts = {}, .topics0 = std::move(topics)},
         {.contracts = std::move(tokens), .topics0 = {events::Transfer::kTopic0}}}
    );
}

std::unique_ptr<protocol::Protocol> Deployment::open(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, MarketId first_market
) const {
    return std::make_unique<Markets>(ledger, quarantine, first_market, configs_, labels_);
}

Markets::Markets(
    ledger::Ledger& ledger,
    protocol::Quarantine& quarantine,
    MarketId first_market,
    std::vector<MarketConfig> configs,
    std::vector<protocol::MarketLabel> labels
)
    : configs_(std::move(configs)),
      labels_(std::move(labels)),
      first_(first_market),
      tables_(ledger),
      quarantine_(quarantine) {}

MarketRow Markets::row(MarketId market) const {
    const MarketRow* found = tables_.markets.find({market});
    return found == nullptr ? MarketRow{} : *found;
}

Transition Markets::transition(const eth::Block& block, MarketId market) {
    return {
        .tables = tables_,
        .market = market,
        .config = config(market),
        .block = block,
        .memory = memory_,
        .notes = notes_
    };
}

std::vector<eth::Read> Markets::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        plan_market_reads(
            {.tables = tables_, .market = market_at(i), .config = configs_[i], .block = block},
            reads
        );
        tables_.admins.plan(market_at(i), admin_path(market_at(i)), block, false, reads);
    }
    return reads;
}

bool Markets::asks_in_history(const eth::LogList& logs) const {
    return std::ranges::any_of(configs_, [&](const MarketConfig& one) {
        return compound_v2::asks_in_history(one, logs);
    });
}

Result<void> Markets::apply_log(Transition& at, const eth::Log& log) const {
    if (events::Transfer::matches(log)) {
        const UnderlyingRow* row =
            tables_.underlyings.find({.market = at.market, .underlying = log.address});
        if (row != nullptr) {
            const std::vector<Address> ctokens = row->ctokens;
            apply_underlying_transfer(at, ctokens, log);
        }
    }
    if (log.address == at.config.comptroller) {
        const Handler handler = find_handler(comptroller_handlers(), log.topics[0]);
        return handler == nullptr ? Result<void>() : handler(at, log);
    }
    if (tables_.ctokens.contains(at.key(log.address))) {
        return apply_ctoken_log(at, log);
    }
    if (events::NewComptroller::matches(log)) {
        apply_candidate(at, log);
    }
    return {};
}

/// Quarantines a log that could not be taken.
void Markets::refuse(Transition& at, const eth::Log& log, Error error) {
    quarantine_.add(at.market, at.block.ref(), log, error.message());
    notes_.push_back(
        {.kind = protocol::IncidentKind::kDegrades,
         .text = std::move(error)
                     .context(
                         "log " + std::to_string(log.log_index) + " of " + log.address.hex() +
                         " in transaction " + log.tx_hash.hex()
                     )
                     .message()}
    );
}

/// Notes become incidents; what follows from a market's first degradation is no news.
void Markets::report(Transition& at, std::vector<protocol::Incident>& incidents) {
    for (Note& note : notes_) {
        std::string text = "market \"" + at.config.name + "\", block " + at.block.ref().text() +
                           ": " + std::move(note.text);
        if (note.kind == protocol::IncidentKind::kDegrades) {
            if (!row(at.market).degraded.empty()) {
                continue;
            }
            at.edit_market([&](MarketRow& of) { of.degraded = text; });
        }
        incidents.push_back({.market = at.market, .kind = note.kind, .text = std::move(text)});
    }
    notes_.clear();
}

void Markets::apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    protocol::ActivityList activities(block, tells_history());
    for (std::size_t place = 0; place < configs_.size(); ++place) {
        const MarketId market = market_at(place);
        tables_.admins.take_first(market, admin_path(market), block);
        take_activities(block, market, activities);
    }
    fold_logs(block, incidents);
    for (std::size_t place = 0; place < configs_.size(); ++place) {
        Transition at = transition(block, market_at(place));
        take_market_reads(at);
        report(at, incidents);
        follow_admin(block, market_at(place));
    }
    const protocol::At at{.number = block.ref().number, .timestamp = block.header.timestamp};
    for (std::size_t place = 0; activities.takes() && place < configs_.size(); ++place) {
        take_seizures(
            {.tables = tables_,
             .market = market_at(place),
             .name = configs_[place].name,
             .decimals = base_currency(market_at(place)).decimals,
             .at = at},
            block,
            activities
        );
    }
    activities.tell(
        [&](MarketId market, const Address& ctoken, const U256& amount) {
            return value_of(market, ctoken, amount, at);
        },
        incidents
    );
}

void Markets::fold_logs(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    Hash32 transaction;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.topics.empty() ||
            protocol::find_told(other_activities(), log.topics[0]) != nullptr) {
            continue;
        }
        if (log.tx_hash != transaction) {
            transaction = log.tx_hash;
            memory_ = {};
        }
        if (events::NewJumpParams::matches(log) || events::NewParams::matches(log)) {
            apply_model_params(tables_, log);
            continue;
        }
        for (std::size_t place = 0; place < configs_.size(); ++place) {
            Transition at = transition(block, market_at(place));
            Result<void> applied = apply_log(at, log);
            if (!applied) {
                refuse(at, log, std::move(applied).error());
            }
            report(at, incidents);
        }
    }
    memory_ = {};
}

}  // namespace faultline::compound_v2
