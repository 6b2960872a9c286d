// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::aave_model {

/// Where random numbers of a life come from. Without std distributions, whose results differ from
/// one library to another.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    bool one_in(std::uint64_t n) { return below(n) == 0; }

    Int below(const Int& bound);
    /// As many digits as it may be, each number of digits as likely; at least 1.
    Int up_to_digits(unsigned digits);

  private:
    std::mt19937_64 random_;
};

/// A random life of a market: blocks of transactions by a few accounts and the governance, most of
/// them small, odd or all-or-nothing amounts, with time that stands still, runs or jumps.
class MarketLife {
  public:
    MarketLife(Version version, std::uint64_t seed);
    // Its operations hold on to it.
    MarketLife(const MarketLife&) = delete;
    MarketLife& operator=(const MarketLife&) = delete;

    [[nodiscard]] const ContractModel& contracts() const { return contracts_; }

    [[nodiscard]] ContractModel& contracts() { return contracts_; }

    /// The accounts that take part, the treasury among them.
    [[nodiscard]] const std::vector<Address>& holders() const { return holders_; }

    [[nodiscard]] Chance& chance() { return chance_; }

    /// The first is the one in which the market is deployed. Its logs are contracts().logs().
    void next_block();
    /// Begins a block without transactions.
    void begin_block(Seconds elapsed);
    [[nodiscard]] eth::Header header() const;

    /// Transactions that went through, by the operation in them.
    [[nodiscard]] const std::map<std::string_view, std::size_t>& done() const { return done_; }

    Int amount(ReserveIndex id);
    /// All of it, all but one, one, or some; nullopt is how "all" is said where it can be.
    std::optional<Int> part_of(const Int& whole);

  private:
    struct Operation {
        std::string_view name;
        unsigned weight;
        Version first;
        Version last;
        void (MarketLife::*run)();
    };

    static const std::vector<Operation>& operations();

    void deploy();
    void deploy_categories();
    void transaction();
    const Operation& draw_operation();
    Seconds draw_time();
    Rates draw_rates();
    Int draw_rate();
    Int draw_price();
    const Address& holder();
    ReserveIndex reserve();
    /// Somebody who owes something, and of which reserve; refuses when nobody is found.
    void find_debt(Address& debtor, ReserveIndex& id);
    void find_stable_debt(Address& debtor, ReserveIndex& id);

    void supply();
    void withdraw();
    void borrow();
    void borrow_stable();
    void repay();
    void repay_with_a_tokens();
    void repay_stable();
    void swap_rate();
    void rebalance();
    void transfer();
    void flag();
    void emode();
    void liquidate();
    void flash_loan();
    void flash_loan_into_debt();
    void treasury_mint();
    void mint_unbacked();
    void back_unbacked();
    void cover_deficit();
    void reserve_factor();
    void change_rates();
    void collateral_configuration();
    void freeze();
    void parameter();
    void fees();
    void debt_ceiling();
    void category();
    void category_member();
    void list_or_drop();

    Chance chance_;
    ContractModel contracts_;
    std::vector<Address> holders_;
    std::vector<Address> price_sources_;
    std::optional<ReserveIndex> focus_;
    eth::BlockNum number_ = 0;
    std::map<std::string_view, std::size_t> done_;
};

}  // namespace faultline::aave_model
