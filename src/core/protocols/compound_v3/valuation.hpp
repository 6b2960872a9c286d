// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstdint>
#include <optional>

namespace faultline::compound_v3 {

/// Whether a market's rows are good for figures at all, whichever block they are of.
Figure<bool> usable_rows(const Tables& tables, MarketId market, protocol::Trust trust);

/// Which factor collateral counts with.
enum class Factor : std::uint8_t {
    kBorrow,     ///< isBorrowCollateralized
    kLiquidate,  ///< isLiquidatable
};

/// Figures of one market at one block from the rows, by the formulas and the rounding of Comet.sol;
/// exact or withheld. Reads the tables as they are; make a new one after they change.
class Valuation {
  public:
    Valuation(const Tables& tables, MarketId market, protocol::At at, protocol::Trust trust);

    /// kValue, or why there are no figures of that block. All other members need it.
    [[nodiscard]] const Figure<bool>& usable() const noexcept { return usable_; }

    [[nodiscard]] const MarketRow& market() const noexcept { return *market_; }

    [[nodiscard]] const Configuration& configuration() const noexcept { return *configuration_; }

    /// As stored: what isLiquidatable and isBorrowCollateralized go by.
    [[nodiscard]] Indices stored() const { return market_->totals.indices(); }

    /// As an accrual in that block would store them; what balances, totals and reserves go by, and
    /// an absorption. kError where the accrual reverts.
    [[nodiscard]] const Figure<Indices>& accrued() const noexcept { return accrued_; }

    /// getPrice(feed): of the base token and of collaterals.
    [[nodiscard]] Figure<U256> price(const Address& feed) const;

    /// Whether collateral, weighted, is worth the debt. As the contract looks: by offset, and no
    /// further than it takes, so that a feed that reverts matters only where it is reached.
    [[nodiscard]] Figure<bool> covered(
        const AccountRow& account, std::uint64_t borrow_index, Factor factor
    ) const;

    /// By the stored index, as the view isLiquidatable.
    [[nodiscard]] Figure<protocol::PositionHealth> health(const AccountRow& account) const;

    /// What collateral is worth, not weighted.
    [[nodiscard]] Figure<U256> value_base(const AssetInfo& asset, const U256& amount_wei) const;

    [[nodiscard]] Figure<U256> supply_total_wei() const;
    [[nodiscard]] Figure<U256> debt_total_wei() const;
    /// getReserves()
    [[nodiscard]] Figure<protocol::Signed> reserves_wei() const;
    /// getCollateralReserves(asset): what is for sale.
    [[nodiscard]] Figure<U256> collateral_reserves_wei(const Address& asset) const;
    /// What the price of collateral for sale is below the feed's. Wad.
    [[nodiscard]] Figure<U256> discount_wad(const AssetInfo& asset) const;
    [[nodiscard]] Figure<U256> ask_price_base(const AssetInfo& asset) const;
    /// quoteCollateral(asset, base_wei)
    [[nodiscard]] Figure<U256> quote_wei(const AssetInfo& asset, const U256& base_wei) const;

    /// assetsIn in the low 16 bits, _reserved above.
    [[nodiscard]] std::uint32_t assets_in(const AccountRow& account) const;

  private:
    [[nodiscard]] Figure<U256> debt_base(const AccountRow& account, std::uint64_t borrow_index)
        const;

    const Tables& tables_;
    MarketId id_;
    const MarketRow* market_;
    const Configuration* configuration_;
    Figure<bool> usable_;
    Figure<Indices> accrued_;
    Figure<U256> base_price_;
};

/// Where the contract's own view reverts on its numbers.
template <class T>
Figure<T> or_reverts(const std::optional<T>& value) {
    return value ? Figure<T>::of(*value)
                 : Figure<T>::without(FigureStatus::kError, "the contract's own view overflows");
}

/// The same reason for another figure.
template <class T, class U>
Figure<T> withheld(const Figure<U>& because) {
    return Figure<T>::without(because.status, because.reason);
}

}  // namespace faultline::compound_v3
