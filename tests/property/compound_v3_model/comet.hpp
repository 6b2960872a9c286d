// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/compound_v3_model/chain.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// One market of Compound III as its contracts are (compound-finance/comet,
/// CometWithExtendedAssetList.sol): operations in, storage and logs out. Knows nothing of how logs
/// are read.
namespace faultline::compound_v3_model {

struct Asset {
    Address asset;
    Address feed;
    Int scale;
    Int borrow_factor;
    Int liquidate_factor;
    Int liquidation_factor;
    Int supply_cap;
};

/// Immutables of an implementation.
struct Configuration {
    Address base_token;
    Address base_feed;
    Address extension;
    Address asset_list;
    Int supply_kink;
    Int supply_low;
    Int supply_high;
    Int supply_base;
    Int borrow_kink;
    Int borrow_low;
    Int borrow_high;
    Int borrow_base;
    Int store_front_factor;
    Int base_scale;
    Int tracking_index_scale;
    Int supply_speed;
    Int borrow_speed;
    Int min_for_rewards;
    Int borrow_min;
    Int target_reserves;
    std::vector<Asset> assets;
    /// False for the first version of 2022: absorb() wrote no Transfer.
    bool absorb_tells_transfer = true;
};

struct User {
    Int principal;
    Int tracking_index;
    Int tracking_accrued;
    Int assets_in;  ///< Bits of `assetsIn` and above them of `_reserved`.
    std::map<Address, Int> collateral;
};

struct Totals {
    Int supply_index;
    Int borrow_index;
    Int tracking_supply_index;
    Int tracking_borrow_index;
    Int supply;
    Int borrow;
    Int last_accrual;
    Int pause_flags;
};

class Comet {
  public:
    static constexpr unsigned kPauseSupply = 0;
    static constexpr unsigned kPauseTransfer = 1;
    static constexpr unsigned kPauseWithdraw = 2;
    static constexpr unsigned kPauseAbsorb = 3;
    static constexpr unsigned kPauseBuy = 4;

    Comet(Address self, Configuration config) : self_(self), config_(std::move(config)) {}

    void deploy(Chain& chain) const;
    void initialize_storage(const Chain& chain);
    void upgrade(Chain& chain, Configuration config);

    // nullopt is type(uint256).max.
    void supply(
        Chain& chain,
        const Address& from,
        const Address& dst,
        const Address& asset,
        const std::optional<Int>& amount
    );
    void withdraw(
        Chain& chain,
        const Address& src,
        const Address& to,
        const Address& asset,
        const std::optional<Int>& amount
    );
    void transfer(
        Chain& chain,
        const Address& src,
        const Address& dst,
        const Address& asset,
        const std::optional<Int>& amount
    );
    void absorb(Chain& chain, const Address& absorber, const std::vector<Address>& accounts);
    void buy_collateral(
        Chain& chain, const Address& buyer, const Address& asset, const Int& base_amount
    );
    void withdraw_reserves(Chain& chain, const Address& to, const Int& amount);
    void pause(Chain& chain, const Int& flags);
    void accrue_account(const Chain& chain, const Address& account);

    // Views.
    [[nodiscard]] Int utilization() const;
    [[nodiscard]] Int supply_rate(const Int& utilization) const;
    [[nodiscard]] Int borrow_rate(const Int& utilization) const;
    [[nodiscard]] static Int price(const Chain& chain, const Address& feed);
    [[nodiscard]] Int reserves(const Chain& chain) const;
    [[nodiscard]] Int collateral_reserves(const Chain& chain, const Address& asset) const;
    [[nodiscard]] bool is_borrow_collateralized(const Chain& chain, const Address& account) const;
    [[nodiscard]] bool is_liquidatable(const Chain& chain, const Address& account) const;
    [[nodiscard]] Int quote_collateral(
        const Chain& chain, const Address& asset, const Int& base_amount
    ) const;
    [[nodiscard]] Int total_supply(const Chain& chain) const;
    [[nodiscard]] Int total_borrow(const Chain& chain) const;
    [[nodiscard]] Int balance_of(const Chain& chain, const Address& account) const;
    [[nodiscard]] Int borrow_balance_of(const Chain& chain, const Address& account) const;
    [[nodiscard]] std::size_t offset_of(const Address& asset) const;

    [[nodiscard]] const Address& self() const { return self_; }

    [[nodiscard]] const Configuration& config() const { return config_; }

    [[nodiscard]] const Totals& totals() const { return totals_; }

    [[nodiscard]] const User& user(const Address& account) const;
    [[nodiscard]] Int collateral(const Address& account, const Address& asset) const;
    [[nodiscard]] Int total_collateral(const Address& asset) const;

    [[nodiscard]] bool initialized() const { return totals_.last_accrual != 0; }

  private:
    struct Parts {
        Int first;   ///< Repaid, or withdrawn.
        Int second;  ///< Supplied, or borrowed.
    };

    [[nodiscard]] std::pair<Int, Int> accrued_indices(const Int& elapsed) const;
    [[nodiscard]] std::pair<Int, Int> indices_now(const Chain& chain) const;
    void accrue(const Chain& chain);
    [[nodiscard]] Int present_value(const Int& principal) const;
    [[nodiscard]] Int principal_value(const Int& present) const;
    static Parts repay_and_supply(const Int& old_principal, const Int& new_principal);
    static Parts withdraw_and_borrow(const Int& old_principal, const Int& new_principal);
    void update_principal(const Address& account, const Int& principal);
    void set_collateral(const Address& account, const Address& asset, const Int& amount);
    void supply_base(Chain& chain, const Address& from, const Address& dst, Int amount);
    void supply_collateral(
        Chain& chain, const Address& from, const Address& dst, const Address& asset, Int amount
    );
    void withdraw_base(Chain& chain, const Address& src, const Address& to, const Int& amount);
    void withdraw_collateral(
        Chain& chain, const Address& src, const Address& to, const Address& asset, const Int& amount
    );
    void transfer_base(Chain& chain, const Address& src, const Address& dst, const Int& amount);
    void transfer_collateral(
        Chain& chain,
        const Address& src,
        const Address& dst,
        const Address& asset,
        const Int& amount
    );
    void absorb_one(Chain& chain, const Address& absorber, const Address& account);
    void require_solvent(const Chain& chain, const Address& src, const Int& balance) const;
    [[nodiscard]] Int liquidity(
        const Chain& chain, const User& user, Int Asset::* factor, bool& early
    ) const;
    [[nodiscard]] bool paused(unsigned bit) const;

    Address self_;
    Configuration config_;
    Totals totals_;
    std::map<Address, User> users_;
    std::map<Address, Int> totals_collateral_;
};

}  // namespace faultline::compound_v3_model
