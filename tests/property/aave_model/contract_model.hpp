// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave_model {

/// An operation that the contracts refuse.
struct Reverted {};

/// Names a contract or account of the modelled world.
Address address_of(const std::string& name);
const Address& treasury();
const aave::MarketConfig& market();

/// One market of one release as its contracts are: operations in, storage and logs out. Knows
/// nothing of how logs are read. What only decides whether an operation is allowed (health, caps,
/// roles) is left out; rates come from outside.
class ContractModel {
  public:
    using RateSource = std::function<Rates(ReserveIndex)>;

    ContractModel(Version version, RateSource rates)
        : rules_{.version = version}, rates_(std::move(rates)) {}

    [[nodiscard]] const Rules& rules() const { return rules_; }

    [[nodiscard]] const State& state() const { return state_; }

    [[nodiscard]] Seconds now() const { return now_; }

    [[nodiscard]] const eth::LogList& logs() const { return logs_; }

    /// How often each event was emitted, by its name.
    [[nodiscard]] const std::map<std::string, std::size_t>& told() const { return told_; }

    void set_rate_source(RateSource rates) { rates_ = std::move(rates); }

    /// Forgets the logs of the block before.
    void begin_block(std::uint64_t number, Seconds now);
    /// One transaction. When the contracts refuse it nothing of it remains, and it is false.
    bool transact(const std::function<void()>& operations);

    void set_price(const Address& asset, const Int& price) { state_.prices[asset] = price; }

    // What follows is called inside transact().

    // Pool
    void supply(const Address& payer, const Address& holder, ReserveIndex id, const Int& amount);
    /// nullopt: all of it.
    void withdraw(const Address& holder, ReserveIndex id, const std::optional<Int>& amount);
    void borrow(const Address& holder, ReserveIndex id, const Int& amount, bool stable = false);
    void repay(const Address& holder, ReserveIndex id, const std::optional<Int>& amount);
    void repay_with_a_tokens(
        const Address& holder, ReserveIndex id, const std::optional<Int>& amount
    );
    void repay_stable(const Address& holder, ReserveIndex id, const std::optional<Int>& amount);
    void swap_to_stable(const Address& holder, ReserveIndex id);
    void swap_to_variable(const Address& holder, ReserveIndex id);
    void rebalance(const Address& holder, ReserveIndex id);
    void transfer(const Address& from, const Address& to, ReserveIndex id, const Int& amount);
    void use_as_collateral(const Address& holder, ReserveIndex id, bool on);
    void set_emode(const Address& holder, std::uint8_t category);
    void flash_loan(const Address& taker, ReserveIndex id, const Int& amount, const Int& premium);
    void flash_loan_into_debt(const Address& taker, ReserveIndex id, const Int& amount);
    void mint_to_treasury(const std::vector<ReserveIndex>& ids);
    void mint_unbacked(const Address& holder, ReserveIndex id, const Int& amount);
    void back_unbacked(const Address& backer, ReserveIndex id, const Int& amount, const Int& fee);
    void cover_deficit(const Address& holder, ReserveIndex id, const Int& amount);

    /// The amounts are taken as given: how they follow from prices is not modelled.
    struct Liquidation {
        Address liquidator;
        Address borrower;
        ReserveIndex collateral = 0;
        ReserveIndex debt = 0;
        Int debt_to_cover;
        Int collateral_amount;
        Int fee;
        bool receive_a_token = false;
    };

    void liquidate(const Liquidation& call);

    // PoolConfigurator
    struct Listing {
        std::string symbol;
        unsigned decimals = 18;
    };

    void create_pool(const Address& implementation);
    void list_reserve(const Listing& listing);
    void drop_reserve(ReserveIndex id);
    void configure_collateral(
        ReserveIndex id, const Int& ltv, const Int& threshold, const Int& bonus
    );
    void freeze(ReserveIndex id, bool on);
    void set_reserve_factor(ReserveIndex id, const Int& bps);
    /// setReserveInterestRateData since 3.1: new rates from now on.
    void change_rates(ReserveIndex id);
    /// The parameters that are a bit and nothing else, by a number below kSwitches; the last is
    /// whether the reserve is active.
    void set_switch(ReserveIndex id, unsigned choice, bool on);
    static constexpr unsigned kSwitches = 7;
    /// Those that are a number and nothing else.
    void set_number(ReserveIndex id, unsigned choice, const Int& value);
    static constexpr unsigned kNumbers = 7;
    void set_debt_ceiling(ReserveIndex id, const Int& cents);
    void configure_category(std::uint8_t category, const Category& parameters);
    void isolate_category(std::uint8_t category, bool on);
    void put_into_category(ReserveIndex id, std::uint8_t category, bool on);
    void set_borrowable_in_category(ReserveIndex id, std::uint8_t category, bool on);
    void set_ltv_zero_in_category(ReserveIndex id, std::uint8_t category, bool on);
    void set_flash_premium_to_protocol(const Int& bps);
    void set_bridge_fee(const Int& bps);

    // What the views are made of.
    [[nodiscard]] Int income_index(ReserveIndex id) const;
    [[nodiscard]] Int debt_index(ReserveIndex id) const;
    [[nodiscard]] Int supply_amount(const Int& scaled, const Int& index) const;
    [[nodiscard]] Int debt_amount(const Int& scaled, const Int& index) const;
    [[nodiscard]] Int stable_debt(const Address& holder, ReserveIndex id) const;
    [[nodiscard]] Int stable_total(ReserveIndex id) const;
    [[nodiscard]] const Position& position(const Address& holder, ReserveIndex id) const;
    [[nodiscard]] const Account& account(const Address& holder) const;
    [[nodiscard]] AccountFigures figures(const Address& holder) const;

  private:
    enum class Token : std::uint8_t {
        kSupply,
        kDebt
    };

    /// One mint or burn of a scaled token: until 3.4 the amount decides, since then the scaled one.
    struct Change {
        Token token = Token::kSupply;
        ReserveIndex id = 0;
        Address caller;
        Address holder;
        Address target;
        Int amount;
        Int scaled;
        Int index;
    };

    struct Log {
        Address contract;
        std::string name;
        std::vector<Hash32> topics;
        Bytes data;
    };

    /// What a liquidation knows before it moves anything.
    struct LiquidationPlan;

    template <class Event>
    void emit(const Address& contract, const typename Event::Values& values) {
        const auto encoded = Event::encode(values);
        FAULTLINE_ASSERT(encoded.has_value());
        pending_.push_back(
            {.contract = contract,
             .name = std::string(Event::kName),
             .topics = encoded->topics,
             .data = encoded->data}
        );
    }

    static void require(bool allowed) {
        if (!allowed) {
            throw Reverted{};
        }
    }

    Reserve& reserve(ReserveIndex id);
    Position& edit(const Address& holder, ReserveIndex id);

    // contract_figures.cpp
    void add_figures(const Address& holder, ReserveIndex id, FigureSums& sums) const;

    // contract_reserves.cpp
    [[nodiscard]] Int treasury_share(const Reserve& before, const Reserve& after) const;
    [[nodiscard]] Int compounded(const Int& rate, Seconds elapsed) const;
    /// Of variable debt up to 3.3, and of stable debt.
    [[nodiscard]] Int series(const Int& rate, Seconds elapsed) const;
    void update_state(ReserveIndex id);
    void update_state_from(ReserveIndex id, const Reserve& cached);
    void update_rates(ReserveIndex id, const Int& added, const Int& taken);
    Int raise_liquidity_index(ReserveIndex id, const Int& amount);

    // contract_tokens.cpp
    [[nodiscard]] Int amount_of(Token token, const Int& scaled, const Int& index) const;
    [[nodiscard]] Int scaled_mint(Token token, const Int& amount, const Int& index) const;
    [[nodiscard]] Int scaled_burn(Token token, const Int& amount, const Int& index) const;
    [[nodiscard]] Int scaled_transfer(const Int& amount, const Int& index) const;
    ScaledHolding& holding(const Change& change);
    /// Whether the holder had nothing before.
    bool mint(const Change& change);
    /// Whether the holder has nothing left.
    bool burn(const Change& change);
    /// AToken._transfer without the pool's part; `amount` is what until 3.4 is divided.
    void move_scaled(
        const Address& from, const Address& to, ReserveIndex id, const Int& scaled, const Int& index
    );

    // contract_flags.cpp
    void set_collateral(const Address& holder, ReserveIndex id, bool on);
    void set_debt(const Address& holder, ReserveIndex id, bool on);
    void maybe_use_as_collateral(const Address& holder, ReserveIndex id);
    [[nodiscard]] std::optional<ReserveIndex> isolated_collateral(const Address& holder) const;
    void add_isolated_debt(const Address& holder, ReserveIndex id, const Int& amount);
    void reduce_isolated_debt(ReserveIndex collateral, ReserveIndex id, const Int& amount);

    // contract_stable_debt.cpp
    bool mint_stable(const Address& holder, ReserveIndex id, const Int& amount);
    void burn_stable(const Address& holder, ReserveIndex id, const Int& amount);

    // contract_borrowing.cpp
    void burn_debt(const Address& holder, ReserveIndex id, const Int& amount);
    void settle_debt_flag(
        const Address& holder, ReserveIndex id, const Int& debt_before, const Int& paid
    );

    // contract_v2*.cpp: the same operations as LendingPool has them
    void update_state_v2(ReserveIndex id);
    /// AToken.mint and VariableDebtToken.mint. Whether the holder had nothing before.
    bool mint_v2(Token token, const Address& holder, ReserveIndex id, const Int& amount);
    void burn_v2(Token token, const Address& holder, ReserveIndex id, const Int& amount);
    void mint_to_treasury_v2(ReserveIndex id, const Int& amount);
    void move_v2(const Address& from, const Address& to, ReserveIndex id, const Int& amount);
    /// As the views have it at this moment, before anything is brought up to date.
    [[nodiscard]] Int balance_v2(const Address& holder, ReserveIndex id) const;
    [[nodiscard]] Int debt_v2(const Address& holder, ReserveIndex id) const;
    void deposit_v2(
        const Address& payer, const Address& holder, ReserveIndex id, const Int& amount
    );
    void withdraw_v2(const Address& holder, ReserveIndex id, const std::optional<Int>& amount);
    void borrow_v2(const Address& holder, ReserveIndex id, const Int& amount, bool stable);
    void repay_v2(
        const Address& holder, ReserveIndex id, const std::optional<Int>& amount, bool stable
    );
    void swap_v2(const Address& holder, ReserveIndex id, bool to_stable);
    void rebalance_v2(const Address& holder, ReserveIndex id);
    void transfer_v2(const Address& from, const Address& to, ReserveIndex id, const Int& amount);
    void use_as_collateral_v2(const Address& holder, ReserveIndex id, bool on);
    void flash_loan_v2(
        const Address& taker, ReserveIndex id, const Int& amount, const Int& premium
    );
    void liquidate_v2(const Liquidation& call);
    void create_pool_v2(const Address& implementation);
    void set_reserve_factor_v2(ReserveIndex id, const Int& bps);
    void freeze_v2(ReserveIndex id, bool on);
    void set_switch_v2(ReserveIndex id, unsigned choice, bool on);
    void set_strategy_v2(ReserveIndex id, const Address& next);

    // contract_liquidation.cpp
    [[nodiscard]] LiquidationPlan plan(const Liquidation& call);
    [[nodiscard]] bool takes_all_collateral(const Liquidation& call, LiquidationPlan& plan) const;
    void burn_liquidated_debt(
        const Address& borrower,
        ReserveIndex id,
        const Int& debt,
        const Int& covered,
        bool no_collateral_left
    );
    void burn_liquidated_debt_until_32(const Liquidation& call, const LiquidationPlan& plan);
    void seize(const Liquidation& call, const LiquidationPlan& plan);
    void take_fee(const Liquidation& call, const LiquidationPlan& plan);
    void burn_bad_debt(const Address& borrower);

    Rules rules_;
    RateSource rates_;
    State state_;
    Seconds now_ = 0;
    std::vector<Log> pending_;
    Hash32 transaction_;
    std::uint32_t transactions_ = 0;
    unsigned listings_ = 0;
    std::map<std::string, std::size_t> told_;
    eth::LogList logs_;
};

}  // namespace faultline::aave_model
