// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/reading_answers.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace faultline::compound_v2 {

/// A Comptroller with its cTokens and accounts by view calls. No view tells a debt's principal, so
/// debts are kept as owed at the borrow index of that block (UnsettledRow), which is exact there,
/// and read again whenever that index moves until a log tells the principal.
class Reading final : public protocol::MarketReading {
  public:
    /// Tables and config outlive it.
    Reading(Tables& tables, const MarketConfig& config, protocol::ReadingOptions options);

    [[nodiscard]] const std::vector<eth::Read>& calls() const noexcept override { return calls_; }

    Result<void> take(const std::vector<eth::ReadAnswer>& answers) override;

    [[nodiscard]] bool of_market() const noexcept override { return stage_ < Stage::kHolders; }

    [[nodiscard]] std::size_t holders_known() const noexcept override {
        return options_.holders_known;
    }

    [[nodiscard]] std::size_t holders_compared() const noexcept override { return compared_; }

  private:
    enum class Stage : std::uint8_t {
        kMarket,
        kCTokens,
        kModels,
        kHolders,
        kComparison,
        kDone
    };

    /// What is needed of a cToken until its model is read.
    struct RatesRead {
        std::optional<U256> borrow_wad;  ///< It reverts where utilization has no value.
        std::optional<U256> supply_wad;
    };

    void plan(Stage stage);
    void plan_market();
    void plan_ctokens();
    void plan_models();
    void plan_holders();
    void plan_comparison();
    Result<void> finish(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_stage(const std::vector<eth::ReadAnswer>& answers);
    [[nodiscard]] Stage next_stage() const;
    Result<void> take_market(ReadingAnswers& in);
    Result<void> take_ctokens(ReadingAnswers& in);
    Result<void> take_ctoken(const Address& ctoken, ReadingAnswers& in);
    Result<void> take_cash(CTokenRow& row, const Address& ctoken, ReadingAnswers& in);
    Result<void> take_models(ReadingAnswers& in);
    void check_rate(const Address& ctoken, bool model_known);
    Result<void> take_holders(ReadingAnswers& in);
    Result<void> take_holder(const Address& account, ReadingAnswers& in);
    Result<void> take_snapshot(const Address& ctoken, const Address& account, ReadingAnswers& in);
    Result<void> check_sums();
    Result<void> take_comparison(const std::vector<eth::ReadAnswer>& answers);
    [[nodiscard]] Transition transition();
    [[nodiscard]] std::span<const protocol::Holder> some(std::size_t from, std::size_t most) const;

    Tables& tables_;
    const MarketConfig& config_;
    protocol::ReadingOptions options_;
    eth::Block block_;  ///< The block's number, for what the rows keep of it.
    TransactionMemory memory_;
    std::vector<Note> notes_;
    Stage stage_ = Stage::kMarket;
    std::vector<eth::Read> calls_;
    MarketRow market_;
    std::map<Address, RatesRead> rates_;  ///< By cToken.
    std::size_t compared_ = 0;
};

}  // namespace faultline::compound_v2
