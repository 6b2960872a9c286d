// SPDX-License-Identifier: Apache-2.0
// Where the oracle has prices from: it logs what is set while it is in force, and is asked for the
// rest now and then. Only the exposure graph needs it, so nothing waits for an answer.
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// At the last of every so many blocks, so many assets at once.
constexpr std::uint64_t kEvery = 256;
constexpr std::size_t kAtOnce = 32;

}  // namespace

std::vector<ReserveKey> Markets::unheard_sources(
    const eth::Block& block, MarketId market, const Address& oracle
) const {
    std::vector<ReserveKey> out;
    const MarketRow* row = tables_.markets.find({market});
    if (!block.live || block.ref().number % kEvery != kEvery - 1 || row == nullptr ||
        oracle.is_zero()) {
        return out;
    }
    for (ReserveId id = 0; id < row->reserve_count && out.size() < kAtOnce; ++id) {
        const ReserveKey key{.market = market, .reserve = id};
        const FeedRow* feed = tables_.feeds.find(key);
        if (tables_.reserves.find(key) != nullptr && (feed == nullptr || feed->oracle != oracle)) {
            out.push_back(key);
        }
    }
    return out;
}

void Markets::plan_sources(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads)
    const {
    const Address oracle = oracle_after(block, market);
    for (const ReserveKey& key : unheard_sources(block, market, oracle)) {
        eth::Read read = source_read(oracle, tables_.reserves.find(key)->asset);
        if (!block.made(read)) {
            reads.push_back(std::move(read));
        }
    }
}

void Markets::apply_sources(const eth::Block& block, MarketId market) {
    const MarketRow* row = tables_.markets.find({market});
    const Address oracle = row == nullptr ? configs_[market].oracle : row->oracle;
    for (const ReserveKey& key : unheard_sources(block, market, oracle)) {
        const Address asset = tables_.reserves.find(key)->asset;
        const eth::ReadAnswer* answer = block.answer(source_read(oracle, asset));
        if (const auto source = answer == nullptr ? std::nullopt : decode_source(*answer)) {
            tables_.feeds.put(key, {.oracle = oracle, .source = *source});
        }
    }
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address != oracle || !events::AssetSourceUpdated::matches(log)) {
            continue;
        }
        const auto event = events::AssetSourceUpdated::decode(log);
        const ContractRow* asset =
            event ? tables_.contracts.find({.market = market, .address = event->get<"asset">()})
                  : nullptr;
        if (asset != nullptr && asset->role == ContractRole::kAsset) {
            tables_.feeds.put(
                {.market = market, .reserve = asset->reserve},
                {.oracle = oracle, .source = event->get<"source">()}
            );
        }
    }
}

}  // namespace faultline::aave
