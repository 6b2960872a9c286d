// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

/// A Comptroller and its cTokens as the contracts are (compound-finance/compound-protocol a3214f6,
/// and what differs in the older cTokens): operations in, storage and logs out. Knows nothing of
/// how logs are read.
namespace faultline::compound_v2_model {

using tests::Int;

enum class Generation : std::uint8_t {
    kFirst,     ///< 2019: another AccrueInterest, written at every call; refuses by Failure.
    kDelegate,  ///< 0.5.16 delegates: refuse by Failure, seize without a share of the protocol.
    kNewest,    ///< 0.8.10 delegates.
};

struct BorrowSnapshot {
    Int principal;
    Int index;
};

struct CToken {
    Int initial_rate;
    Int accrual_block;
    Int borrow_index;
    Int total_borrows;
    Int total_reserves;
    Int total_supply;
    Int reserve_factor;
    Int cash;
    Int collateral_factor;  ///< Of the Comptroller, as the flags below.
    Int borrow_cap;
    std::map<Address, Int> tokens;
    std::map<Address, BorrowSnapshot> borrows;
    Generation generation = Generation::kNewest;
    bool listed = false;
    bool mint_paused = false;
    bool borrow_paused = false;
    Address self;
    Address underlying;  ///< Zero for ether.
    Address implementation;
    Address model;

    [[nodiscard]] bool initialized() const { return accrual_block != 0; }
};

enum class RateKind : std::uint8_t {
    kLine,        ///< WhitePaperInterestRateModel.
    kJump,        ///< With a kink.
    kJumpFactor,  ///< JumpRateModel of 2019: `jump_multiplier` is a plain factor of the slope.
};

struct RateModel {
    RateKind kind = RateKind::kLine;
    Int base;
    Int multiplier;
    Int jump_multiplier;
    Int kink;
};

struct Liquidity {
    Int error;
    Int liquidity;
    Int shortfall;
};

using Place = std::size_t;

class Contracts {
  public:
    explicit Contracts(Address comptroller) : comptroller_(comptroller) {}

    // Comptroller.
    void deploy();
    void support(Place at);
    void set_oracle(const Address& oracle);
    void set_close_factor(const Int& mantissa);
    void set_incentive(const Int& mantissa);
    void set_collateral_factor(Place at, const Int& mantissa);
    void set_borrow_cap(Place at, const Int& cap);
    void pause_mint(Place at, bool on);
    void pause_borrow(Place at, bool on);
    void pause_transfer(bool on);
    void pause_seize(bool on);
    void enter(Place at, const Address& account);
    void exit(Place at, const Address& account);

    // cTokens.
    Place create(CToken token);
    void become(Place at, Generation generation);
    void accrue(Place at);
    void mint(Place at, const Address& minter, const Int& amount);
    void redeem(Place at, const Address& redeemer, const Int& tokens_in, const Int& amount_in);
    void borrow(Place at, const Address& borrower, const Int& amount);
    /// nullopt: all of it.
    void repay(
        Place at, const Address& payer, const Address& borrower, const std::optional<Int>& amount
    );
    void liquidate(
        Place borrowed,
        Place collateral,
        const Address& liquidator,
        const Address& borrower,
        const Int& amount
    );
    void transfer(Place at, const Address& src, const Address& dst, const Int& tokens);
    void add_reserves(Place at, const Address& by, const Int& amount);
    void reduce_reserves(Place at, const Int& amount);
    void set_reserve_factor(Place at, const Int& mantissa);
    void set_model(Place at, const Address& model);
    void donate(Place at, const Address& by, const Int& amount);
    void make_model(const Address& at, const RateModel& model, bool logs);
    void update_model(const Address& at, const RateModel& model);

    // Views.
    [[nodiscard]] Int exchange_rate(const CToken& token) const;
    [[nodiscard]] Int borrow_balance(const CToken& token, const Address& account) const;
    [[nodiscard]] Int borrow_rate(const CToken& token) const;
    [[nodiscard]] Int supply_rate(const CToken& token) const;
    [[nodiscard]] Int borrow_rate(
        const RateModel& model, const Int& cash, const Int& borrows, const Int& reserves
    ) const;
    /// The token after accrueInterest().
    [[nodiscard]] CToken accrued(const CToken& token) const;
    [[nodiscard]] Int price(const CToken& token) const;
    [[nodiscard]] Liquidity liquidity(
        const Address& account,
        std::optional<Place> modify = std::nullopt,
        const Int& redeem_tokens = 0,
        const Int& borrow_amount = 0
    ) const;
    [[nodiscard]] bool is_deprecated(const CToken& token) const;
    [[nodiscard]] const std::vector<Place>& assets_in(const Address& account) const;
    [[nodiscard]] bool is_member(Place at, const Address& account) const;

    // For whoever drives it.
    tests::LogBook book;
    std::uint64_t number = 0;
    std::map<Address, std::map<Address, Int>> oracles;  ///< Prices by oracle and cToken.
    std::map<Address, unsigned> fees_bps;               ///< Of underlyings that keep some back.

    [[nodiscard]] const std::vector<CToken>& tokens() const { return tokens_; }

    [[nodiscard]] const Address& comptroller() const { return comptroller_; }

    [[nodiscard]] const std::map<Address, RateModel>& models() const { return models_; }

    [[nodiscard]] const std::vector<Place>& listed() const { return listed_; }

    [[nodiscard]] const Address& oracle() const { return oracle_; }

    [[nodiscard]] const Int& close_factor() const { return close_factor_; }

    [[nodiscard]] const Int& incentive() const { return incentive_; }

    [[nodiscard]] bool transfer_paused() const { return transfer_paused_; }

    [[nodiscard]] bool seize_paused() const { return seize_paused_; }

    [[nodiscard]] bool deployed() const { return deployed_; }

  private:
    [[noreturn]] void refuse(const CToken& token);
    void refuse_unless(const CToken& token, bool allowed);
    Int transfer_in(CToken& token, const Address& from, const Int& amount);
    void transfer_out(CToken& token, const Address& to, const Int& amount);
    void mint_fresh(CToken& token, const Address& minter, const Int& amount);
    void redeem_fresh(
        Place at, const Address& redeemer, const Int& tokens_in, const Int& amount_in
    );
    void borrow_fresh(Place at, const Address& borrower, const Int& amount);
    Int repay_fresh(
        CToken& token,
        const Address& payer,
        const Address& borrower,
        const std::optional<Int>& amount
    );
    void liquidate_fresh(
        Place borrowed,
        Place collateral,
        const Address& liquidator,
        const Address& borrower,
        const Int& amount
    );
    void seize(
        CToken& token, const Address& liquidator, const Address& borrower, const Int& tokens
    );
    [[nodiscard]] Int seize_tokens(
        const CToken& borrowed, const CToken& collateral, const Int& repaid
    ) const;
    [[nodiscard]] bool redeem_allowed(Place at, const Address& redeemer, const Int& tokens) const;
    /// Runs what may refuse by a Failure log, which leaves what was written before it.
    template <class Run>
    static void softly(Run run);
    /// The same of what cETH has as payable: that reverts.
    template <class Run>
    void softly_unless_ether(Place at, Run run);

    /// What a refusal by Failure unwinds with.
    struct Stopped {};

    Address comptroller_;
    bool deployed_ = false;
    Address oracle_;
    Int close_factor_;
    Int incentive_;
    bool transfer_paused_ = false;
    bool seize_paused_ = false;
    std::vector<CToken> tokens_;
    std::vector<Place> listed_;
    std::map<Address, std::vector<Place>> assets_in_;
    std::map<Address, RateModel> models_;
};

}  // namespace faultline::compound_v2_model
