// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_map>

namespace faultline::compound_v2 {

/// Error.PRICE_ERROR of ComptrollerErrorReporter: what getAccountLiquidity answers first where a
/// price is 0.
inline constexpr std::uint64_t kPriceError = 13;

/// What getAccountLiquidity sums up, and what it leaves out.
struct Liquidity {
    std::uint64_t error = 0;  ///< kPriceError, then the sums are zero; else 0.
    U256 weighted_base;       ///< sumCollateral: by collateral factors.
    U256 debt_base;           ///< sumBorrowPlusEffects.
    U256 collateral_base;     ///< Of entered cTokens, unweighted.

    /// The view's second and third word.
    [[nodiscard]] U256 liquidity_base() const;
    [[nodiscard]] U256 shortfall_base() const;
};

/// Which state of the cTokens figures are of.
enum class Accrual : std::uint8_t {
    kStored,   ///< As they stand: what the contracts' views say.
    kAccrued,  ///< After accrueInterest() of all of the account's at the end of the block.
};

/// A market's figures from its rows, as of a block. Reads tables; make a new one after they change.
class Valuation {
  public:
    Valuation(
        const Tables& tables,
        MarketId market,
        protocol::At at,
        protocol::Trust trust,
        Accrual accrual = Accrual::kStored
    );

    /// Whether the market has figures at all, and why not.
    [[nodiscard]] Figure<bool> usable() const;

    /// Whether a cToken has figures of its own: not before one whose beginning was not seen was
    /// read. What does not go by it has figures all the same, as the contract's views have.
    /// @pre it has a row
    [[nodiscard]] Figure<bool> readable(const Address& ctoken) const;

    /// The cToken at this accrual. @pre it has a row
    [[nodiscard]] Figure<CTokenRow> state(const Address& ctoken) const;
    /// borrowRatePerBlock() as things stand.
    [[nodiscard]] Figure<U256> borrow_rate_wad(const CTokenRow& ctoken) const;
    /// supplyRatePerBlock() as things stand.
    [[nodiscard]] Figure<U256> supply_rate_wad(const CTokenRow& ctoken) const;
    [[nodiscard]] Figure<U256> exchange_rate_wad(const Address& ctoken) const;
    [[nodiscard]] Figure<U256> price_wad(const Address& ctoken) const;
    [[nodiscard]] Figure<U256> cash(const CTokenRow& ctoken) const;
    /// What an account owes of a cToken's underlying.
    [[nodiscard]] Figure<U256> debt(const Address& ctoken, const Address& account) const;
    [[nodiscard]] PositionRow position(const Address& ctoken, const Address& account) const;
    /// isDeprecated(): whoever owes of it can be liquidated without a shortfall.
    [[nodiscard]] static bool deprecated(const CTokenRow& ctoken);

    /// getAccountLiquidity(account).
    [[nodiscard]] Figure<Liquidity> liquidity(const Address& account) const;
    [[nodiscard]] Figure<protocol::PositionHealth> health(const Address& account) const;
    [[nodiscard]] bool has_debt(const Address& account) const;

  private:
    /// What is the same of a cToken for every account.
    struct Terms {
        U256 exchange_rate_wad;
        U256 price_wad;
        U256 collateral_base_wad;  ///< collateralFactor * exchangeRate * price.
    };

    [[nodiscard]] const Figure<Terms>& terms(const Address& ctoken) const;
    [[nodiscard]] Figure<Terms> find_terms(const Address& ctoken) const;
    /// Adds what an account has of one cToken; the figure's reason where it cannot.
    [[nodiscard]] std::optional<Figure<Liquidity>> add(
        Liquidity& sums, const Address& ctoken, const Address& account
    ) const;

    const Tables& tables_;
    MarketId market_;
    protocol::At at_;
    protocol::Trust trust_;
    Accrual accrual_;
    mutable std::unordered_map<Address, Figure<Terms>, FixedBytesHash> terms_;
};

}  // namespace faultline::compound_v2
