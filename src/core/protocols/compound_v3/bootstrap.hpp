// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::compound_v3 {

/// A Comet read at one block: configuration and totals, then what each holder has, then the sums
/// and the contract's own figures of every holder.
class Bootstrap final : public protocol::MarketReading {
  public:
    /// Tables and config outlive it.
    Bootstrap(Tables& tables, const MarketConfig& config, protocol::ReadingOptions options);

    [[nodiscard]] const std::vector<eth::Read>& calls() const noexcept override { return calls_; }

    Result<void> take(const std::vector<eth::ReadAnswer>& answers) override;

    [[nodiscard]] bool of_market() const noexcept override { return stage_ <= Stage::kState; }

    [[nodiscard]] std::size_t holders_known() const noexcept override {
        return options_.holders_known;
    }

    [[nodiscard]] std::size_t holders_compared() const noexcept override { return compared_; }

  private:
    enum class Stage : std::uint8_t {
        kGetters,
        kAssets,
        kState,       ///< Totals of collaterals, token balances, prices.
        kPrincipals,  ///< Of so many holders.
        kCollateral,  ///< Of the same.
        kComparison,
    };

    Result<void> take_stage(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_getters(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_assets(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_state(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_principals(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_collateral(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_comparison(const std::vector<eth::ReadAnswer>& answers);

    void plan_state();
    /// Of the next holders; the comparison when there are none.
    Result<void> plan_principals();
    Result<void> plan_collateral();
    void plan_comparison();
    void sum_rows();
    [[nodiscard]] Result<void> check_sums() const;
    [[nodiscard]] const Address& holder(std::size_t place) const;

    Tables& tables_;
    const MarketConfig& config_;
    protocol::ReadingOptions options_;
    Stage stage_ = Stage::kGetters;
    std::vector<eth::Read> calls_;
    eth::Block told_;  ///< Answers about the configuration.
    Configuration configuration_;
    Totals totals_;
    std::vector<UserBasic> users_;  ///< Of the holders that are being read.
    std::size_t compared_ = 0;
};

}  // namespace faultline::compound_v3
