// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/reads.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/engine/fold.hpp>

#include <cstdint>
#include <vector>

namespace faultline::engine {

inline constexpr std::uint64_t kUsd = 100'000'000;
inline constexpr std::uint64_t kToken = 1'000'000;

/// Fires below 1.05, resolves at 1.10, after two blocks.
inline FoldOptions fold_options() {
    rules::HealthFactorRule rule;
    rule.terms.name = "low";
    rule.terms.severity = rules::Severity::kCritical;
    rule.below_wad = *checked_mul(U256(105), pow10(16));
    rule.resolve_at_wad = *checked_mul(U256(110), pow10(16));
    rule.terms.patience.for_blocks = 2;
    return {
        .chain_name = "test",
        .deployments = aave::deployments_of({aave::TestMarket::config()}),
        .rules = {.health = {rule}, .signals = {}}
    };
}

/// Chained blocks of the test market: block 1 lists two reserves and gives Alice 1000 of the first
/// as collateral for 700 of the second; every block reads the price of the collateral.
class ScriptedChain {
  public:
    /// The next block on the tip, with the collateral's price in hundredths of a dollar.
    eth::Block next(std::uint64_t price_cents, std::uint8_t branch = 0) {
        aave::TestMarket scratch;
        const bool first = blocks_.empty();
        if (first) {
            scratch.list_reserve(0).list_reserve(1);
            scratch.supply(0, aave::kAlice, 1000 * kToken).supply(1, aave::kBob, 1000 * kToken);
            scratch.borrow(1, aave::kAlice, 700 * kToken).revision(10);
        }
        eth::Block block = scratch.pending();
        block.reads.push_back(prices(price_cents));
        block.header.ref.number = first ? 1 : blocks_.back().ref().number + 1;
        block.header.ref.hash.bytes[0] = static_cast<std::uint8_t>(block.header.ref.number);
        block.header.ref.hash.bytes[1] = branch;
        block.header.parent = first ? Hash32{} : blocks_.back().ref().hash;
        block.header.timestamp = {1000 + (12 * block.header.ref.number)};
        blocks_.push_back(block);
        return block;
    }

    void drop_tip() { blocks_.pop_back(); }

    [[nodiscard]] const std::vector<eth::Block>& blocks() const { return blocks_; }

  private:
    static eth::ReadAnswer prices(std::uint64_t price_cents) {
        eth::ReadAnswer answer;
        answer.read = aave::prices_read(aave::kOracle, {aave::asset(0), aave::asset(1)});
        for (const std::uint64_t word :
             {std::uint64_t{32}, std::uint64_t{2}, price_cents * (kUsd / 100), kUsd}) {
            const auto bytes = U256(word).to_be_bytes();
            answer.result.insert(answer.result.end(), bytes.begin(), bytes.end());
        }
        return answer;
    }

    std::vector<eth::Block> blocks_;
};

}  // namespace faultline::engine
