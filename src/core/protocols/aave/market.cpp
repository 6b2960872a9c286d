// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

Result<void> dispatch(Transition& at, const eth::Log& log) {
    if (const ContractRow* contract =
            at.tables.contracts.find({.market = at.market, .address = log.address})) {
        return contract->role == ContractRole::kAsset
                   ? Result<void>()
                   : apply_token_log(at, ContractRow(*contract), log);
    }
    Handler handler = nullptr;
    if (log.address == at.config.pool) {
        handler = find_handler(pool_handlers(), log.topics[0]);
    } else if (log.address == at.config.configurator) {
        handler = find_handler(configurator_handlers(), log.topics[0]);
    } else if (log.address == at.config.addresses_provider) {
        handler = find_handler(provider_handlers(), log.topics[0]);
    }
    return handler == nullptr ? Result<void>() : handler(at, log);
}

}  // namespace

Markets::Markets(ledger::Ledger& ledger, std::vector<MarketConfig> configs)
    : configs_(std::move(configs)), tables_(ledger) {
    FAULTLINE_ASSERT(configs_.size() <= std::numeric_limits<MarketId>::max());
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        fixed_contracts_.emplace(configs_[i].pool, market);
        fixed_contracts_.emplace(configs_[i].configurator, market);
        fixed_contracts_.emplace(configs_[i].addresses_provider, market);
    }
}

std::vector<Hash32> Markets::topics() {
    std::vector<Hash32> topics{
        events::Mint::kTopic0,
        events::Burn::kTopic0,
        events::BalanceTransfer::kTopic0,
        events::ATokenInitialized::kTopic0,
        events::Upgraded::kTopic0,
    };
    for (const auto handlers : {pool_handlers(), configurator_handlers(), provider_handlers()}) {
        for (const HandlerEntry& entry : handlers) {
            topics.push_back(entry.topic0);
        }
    }
    std::ranges::sort(topics);
    return topics;
}

Transition Markets::transition(const eth::Block& block, MarketId market) {
    return {
        .tables = tables_,
        .market = market,
        .config = configs_[market],
        .header = block.header,
        .new_token_decimals = new_token_decimals_,
    };
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

std::vector<Address> Markets::assets_after(const eth::Block& block, MarketId market) const {
    std::vector<Address> assets;
    const MarketRow* row = tables_.markets.find({market});
    for (ReserveId id = 0; row != nullptr && id < row->reserve_count; ++id) {
        if (const ReserveRow* reserve = tables_.reserves.find({.market = market, .reserve = id})) {
            assets.push_back(reserve->asset);
        }
    }
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address == configs_[market].configurator &&
            events::ReserveInitialized::matches(log)) {
            if (const auto event = events::ReserveInitialized::decode(log)) {
                assets.push_back(event->get<"asset">());
            }
        }
    }
    return assets;
}

Address Markets::oracle_after(const eth::Block& block, MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    Address oracle = row == nullptr ? configs_[market].oracle : row->oracle;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address == configs_[market].addresses_provider &&
            events::PriceOracleUpdated::matches(log)) {
            if (const auto event = events::PriceOracleUpdated::decode(log)) {
                oracle = event->get<"newAddress">();
            }
        }
    }
    return oracle;
}

bool Markets::needs_revision(const eth::Block& block, MarketId market, bool live) const {
    const MarketConfig& config = configs_[market];
    bool touched = false;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address == config.pool && events::Upgraded::matches(log)) {
            return true;
        }
        touched = touched || log.address == config.pool || log.address == config.configurator;
    }
    const MarketRow* row = tables_.markets.find({market});
    const bool known = row != nullptr && row->pool_revision != 0;
    return !known && (touched || (live && row != nullptr));
}

std::vector<eth::Read> Markets::plan_reads(const eth::Block& block, bool live) const {
    std::vector<eth::Read> reads;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        if (needs_revision(block, market, live)) {
            reads.push_back(revision_read(configs_[i].pool));
        }
        const std::vector<Address> assets =
            live ? assets_after(block, market) : std::vector<Address>{};
        if (!assets.empty()) {
            reads.push_back(prices_read(oracle_after(block, market), assets));
        }
    }
    return reads;
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
        const std::string where =
            "log " + std::to_string(log.log_index) + " of " + log.address.hex();
        incidents.push_back(
            incident(block, market, std::move(applied).error().context(where).message(), true)
        );
    }
}

Incident Markets::incident(
    const eth::Block& block, MarketId market, std::string text, bool degrades
) {
    text = "market \"" + configs_[market].name + "\", block " + block.ref().text() + ": " + text;
    const Transition at = transition(block, market);
    if (MarketRow row = at.market_row(); degrades && row.degraded.empty()) {
        row.degraded = text;
        tables_.markets.put({market}, std::move(row));
    }
    return {.market = market, .degrades = degrades, .text = std::move(text)};
}

void Markets::apply_revision(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    const MarketConfig& config = configs_[market];
    const eth::ReadAnswer* answer = block.answer(config.pool, revision_read(config.pool).data);
    if (answer == nullptr) {
        return;
    }
    const auto revision =
        answer->reverted ? Result<std::uint64_t>(0U) : decode_revision(answer->result);
    const std::uint64_t known = revision ? *revision : 0;
    if (known == 0) {
        return;
    }
    const Transition at = transition(block, market);
    MarketRow row = at.market_row();
    row.pool_revision = known;
    tables_.markets.put({market}, std::move(row));
    if (known != kSupportedPoolRevision) {
        incidents.push_back(incident(
            block,
            market,
            "the pool is at revision " + std::to_string(known) + " and only revision " +
                std::to_string(kSupportedPoolRevision) +
                " (Aave 3.6) is accounted for exactly, so its figures are withheld. Use a "
                "Faultline that knows this revision",
            true
        ));
    }
}

void Markets::apply_prices(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    const Transition at = transition(block, market);
    MarketRow row = at.market_row();
    const auto answer = std::ranges::find_if(block.reads, [&](const eth::ReadAnswer& candidate) {
        return is_prices_read(candidate.read, row.oracle);
    });
    if (answer == block.reads.end()) {
        return;
    }
    auto prices = answer->reverted ? Result<std::vector<AssetPrice>>(std::vector<AssetPrice>{})
                                   : decode_prices(*answer);
    const bool reverts_now = answer->reverted || !prices;
    const bool reverted_before = row.prices_reverted;
    const Address oracle = row.oracle;
    row.prices_block = block.ref().number;
    row.prices_reverted = reverts_now;
    tables_.markets.put({market}, std::move(row));
    if (!prices) {
        incidents.push_back(incident(
            block,
            market,
            "oracle " + oracle.hex() + " answered nonsense: " + std::move(prices).error().message(),
            false
        ));
        return;
    }
    if (reverts_now && !reverted_before) {
        incidents.push_back(incident(
            block,
            market,
            "oracle " + oracle.hex() + " reverts: health figures are withheld until it answers",
            false
        ));
    }
    for (const AssetPrice& price : *prices) {
        if (const auto reserve = at.reserve_of(price.asset)) {
            const PriceRow* known = tables_.prices.find({.market = market, .reserve = *reserve});
            if (known == nullptr || known->price_base != price.price_base) {
                tables_.prices.put({.market = market, .reserve = *reserve}, {price.price_base});
            }
        }
    }
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
            new_token_decimals_.clear();
        }
        apply_log(block, log, incidents);
    }
    new_token_decimals_.clear();
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        apply_revision(block, static_cast<MarketId>(i), incidents);
        apply_prices(block, static_cast<MarketId>(i), incidents);
    }
    return incidents;
}

}  // namespace faultline::aave
