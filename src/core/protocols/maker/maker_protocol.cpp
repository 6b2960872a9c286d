// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/maker_protocol.hpp"

#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/dispatch.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/pause.hpp"
#include "core/protocols/maker/seizures.hpp"
#include "core/protocols/maker/transition.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::maker {

MakerProtocol::MakerProtocol(
    ledger::Ledger& ledger,
    protocol::Quarantine& quarantine,
    MarketId first_market,
    std::vector<MarketConfig> configs,
    std::vector<protocol::MarketLabel> labels
)
    : first_market_(first_market),
      configs_(std::move(configs)),
      labels_(std::move(labels)),
      tables_(ledger),
      quarantine_(quarantine) {}

const MarketConfig& MakerProtocol::config(MarketId market) const {
    FAULTLINE_ASSERT(market >= first_market_ && market - first_market_ < configs_.size());
    return configs_[market - first_market_];
}

std::string_view MakerProtocol::name(MarketId /*market*/) const {
    return kProtocolName;
}

protocol::BaseCurrency MakerProtocol::base_currency(MarketId market) const {
    return config(market).base_currency;
}

std::string MakerProtocol::part_name(const Hash32& part) const {
    return text_of(part);
}

std::optional<std::string> MakerProtocol::call_name(BytesView call_data) const {
    const auto signature = view_signature(call_data);
    return signature ? std::optional<std::string>(*signature) : std::nullopt;
}

std::vector<eth::Read> MakerProtocol::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> out;
    for (std::size_t i = 0; block.live && i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        const MarketRow* row = tables_.markets.find({market});
        if (row != nullptr && row->degraded.empty()) {
            for (eth::Read& read : live_reads(tables_, market, configs_[i], block)) {
                out.push_back(std::move(read));
            }
            tables_.pauses.plan(market, pause_path(configs_[i]), block, false, out);
        }
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

bool MakerProtocol::asks_in_history(const eth::LogList& /*logs*/) const {
    return false;
}

void MakerProtocol::apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    protocol::ActivityList activities(block, tells_history());
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        const auto& deployed_at = configs_[i].deployed_at;
        if (!tables_.markets.contains({market})) {
            if (!deployed_at || block.ref().number < *deployed_at) {
                continue;
            }
            begin_market(tables_, market, configs_[i]);
        }
        const auto path = pause_path(configs_[i]);
        tables_.pauses.take_first(market, path, block);
        take_activities(block, market, activities);
        apply_market(block, market, incidents);
        if (activities.takes()) {
            take_seizures(
                {.tables = tables_,
                 .market = market,
                 .config = configs_[i],
                 .usable = usable(market)},
                block,
                activities
            );
        }
        tables_.pauses.take(market, path, block);
    }
    // Each has its value, if any: rad are of the base currency.
    activities.tell({}, incidents);
}

void MakerProtocol::apply_market(
    const eth::Block& block, MarketId market, std::vector<protocol::Incident>& incidents
) {
    begin_collateral(tables_, market, block.ref().number);
    TransactionMemory memory;
    Hash32 transaction;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.tx_hash != transaction) {
            transaction = log.tx_hash;
            memory = {};
        }
        Transition at{
            .tables = tables_,
            .market = market,
            .config = config(market),
            .block = block,
            .log = log,
            .place = i,
            .memory = memory,
            .incidents = incidents,
            .unknown = false,
        };
        apply_log(at);
    }
    if (block.live) {
        apply_live_reads(tables_, market, config(market), block);
        take_joins(tables_, market, config(market), block, incidents);
    }
    take_pips(tables_, market, config(market), block);
}

void MakerProtocol::apply_log(Transition& at) {
    const Role role = role_of(tables_, at.market, at.config, at.log.address);
    if (role == Role::kNone && at.log.topics.empty()) {
        return;
    }
    if (role == Role::kNone) {
        const Hash32& topic = at.log.topics[0];
        if (topic == events::FileUint::kTopic0 || topic == events::FileAddress::kTopic0) {
            // Anybody's: what cannot be read of it can be no clipper's.
            static_cast<void>(keep_candidate(at));
        }
        return;
    }
    const Folded folded = fold(at, role);
    if (folded.error) {
        refuse(at, *folded.error);
    } else if (folded.unknown) {
        keep_unknown(at);
    }
}

void MakerProtocol::refuse(Transition& at, const Error& error) {
    quarantine_.add(at.market, at.block.ref(), at.log, error.message());
    const MarketRow* row = tables_.markets.find({at.market});
    if (!row->degraded.empty()) {
        return;
    }
    const std::string why = "block " + at.block.ref().text() + ", log " +
                            std::to_string(at.log.log_index) + " of " + at.log.address.hex() +
                            ": " + error.message();
    tables_.markets.update({at.market}, [&](MarketRow& market) { market.degraded = why; });
    at.incidents.push_back(
        {.market = at.market,
         .kind = protocol::IncidentKind::kDegrades,
         .text = "market \"" + at.config.name + "\": " + why}
    );
}

/// A log that one of the market's contracts made and that nobody here accounts for: kept as it is.
void MakerProtocol::keep_unknown(Transition& at) {
    const std::string why =
        "what " + at.log.address.hex() + " says " +
        (at.log.topics.empty() ? "without a topic" : "with topic " + at.log.topics[0].hex()) +
        " is accounted for nowhere; figures go on without it";
    quarantine_.add(at.market, at.block.ref(), at.log, why);
    tables_.markets.update({at.market}, [](MarketRow& row) { ++row.unknown_logs; });
    at.notice(why);
}

Figure<bool> MakerProtocol::usable(MarketId market) const {
    return usable_rows(tables_, market);
}

std::string MakerProtocol::degraded(MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    return row != nullptr ? row->degraded : std::string();
}

void MakerProtocol::give_up(MarketId market, const std::string& why) {
    MarketRow row;
    row.degraded = why;
    tables_.markets.put({market}, std::move(row));
}

bool MakerProtocol::figures_of(MarketId market, eth::BlockNum /*number*/) const {
    return usable(market).ok();
}

std::vector<protocol::BrokenLaw> MakerProtocol::broken_laws() const {
    std::vector<protocol::BrokenLaw> out;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        for (protocol::BrokenLaw& law : broken_laws_of(tables_, market, configs_[i])) {
            out.push_back(std::move(law));
        }
    }
    return out;
}

std::vector<protocol::Standing> MakerProtocol::standings() const {
    std::vector<protocol::Standing> out;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        std::ranges::move(standings_of(tables_, market, configs_[i]), std::back_inserter(out));
    }
    return out;
}

Figure<bool> usable_rows(const Tables& tables, MarketId market) {
    const MarketRow* row = tables.markets.find({market});
    if (row == nullptr) {
        return Figure<bool>::without(
            FigureStatus::kNoData, "nothing of the market was followed or read yet"
        );
    }
    if (!row->degraded.empty()) {
        return Figure<bool>::without(FigureStatus::kError, row->degraded);
    }
    return Figure<bool>::of(true);
}

void begin_market(Tables& tables, MarketId market, const MarketConfig& config) {
    const auto contract = [&](const Address& address) {
        return ContractKey{.market = market, .contract = address};
    };
    tables.markets.put({market}, {.complete = true, .degraded = {}});
    SystemRow system;
    system.par_ray = ray();
    tables.systems.put({market}, std::move(system));
    PotRow pot;
    pot.dsr_ray = ray();
    pot.chi_ray = ray();
    tables.pots.put({market}, pot);
    for (const Address& join : config.joins) {
        add_ward(tables, market, join);
    }
    tables.vows.put({market}, {});
    tables.tokens.put(contract(config.dai), {});
    if (!config.esm.is_zero()) {
        tables.esms.put(contract(config.esm), {});
    }
    if (!config.usds.is_zero()) {
        tables.tokens.put(contract(config.usds), {});
    }
    if (!config.dai_usds.is_zero()) {
        tables.conversions.put(contract(config.dai_usds), {});
    }
    for (const Psm& psm : config.psms) {
        tables.psms.put(contract(psm.psm), {});
        tables.balances.put({.market = market, .token = config.dai, .holder = psm.psm}, {});
        tables.balances.put({.market = market, .token = psm.gem, .holder = psm.pocket}, {});
    }
    for (const Address& address : {config.susds, config.stusds}) {
        if (!address.is_zero()) {
            SavingsRow row;
            row.chi_ray = ray();
            row.rate_ray = ray();
            tables.savings.put(contract(address), row);
        }
    }
}

}  // namespace faultline::maker
