// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::aave {

class BootstrapAnswers;
class Views;

/// The whole state of one market at one block, by the view calls of its contracts: what to ask, and
/// rows from the answers. Then holds itself to the contracts: the listed accounts hold all that the
/// tokens say is held, and every account's getUserAccountData is what the rows give.
///
/// Pure. Whoever drives it asks calls() at the block, all of them, and hands over the answers until
/// none are left; it may leave the rows of accounts that an earlier run read in the tables and
/// begin with the account after them.
///
/// Source: the views of Pool.sol, PoolAddressesProvider.sol, StableDebtToken.sol.
class Bootstrap {
  public:
    /// What is asked.
    enum class Stage : std::uint8_t {
        kMarket,
        kReserveIds,
        kReserves,
        kTokens,
        kEModes,
        kAccounts,
        kDebts,
        kPrices,
        kComparison,
        kDone
    };

    struct Options {
        MarketId market = 0;
        eth::BlockRef block;
        UnixSeconds timestamp;
        std::vector<Address> accounts;   ///< Sorted, unique: whoever may hold anything.
        std::size_t accounts_known = 0;  ///< The first so many have their rows.
    };

    /// The tables outlive it; the config too.
    Bootstrap(Tables& tables, const MarketConfig& config, Options options);

    /// Empty when all is read and compared.
    [[nodiscard]] const std::vector<eth::Read>& calls() const noexcept { return calls_; }

    /// The answers to calls(), in that order. kRejected says which contract does not answer, what
    /// is not accounted for, which token is held by accounts that are not listed, or which figure
    /// is not the contract's; there is no market then.
    Result<void> take(const std::vector<eth::ReadAnswer>& answers);

    [[nodiscard]] Stage stage() const noexcept { return stage_; }

    /// How many accounts have their rows.
    [[nodiscard]] std::size_t accounts_known() const noexcept { return options_.accounts_known; }

    [[nodiscard]] std::size_t accounts_compared() const noexcept { return accounts_compared_; }

  private:
    /// A reserve as it is being read.
    struct Part {
        ReserveId id = 0;
        ReserveRow row;
    };

    Result<void> finish(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_stage(const std::vector<eth::ReadAnswer>& answers);
    [[nodiscard]] Stage next_stage() const;
    void plan(Stage stage);
    void plan_tokens();
    void plan_emodes();
    void plan_accounts();
    void plan_debts();
    void plan_comparison();
    Result<void> take_market(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_reserve_ids(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_reserves(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_tokens(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_token(Part& part, BootstrapAnswers& in);
    Result<void> take_figures_of_release(ReserveRow& row, BootstrapAnswers& in) const;
    Result<void> take_token_revisions(const Part& part, const U256& a_token, const U256& v_token);
    Result<void> take_emodes(const std::vector<eth::ReadAnswer>& answers);
    Result<EModeRow> take_emode(BootstrapAnswers& in) const;
    Result<void> take_accounts(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_debts(const std::vector<eth::ReadAnswer>& answers);
    /// Of the i-th account that is being read and the j-th reserve.
    Result<void> take_debt(std::size_t i, std::size_t j, BootstrapAnswers& in);
    Result<void> take_prices(const std::vector<eth::ReadAnswer>& answers);
    Result<void> take_comparison(const std::vector<eth::ReadAnswer>& answers);
    static Result<void> compare(const Views& views, const eth::ReadAnswer& answer);
    Result<void> check_holders() const;
    void put_listed(const Part& part, Rounding a_token, Rounding v_token);

    Tables& tables_;
    const MarketConfig& config_;
    Options options_;
    Stage stage_ = Stage::kMarket;
    std::vector<eth::Read> calls_;
    Rules rules_;
    MarketRow market_;
    std::vector<Part> reserves_;
    /// Of the accounts that are being read: flags, category and supplies, until debts are in.
    std::vector<UserRow> users_;
    std::vector<PositionRow> positions_;  ///< By account, then reserve.
    std::size_t accounts_compared_ = 0;
};

}  // namespace faultline::aave
