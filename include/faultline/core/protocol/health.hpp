// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>

#include <compare>
#include <functional>
#include <string>
#include <tuple>

namespace faultline::protocol {

/// Whose position within a market: an account and, where a protocol keeps several of one account
/// apart, which of them (Maker's ilk); zero where it does not.
struct Holder {
    Address account;
    Hash32 part;
    auto operator<=>(const Holder&) const = default;

    auto fields(this auto& self) { return std::tie(self.account, self.part); }
};

/// What a market values positions in.
struct BaseCurrency {
    std::string symbol;
    unsigned decimals = 0;
};

/// How far a position is from being liquidated, by the protocol's own rule and rounding.
struct PositionHealth {
    /// 1e18 at the threshold of liquidation and below 1e18 exactly where the contract would
    /// liquidate; U256::max() without debt.
    U256 health_factor_wad;
    U256 collateral_base;  ///< Unweighted, in the market's BaseCurrency.
    U256 debt_base;
};

/// Healths of one market as of a block. Reads tables; make a new one after they change.
class Health {
  public:
    using Visit = std::function<void(const Holder&, const Figure<PositionHealth>&)>;

    Health() = default;
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;
    virtual ~Health() = default;

    /// Of somebody unknown: without debt.
    [[nodiscard]] virtual Figure<PositionHealth> of(const Holder& holder) const = 0;
    /// Everyone with debt, in no particular order.
    virtual void each_indebted(const Visit& visit) const = 0;
    [[nodiscard]] virtual bool has_debt(const Holder& holder) const = 0;
};

}  // namespace faultline::protocol
