// SPDX-License-Identifier: Apache-2.0
// What a market asks its contracts, and what it makes of their answers.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/upgrades.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// What a block's reads say of prices: the call for all assets or, where that has no answer that
/// can be used, the calls for one.
class PriceAnswers {
  public:
    PriceAnswers(const eth::Block& block, const Address& oracle, const eth::ReadAnswer& all)
        : block_(block), oracle_(oracle), all_(decode_prices(all)) {}

    [[nodiscard]] Result<U256> of(const Address& asset) const {
        if (all_) {
            const auto found = std::ranges::find(*all_, asset, &AssetPrice::asset);
            return found == all_->end() ? Result<U256>(Error(Code::kMissing, "it was not asked"))
                                        : Result<U256>(found->price_base);
        }
        const eth::ReadAnswer* one = block_.reads.find(price_read(oracle_, asset));
        return one == nullptr ? Result<U256>(all_.error()) : decode_price(*one);
    }

  private:
    const eth::Block& block_;
    Address oracle_;
    Result<std::vector<AssetPrice>> all_;
};

PriceState state_of(const Result<U256>& price_base) {
    if (price_base) {
        return PriceState::kKnown;
    }
    return price_base.error().code() == Code::kMissing ? PriceState::kUnread : PriceState::kNone;
}

/// What a log of the configurator adds to what is priced.
std::optional<Address> new_asset(const eth::Log& log) {
    if (events::ReserveInitialized::matches(log)) {
        const auto event = events::ReserveInitialized::decode(log);
        return event ? std::optional(event->get<"asset">()) : std::nullopt;
    }
    if (events::EModeCategoryAdded::matches(log)) {
        const auto event = events::EModeCategoryAdded::decode(log);
        return event && event->get<"oracle">() != Address{} ? std::optional(event->get<"oracle">())
                                                            : std::nullopt;
    }
    return std::nullopt;
}

/// The aToken of a reserve of V2 that the log lists, where no Initialized log told its decimals:
/// the first releases of the token had none.
std::optional<Address> lists_silently(
    const MarketConfig& config, const eth::LogList& logs, const eth::Log& log
) {
    if (config.generation != Generation::kV2 || log.address != config.configurator ||
        !events::ReserveInitialized::matches(log)) {
        return std::nullopt;
    }
    const auto event = events::ReserveInitialized::decode(log);
    for (std::size_t i = 0; event && i < logs.size(); ++i) {
        const eth::Log other = logs[i];
        if (other.address == event->get<"aToken">() && events::ATokenInitialized::matches(other) &&
            events::ATokenInitialized::decode(other)) {
            return std::nullopt;
        }
    }
    return event ? std::optional(event->get<"aToken">()) : std::nullopt;
}

/// What a log asks for in its block, be it of history; no block changes the answer.
std::optional<eth::Read> asked_by(
    const MarketConfig& config, const eth::LogList& logs, const eth::Log& log
) {
    if (auto found = announced(config, log)) {
        return std::move(found->call);
    }
    const auto token = lists_silently(config, logs, log);
    return token ? std::optional(decimals_read(*token)) : std::nullopt;
}

}  // namespace

std::vector<Address> Markets::assets_after(const eth::Block& block, MarketId market) const {
    std::vector<Address> assets;
    const MarketRow* row = tables_.markets.find({market});
    for (ReserveId id = 0; row != nullptr && id < row->reserve_count; ++id) {
        if (const ReserveRow* reserve = tables_.reserves.find({.market = market, .reserve = id})) {
            assets.push_back(reserve->asset);
        }
    }
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        const EModeRow* emode =
            tables_.emodes.find({.market = market, .category = static_cast<std::uint8_t>(category)}
            );
        if (emode != nullptr && emode->price_source != Address{}) {
            assets.push_back(emode->price_source);
        }
    }
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        const auto asset =
            log.address == configs_[market].configurator ? new_asset(log) : std::nullopt;
        if (asset && std::ranges::find(assets, *asset) == assets.end()) {
            assets.push_back(*asset);
        }
    }
    return assets;
}

Address Markets::oracle_after(const eth::Block& block, MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    Address oracle = row == nullptr ? configs_[market].oracle : row->oracle;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        oracle = oracle_named(configs_[market], log).value_or(oracle);
    }
    return oracle;
}

bool Markets::asks_in_history(const eth::LogList& logs) const {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        const auto announces = [&](const MarketConfig& config) {
            return asked_by(config, logs, log).has_value();
        };
        if (fixed_contracts_.contains(log.address) && std::ranges::any_of(configs_, announces)) {
            return true;
        }
    }
    return false;
}

void Markets::plan_revisions(
    const eth::Block& block, MarketId market, std::vector<eth::Read>& reads
) const {
    const MarketConfig& config = configs_[market];
    std::vector<eth::Read> calls;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (auto call = asked_by(config, block.logs, log)) {
            calls.push_back(*std::move(call));
        }
    }
    if (calls.empty() && !block.live) {
        return;
    }
    const MarketRow* row = tables_.markets.find({market});
    for (std::size_t i = 0; row != nullptr && i < row->unread_implementations.size(); ++i) {
        if (auto call = revision_call(tables_, config, market, row->unread_implementations[i])) {
            calls.push_back(*std::move(call));
        }
    }
    if (calls.empty() && row != nullptr && row->pool_revision == 0) {
        calls.push_back(revision_read(config.pool, config.generation));
    }
    for (eth::Read& call : calls) {
        if (!block.made(call) && std::ranges::find(reads, call) == reads.end()) {
            reads.push_back(std::move(call));
        }
    }
}

void Markets::plan_prices(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads)
    const {
    const std::vector<Address> assets = assets_after(block, market);
    if (assets.empty()) {
        return;
    }
    const Address oracle = oracle_after(block, market);
    const eth::ReadAnswer* all = find_prices(block, oracle);
    if (all == nullptr) {
        reads.push_back(prices_read(oracle, assets));
        return;
    }
    if (decode_prices(*all)) {
        return;
    }
    for (const Address& asset : assets) {
        eth::Read read = price_read(oracle, asset);
        if (!block.made(read)) {
            reads.push_back(std::move(read));
        }
    }
}

std::vector<eth::Read> Markets::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        plan_revisions(block, market, reads);
        if (block.live) {
            plan_prices(block, market, reads);
            plan_sources(block, market, reads);
            plan_governors(block, market, reads);
        }
    }
    return reads;
}

void Markets::apply_revisions(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    Transition at = transition(block, market);
    MarketRow row = at.market_row();
    const MarketConfig& config = configs_[market];
    const Address& pool = config.pool;
    // Of a pool whose creation was not among the logs it is asked what it runs.
    if (row.pool_revision == 0 && row.unread_implementations.empty()) {
        const eth::ReadAnswer* answer = block.answer(revision_read(pool, config.generation));
        if (answer == nullptr || decode_revision(*answer) == 0) {
            return;  // Not asked, or not deployed yet.
        }
        row.unread_implementations.push_back({.proxy = pool, .code = pool});
        tables_.markets.put({market}, std::move(row));
    }
    Result<void> read = read_late(at);
    if (!read) {
        report(block, market, std::move(read).error().message(), true, incidents);
    }
}

void Markets::apply_prices(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    MarketRow row = transition(block, market).market_row();
    const Address oracle = row.oracle;
    const eth::ReadAnswer* all = find_prices(block, oracle);
    if (all == nullptr) {
        return;
    }
    row.prices_block = block.ref().number;
    const ReserveId reserve_count = row.reserve_count;
    tables_.markets.put({market}, std::move(row));
    const PriceAnswers answers(block, oracle, *all);
    for (ReserveId id = 0; id < reserve_count; ++id) {
        const ReserveKey key{.market = market, .reserve = id};
        if (const ReserveRow* reserve = tables_.reserves.find(key)) {
            const Address asset = reserve->asset;
            apply_price(
                block,
                tables_.prices,
                key,
                {.asset = asset, .price_base = answers.of(asset)},
                incidents
            );
        }
    }
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        const EModeKey key{.market = market, .category = static_cast<std::uint8_t>(category)};
        const EModeRow* emode = tables_.emodes.find(key);
        if (emode != nullptr && emode->price_source != Address{}) {
            const Address source = emode->price_source;
            apply_price(
                block,
                tables_.category_prices,
                key,
                {.asset = source, .price_base = answers.of(source)},
                incidents
            );
        } else if (tables_.category_prices.contains(key)) {
            tables_.category_prices.erase(key);
        }
    }
}

template <class Key>
void Markets::apply_price(
    const eth::Block& block,
    ledger::Table<Key, PriceRow>& prices,
    const Key& key,
    const PriceAnswer& answer,
    std::vector<Incident>& incidents
) {
    const PriceRow* found = prices.find(key);
    const PriceRow before = found == nullptr ? PriceRow{} : *found;
    const PriceRow after{
        .price_base = answer.price_base.value_or(before.price_base),
        .state = state_of(answer.price_base)
    };
    if (!after.known() && before.known()) {
        report(
            block,
            key.market,
            "oracle " + transition(block, key.market).market_row().oracle.hex() +
                " has no price of " + answer.asset.hex() + " (" +
                answer.price_base.error().message() +
                "): figures of accounts that use it are withheld until it has",
            false,
            incidents
        );
    }
    if (found == nullptr || after != before) {
        prices.put(key, after);
    }
}

}  // namespace faultline::aave
