// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

Handler find_handler(std::span<const HandlerEntry> handlers, const Hash32& topic0) {
    const auto found = std::lower_bound(
        handlers.begin(),
        handlers.end(),
        topic0,
        [](const HandlerEntry& entry, const Hash32& wanted) { return entry.topic0 < wanted; }
    );
    return found != handlers.end() && found->topic0 == topic0 ? found->handler : nullptr;
}

using HandlerTable = std::span<const HandlerEntry>;

/// In the order in which a topic is looked for: what V2 logs otherwise is its own.
std::array<HandlerTable, 4> handlers_of_emitter(
    const MarketConfig& config, const Address& emitter
) {
    const bool v2 = config.generation == Generation::kV2;
    if (emitter == config.pool) {
        return {
            v2 ? v2_pool_handlers() : HandlerTable(), pool_handlers(), liquidation_handlers(), {}
        };
    }
    if (emitter == config.configurator) {
        return {
            v2 ? v2_configurator_handlers() : HandlerTable(),
            reserve_handlers(),
            emode_handlers(),
            upgrade_handlers()
        };
    }
    if (emitter == config.addresses_provider) {
        return {v2 ? v2_provider_handlers() : provider_handlers(), {}, {}, {}};
    }
    return {};
}

Result<void> dispatch(Transition& at, const eth::Log& log) {
    if (const ContractRow* contract =
            at.tables.contracts.find({.market = at.market, .address = log.address})) {
        switch (contract->role) {
            case ContractRole::kAsset:
                return {};
            case ContractRole::kStableDebtToken:
                return apply_stable_debt_log(at, contract->reserve, log);
            default:
                return at.config.generation == Generation::kV2
                           ? apply_v2_token_log(at, ContractRow(*contract), log)
                           : apply_token_log(at, ContractRow(*contract), log);
        }
    }
    for (const auto handlers : handlers_of_emitter(at.config, log.address)) {
        if (const Handler handler = find_handler(handlers, log.topics[0])) {
            return handler(at, log);
        }
    }
    return {};
}

void add_topics_of_v2(std::vector<Hash32>& topics) {
    using namespace events::v2;
    topics.insert(
        topics.end(),
        {ATokenMint::kTopic0, ATokenBurn::kTopic0, DebtMint::kTopic0, DebtBurn::kTopic0}
    );
    for (const HandlerTable handlers :
         {v2_pool_handlers(), v2_configurator_handlers(), v2_provider_handlers()}) {
        for (const HandlerEntry& entry : handlers) {
            topics.push_back(entry.topic0);
        }
    }
    for (const protocol::ToldEvent& told : other_activities_of_v2()) {
        topics.push_back(told.topic0);
    }
}

}  // namespace

Markets::Markets(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, std::vector<MarketConfig> configs
)
    : configs_(std::move(configs)), tables_(ledger), quarantine_(quarantine) {
    FAULTLINE_ASSERT(configs_.size() <= std::numeric_limits<MarketId>::max());
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        fixed_contracts_.emplace(configs_[i].pool, market);
        fixed_contracts_.emplace(configs_[i].configurator, market);
        fixed_contracts_.emplace(configs_[i].addresses_provider, market);
    }
}

std::vector<Hash32> Markets::topics(std::span<const MarketConfig> configs) {
    std::vector<Hash32> topics{
        events::Mint::kTopic0,
        events::Burn::kTopic0,
        events::BalanceTransfer::kTopic0,
        events::StableMint::kTopic0,
        events::StableBurn::kTopic0,
        events::ATokenInitialized::kTopic0,
    };
    for (const auto handlers :
         {pool_handlers(),
          liquidation_handlers(),
          reserve_handlers(),
          emode_handlers(),
          upgrade_handlers(),
          provider_handlers()}) {
        for (const HandlerEntry& entry : handlers) {
            topics.push_back(entry.topic0);
        }
    }
    for (const auto events :
         {other_activities(), protocol::access_control::activities(), payload_activities()}) {
        for (const protocol::ToldEvent& told : events) {
            topics.push_back(told.topic0);
        }
    }
    if (std::ranges::find(configs, Generation::kV2, &MarketConfig::generation) != configs.end()) {
        add_topics_of_v2(topics);
    }
    std::ranges::sort(topics);
    return topics;
}

Transition Markets::transition(const eth::Block& block, MarketId market) {
    return {
        .tables = tables_,
        .market = market,
        .config = configs_[market],
        .block = block,
        .memory = memory_,
    };
}

const Rules& Markets::rules(MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    return row == nullptr ? newest_rules(configs_[market].generation) : rules_in_force(*row);
}

void Markets::give_up(MarketId market, const std::string& why) {
    MarketRow row;
    row.oracle = configs_[market].oracle;
    row.degraded = why;
    tables_.markets.put({market}, std::move(row));
}

std::vector<MarketId> Markets::markets_of(const Address& emitter) const {
    std::vector<MarketId> found;
    const auto [first, last] = fixed_contracts_.equal_range(emitter);
    for (auto entry = first; entry != last; ++entry) {
        found.push_back(entry->second);
    }
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        if (tables_.contracts.contains({.market = market, .address = emitter})) {
            found.push_back(market);
        }
    }
    return found;
}

void Markets::apply_log(
    const eth::Block& block, const eth::Log& log, std::vector<Incident>& incidents
) {
    if (events::ATokenInitialized::matches(log)) {
        for (std::size_t i = 0; i < configs_.size(); ++i) {
            Transition at = transition(block, static_cast<MarketId>(i));
            // Anyone can emit this event; one that does not decode is not a token of ours.
            static_cast<void>(apply_token_initialized(at, log));
        }
        return;
    }
    for (const MarketId market : markets_of(log.address)) {
        Transition at = transition(block, market);
        Result<void> applied = dispatch(at, log);
        if (applied) {
            continue;
        }
        const std::string where = "log " + std::to_string(log.log_index) + " of " +
                                  log.address.hex() + " in transaction " + log.tx_hash.hex();
        // A log of what is not accounted for is as it should be.
        if (applied.error().code() != Code::kRejected) {
            quarantine_.add(market, block.ref(), log, applied.error().message());
        }
        report(block, market, std::move(applied).error().context(where).message(), true, incidents);
    }
}

void Markets::report(
    const eth::Block& block,
    MarketId market,
    std::string text,
    bool degrades,
    std::vector<Incident>& incidents
) {
    text = "market \"" + configs_[market].name + "\", block " + block.ref().text() + ": " + text;
    MarketRow row = transition(block, market).market_row();
    if (degrades && !row.degraded.empty()) {
        return;  // What follows from the first cause is no news.
    }
    if (degrades) {
        row.degraded = text;
        tables_.markets.put({market}, std::move(row));
    }
    incidents.push_back(
        {.market = market,
         .kind = degrades ? protocol::IncidentKind::kDegrades : protocol::IncidentKind::kAnomaly,
         .text = std::move(text)}
    );
}

std::vector<Incident> Markets::apply(const eth::Block& block) {
    std::vector<Incident> incidents;
    Hash32 transaction;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.topics.empty()) {
            continue;
        }
        if (log.tx_hash != transaction) {
            transaction = log.tx_hash;
            memory_.forget();
        }
        apply_log(block, log, incidents);
    }
    memory_.forget();
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        apply_revisions(block, static_cast<MarketId>(i), incidents);
        apply_prices(block, static_cast<MarketId>(i), incidents);
        apply_sources(block, static_cast<MarketId>(i));
        apply_governors(block, static_cast<MarketId>(i));
    }
    return incidents;
}

}  // namespace faultline::aave
