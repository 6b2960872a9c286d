// SPDX-License-Identifier: Apache-2.0
// What a market asks its contracts, and what it makes of their answers.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/revisions.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// What the pool is given to run by that log; nullopt when it is about something else.
std::optional<Address> new_implementation(const MarketConfig& config, const eth::Log& log) {
    if (log.address == config.pool && events::Upgraded::matches(log)) {
        const auto event = events::Upgraded::decode(log);
        return event ? std::optional(event->get<"implementation">()) : std::nullopt;
    }
    if (log.address == config.addresses_provider && events::ProxyCreated::matches(log)) {
        const auto event = events::ProxyCreated::decode(log);
        return event && event->get<"proxyAddress">() == config.pool
                   ? std::optional(event->get<"implementationAddress">())
                   : std::nullopt;
    }
    return std::nullopt;
}

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
        const eth::ReadAnswer* one = block_.answer(oracle_, price_read(oracle_, asset).data);
        return one == nullptr ? Result<U256>(all_.error()) : decode_price(*one);
    }

  private:
    const eth::Block& block_;
    Address oracle_;
    Result<std::vector<AssetPrice>> all_;
};

}  // namespace

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

void Markets::plan_revisions(
    const eth::Block& block, MarketId market, std::vector<eth::Read>& reads
) const {
    const MarketRow* row = tables_.markets.find({market});
    std::vector<Address> unread =
        row == nullptr ? std::vector<Address>{} : row->unread_implementations;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        if (const auto implementation = new_implementation(configs_[market], block.logs[i])) {
            unread.push_back(*implementation);
        }
    }
    if (unread.empty() && row != nullptr && row->pool_revision == 0) {
        unread.push_back(configs_[market].pool);
    }
    for (const Address& contract : unread) {
        eth::Read read = revision_read(contract);
        if (block.answer(read.to, read.data) == nullptr &&
            std::ranges::find(reads, read) == reads.end()) {
            reads.push_back(std::move(read));
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
        if (block.answer(oracle, read.data) == nullptr) {
            reads.push_back(std::move(read));
        }
    }
}

std::vector<eth::Read> Markets::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads;
    for (std::size_t i = 0; block.live && i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        plan_revisions(block, market, reads);
        plan_prices(block, market, reads);
    }
    return reads;
}

void Markets::apply_revision(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    MarketRow row = transition(block, market).market_row();
    if (row.unread_implementations.empty()) {
        apply_revision_of_pool(block, market, incidents);
        return;
    }
    std::vector<const eth::ReadAnswer*> answers;
    for (const Address& implementation : row.unread_implementations) {
        answers.push_back(block.answer(implementation, revision_read(implementation).data));
        if (answers.back() == nullptr) {
            return;  // History: the first live block asks.
        }
        if (decode_revision(*answers.back()) == 0) {
            return;  // An endpoint that lacks the contract, or no pool: the next live block asks.
        }
    }
    row.pool_revision = decode_revision(*answers.back());
    row.unread_implementations.clear();
    tables_.markets.put({market}, std::move(row));
    for (const eth::ReadAnswer* answer : answers) {
        report_revision(block, market, *answer, incidents);
    }
}

/// For a market whose pool's creation was not among the logs.
void Markets::apply_revision_of_pool(
    const eth::Block& block, MarketId market, std::vector<Incident>& incidents
) {
    const Address& pool = configs_[market].pool;
    const eth::ReadAnswer* answer = block.answer(pool, revision_read(pool).data);
    const std::uint64_t revision = answer == nullptr ? 0 : decode_revision(*answer);
    if (revision == 0) {
        return;  // Not asked, or not deployed yet.
    }
    MarketRow row = transition(block, market).market_row();
    row.pool_revision = revision;
    tables_.markets.put({market}, std::move(row));
    report_revision(block, market, *answer, incidents);
}

void Markets::report_revision(
    const eth::Block& block,
    MarketId market,
    const eth::ReadAnswer& answer,
    std::vector<Incident>& incidents
) {
    const std::uint64_t revision = decode_revision(answer);
    if (is_accounted_for(revision)) {
        return;
    }
    report(
        block,
        market,
        "the pool, or what it ran in what was followed, " + answer.read.to.hex() +
            ", is of revision " + std::to_string(revision) + ", and only revisions " +
            std::to_string(kRevisionV36) + " (Aave 3.6) and " + std::to_string(kRevisionV37) +
            " (3.7) are accounted for exactly, so its figures are withheld. Use a Faultline that "
            "knows this revision",
        true,
        incidents
    );
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
        const ReserveRow* reserve = tables_.reserves.find({.market = market, .reserve = id});
        if (reserve == nullptr) {
            continue;
        }
        const Result<U256> price_base = answers.of(reserve->asset);
        const PriceRow* found = tables_.prices.find({.market = market, .reserve = id});
        const PriceRow before = found == nullptr ? PriceRow{} : *found;
        const PriceRow after{
            .price_base = price_base.value_or(before.price_base), .none = !price_base
        };
        if (after.none && !before.none) {
            report(
                block,
                market,
                "oracle " + oracle.hex() + " has no price of " + reserve->asset.hex() + " (" +
                    price_base.error().message() +
                    "): figures of accounts that use it are withheld until it has",
                false,
                incidents
            );
        }
        if (found == nullptr || after != before) {
            tables_.prices.put({.market = market, .reserve = id}, after);
        }
    }
}

}  // namespace faultline::aave
