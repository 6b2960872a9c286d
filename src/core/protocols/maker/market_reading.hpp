// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/reading_answers.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace faultline::maker {

/// The whole state of one Vat and what is around it, by view calls at one block. No contract lists
/// ilks or vaults: they are those of the holders that logs name.
class MakerReading final : public protocol::MarketReading {
  public:
    /// The tables outlive it; the config too.
    MakerReading(Tables& tables, const MarketConfig& config, protocol::ReadingOptions options);

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
        kJoins,
        kIlks,
        kIlkParameters,
        kGems,
        kPips,
        kClips,
        kSales,
        kCalcs,
        kHolders,
        kComparison,
        kDone
    };

    Result<void> take_stage(const std::vector<eth::ReadAnswer>& answers);
    /// Goes on to the first stage from this one on that has something to ask.
    Result<void> advance(Stage stage);
    void plan(Stage stage);
    void plan_market();
    void plan_all(const Address& contract, std::span<const View> views);
    void plan_psm(const Psm& psm);
    void plan_savings(const Address& address);
    void plan_joins();
    void plan_gems();
    void plan_pips();
    void plan_clips();
    void plan_calcs();
    void plan_holders();
    void plan_comparison();
    Result<void> take_market(ReadingAnswers in);
    Result<void> take_vow(ReadingAnswers& in);
    Result<void> take_supply(const Address& token, ReadingAnswers& in);
    Result<void> take_supplies(ReadingAnswers& in);
    void begin_flows();
    Result<void> take_tokens(ReadingAnswers& in);
    Result<void> take_pot(ReadingAnswers& in);
    Result<void> take_psm(const Psm& psm, ReadingAnswers& in);
    Result<void> take_savings(const Address& address, ReadingAnswers& in);
    /// Keeps those that the Vat has: anybody can have a log name others.
    Result<void> take_ilks(ReadingAnswers in);
    Result<void> take_ilk_parameters(ReadingAnswers in);
    void take_joins(const std::vector<eth::ReadAnswer>& answers);
    /// What joins hold of an ilk whose first log nobody saw.
    void take_gems(const std::vector<eth::ReadAnswer>& answers);
    void take_esm(ReadingAnswers& in);
    Result<void> take_pips(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_clips(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_calcs(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_holders(ReadingAnswers in);
    Result<void> take_urn(const protocol::Holder& holder, ReadingAnswers& in);
    Result<void> take_account(const Address& account, ReadingAnswers& in);
    Result<void> take_comparison(const std::vector<eth::ReadAnswer>& answers);
    /// That the listed holders hold all there is; keeps the sums.
    Result<void> check_sums();
    Result<void> check_art();
    /// Sums what holders have of each ilk, and doubts what nothing proves to be all.
    void sum_collateral();
    /// Whether a log named the ilk first: all its urns are named by later ones.
    [[nodiscard]] bool saw_init(const Hash32& ilk) const;
    /// Wards that logs name, and joins that are configured; sorted.
    [[nodiscard]] std::vector<Address> join_candidates() const;

    [[nodiscard]] MarketId market() const { return options_.market; }

    /// Of an ilk that the Vat has not, whose holders nobody has to ask about.
    [[nodiscard]] bool of_no_ilk(const protocol::Holder& holder) const;

    [[nodiscard]] ContractKey contract(const Address& address) const {
        return {.market = options_.market, .contract = address};
    }

    Tables& tables_;
    const MarketConfig& config_;
    protocol::ReadingOptions options_;
    Stage stage_ = Stage::kMarket;
    std::vector<eth::Read> calls_;
    std::vector<Hash32> ilks_;
    std::map<Hash32, U256> in_joins_wad_;  ///< Of ilks whose joins were asked.
    std::size_t holders_asked_ = 0;        ///< Those before are known or asked about.
    /// Answers about clippers, until those about their auctions are in.
    std::vector<eth::ReadAnswer> clip_answers_;
    std::size_t compared_ = 0;
};

}  // namespace faultline::maker
