// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace faultline::sim {

class LogWriter;

inline constexpr std::size_t kReserves = 3;
inline constexpr std::size_t kUsers = 8;

/// Where the simulated market lives.
const aave::MarketConfig& market_config();

/// One side of a position as the token contract keeps it: the scaled balance and the index at the
/// holder's last action, from which Mint and Burn compute what they report.
struct Holding {
    U256 scaled;
    U256 index_ray;
};

struct ReserveModel {
    Address asset;
    Address a_token;
    Address v_token;
    std::uint8_t decimals = 0;
    U256 income_index_ray;
    U256 debt_index_ray;
    std::uint64_t updated_s = 0;
    U256 liquidity;               ///< Tokens the pool can pay out.
    std::uint64_t price_e8 = 0;   ///< What the oracle answers.
    std::uint64_t target_e8 = 0;  ///< Where the price is heading.
};

struct UserModel {
    Address address;
    std::array<Holding, kReserves> supplies;
    std::array<Holding, kReserves> debts;
    std::array<bool, kReserves> collateral{};
    std::uint8_t emode = 0;
};

/// An Aave V3.6 market as its contracts would see it: users supply, borrow, repay, withdraw and
/// transfer, and the logs say so in the contracts' own words (value = difference of two rounded
/// balances). A value type: each block of each branch holds its own.
class MarketModel {
  public:
    MarketModel();

    /// The logs of listing the reserves.
    void deploy(LogWriter& logs, UnixSeconds now);
    /// One block of life: prices move, users act.
    void live(LogWriter& logs, UnixSeconds now, runtime::Random& random);

    /// What the contracts answer to a view call after this block; nullopt is a revert.
    [[nodiscard]] std::optional<Bytes> call(const Address& to, BytesView data) const;

  private:
    void move_prices(runtime::Random& random);
    void act(LogWriter& logs, UnixSeconds now, runtime::Random& random);
    void borrow_some(LogWriter& logs, UserModel& user, runtime::Random& random);
    void repay_some(LogWriter& logs, UserModel& user, runtime::Random& random);
    void withdraw_some(
        LogWriter& logs, UserModel& user, std::size_t asset, runtime::Random& random
    );
    void transfer_some(
        LogWriter& logs, UserModel& user, std::size_t asset, runtime::Random& random
    );
    void supply(LogWriter& logs, UserModel& user, std::size_t reserve, const U256& amount);
    void withdraw(LogWriter& logs, UserModel& user, std::size_t reserve, const U256& amount);
    void borrow(LogWriter& logs, UserModel& user, std::size_t reserve, const U256& amount);
    void repay(LogWriter& logs, UserModel& user, std::size_t reserve, const U256& amount);
    void transfer(
        LogWriter& logs, UserModel& from, UserModel& to, std::size_t reserve, const U256& scaled
    );
    void toggle_collateral(LogWriter& logs, UserModel& user, std::size_t reserve);
    void set_emode(LogWriter& logs, UserModel& user, std::uint8_t category);
    void accrue(LogWriter& logs, std::size_t reserve, UnixSeconds now);
    void say_reserve(LogWriter& logs, std::size_t reserve) const;

    /// Value of collateral times threshold, and of debt, in base currency.
    [[nodiscard]] U256 limit_base(const UserModel& user) const;
    [[nodiscard]] U256 debt_base(const UserModel& user) const;
    [[nodiscard]] U256 value_base(std::size_t reserve, const U256& amount) const;
    [[nodiscard]] U256 tokens_worth(std::size_t reserve, const U256& base) const;

    std::array<ReserveModel, kReserves> reserves_;
    std::array<UserModel, kUsers> users_;
    bool deployed_ = false;
};

}  // namespace faultline::sim
