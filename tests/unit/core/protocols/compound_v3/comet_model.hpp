// SPDX-License-Identifier: Apache-2.0
// A slow Comet written after Comet.sol, that shares no arithmetic with what it tests.
#pragma once

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/principal.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event_layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace faultline::compound_v3::tests {

inline Address address(std::uint16_t n) {
    Address out;
    out.bytes[18] = static_cast<std::uint8_t>(n >> 8U);
    out.bytes[19] = static_cast<std::uint8_t>(n);
    return out;
}

inline constexpr std::uint64_t kWad = 1'000'000'000'000'000'000;
inline constexpr std::uint64_t kIndex = 1'000'000'000'000'000;
inline constexpr std::uint64_t kUsd = 100'000'000;

struct ModelAsset {
    Address asset;
    Address feed;
    U128 scale = kWad;
    U128 borrow_factor = kWad / 100 * 80;
    U128 liquidate_factor = kWad / 100 * 85;
    U128 liquidation_factor = kWad / 100 * 90;
};

struct ModelCurve {
    U128 kink = kWad / 100 * 80;
    U128 base = 0;
    U128 low = 1'000'000'000;
    U128 high = 50'000'000'000;
};

struct ModelLog {
    Address address;
    eth::EncodedLog log;
};

/// Copyable: a copy is the chain as it was.
class CometModel {
  public:
    /// Contracts have numbers from `first`.
    CometModel(std::uint16_t first, std::size_t assets)
        : comet(address(first)),
          base(address(static_cast<std::uint16_t>(first + 1))),
          base_feed(address(static_cast<std::uint16_t>(first + 2))) {
        prices[base_feed] = kUsd;
        for (std::size_t i = 0; i < assets; ++i) {
            list();
        }
    }

    /// @name What can happen
    /// @{
    void list() {
        const auto at = static_cast<std::uint8_t>(10 + (2 * listed.size()));
        ModelAsset asset;
        asset.asset = comet;
        asset.asset.bytes[17] = at;
        asset.feed = comet;
        asset.feed.bytes[17] = static_cast<std::uint8_t>(at + 1);
        prices[asset.feed] = kUsd * 100;
        listed.push_back(asset);
    }

    void upgrade() { emit<events::Upgraded>(comet, {address(9)}); }

    void supply(const Address& from, const Address& dst, U128 amount) {
        move_token(base, amount, true);
        accrue();
        const I128 before = principal[dst];
        const I128 after = to_principal(present(before) + static_cast<I128>(amount));
        set(dst, before, after, true);
        emit<events::Supply>(comet, {from, dst, U256::from_u128(amount)});
        echo(Address{}, dst, up(before, after));
    }

    void withdraw(const Address& src, U128 amount) {
        accrue();
        const I128 before = principal[src];
        const I128 after = to_principal(present(before) - static_cast<I128>(amount));
        set(src, before, after, false);
        move_token(base, amount, false);
        emit<events::Withdraw>(comet, {src, src, U256::from_u128(amount)});
        echo(src, Address{}, up(after, before));
    }

    /// Of the base asset: what is borrowed and repaid is in no log.
    void transfer(const Address& src, const Address& dst, U128 amount) {
        accrue();
        const I128 src_before = principal[src];
        const I128 dst_before = principal[dst];
        const I128 src_after = to_principal(present(src_before) - static_cast<I128>(amount));
        const I128 dst_after = to_principal(present(dst_before) + static_cast<I128>(amount));
        set(src, src_before, src_after, false);
        set(dst, dst_before, dst_after, true);
        echo(src, Address{}, up(src_after, src_before));
        echo(Address{}, dst, up(dst_before, dst_after));
    }

    void supply_collateral(const Address& dst, const ModelAsset& asset, U128 amount) {
        move_token(asset.asset, amount, true);
        collateral[dst][asset.asset] += amount;
        totals[asset.asset] += amount;
        emit<events::SupplyCollateral>(comet, {dst, dst, asset.asset, U256::from_u128(amount)});
    }

    void withdraw_collateral(const Address& src, const ModelAsset& asset, U128 amount) {
        collateral[src][asset.asset] -= amount;
        totals[asset.asset] -= amount;
        move_token(asset.asset, amount, false);
        emit<events::WithdrawCollateral>(comet, {src, src, asset.asset, U256::from_u128(amount)});
    }

    void transfer_collateral(
        const Address& src, const Address& dst, const ModelAsset& asset, U128 amount
    ) {
        collateral[src][asset.asset] -= amount;
        collateral[dst][asset.asset] += amount;
        emit<events::TransferCollateral>(comet, {src, dst, asset.asset, U256::from_u128(amount)});
    }

    /// absorbInternal: the whole account, bad debt at the protocol's cost.
    void absorb(const Address& account) {
        accrue();
        const I128 before = principal[account];
        const I128 balance = present(before);
        U128 value = 0;
        for (const ModelAsset& asset : listed) {
            U128& held = collateral[account][asset.asset];
            if (held != 0) {
                const U128 worth = held * prices[asset.feed] / asset.scale;
                value += worth * asset.liquidation_factor / kWad;
                totals[asset.asset] -= held;
                emit<events::AbsorbCollateral>(
                    comet,
                    {address(1), account, asset.asset, U256::from_u128(held), U256::from_u128(worth)
                    }
                );
                held = 0;
            }
        }
        const auto paid = static_cast<I128>(value * kBaseScale / prices[base_feed]);
        const I128 new_balance = std::max<I128>(balance + paid, 0);
        const I128 after = to_principal(new_balance);
        set(account, before, after, true);
        emit<events::AbsorbDebt>(
            comet,
            {address(1), account, U256::from_u128(static_cast<U128>(new_balance - balance)), 0}
        );
        echo(Address{}, account, up(before, after));
    }

    /// buyCollateral, as far as state goes.
    void buy(const ModelAsset& asset, U128 base_amount, U128 amount) {
        move_token(base, base_amount, true);
        move_token(asset.asset, amount, false);
    }

    void donate(const Address& token, U128 amount) { move_token(token, amount, true); }

    /// accrueAccount: no log.
    void accrue() {
        if (now == last_accrual) {
            return;
        }
        const U128 seconds = now - last_accrual;
        const U128 used = utilization();
        supply_index += supply_index * (rate(supply_curve, used) * seconds) / kWad;
        borrow_index += borrow_index * (rate(borrow_curve, used) * seconds) / kWad;
        last_accrual = now;
    }

    /// @}

    /// @name Views
    /// @{
    [[nodiscard]] U128 utilization() const {
        const U128 supplied = total_supply * supply_index / kIndex;
        return supplied == 0 ? 0 : total_borrow * borrow_index / kIndex * kWad / supplied;
    }

    /// Of what is stored, or as if it accrued now.
    [[nodiscard]] bool liquidatable(const Address& account, bool accrued) const {
        CometModel copy = *this;
        if (accrued) {
            copy.accrue();
        }
        return !copy.covered(account, &ModelAsset::liquidate_factor);
    }

    [[nodiscard]] bool covered(const Address& account, U128 ModelAsset::* factor) const {
        const auto found = principal.find(account);
        if (found == principal.end() || found->second >= 0) {
            return true;
        }
        I128 liquidity = present(found->second) * static_cast<I128>(prices.at(base_feed)) /
                         static_cast<I128>(kBaseScale);
        for (const ModelAsset& asset : listed) {
            const U128 held = held_by(account, asset.asset);
            if (held != 0) {
                const U128 worth = held * prices.at(asset.feed) / asset.scale;
                liquidity += static_cast<I128>(worth * (asset.*factor) / kWad);
            }
        }
        return liquidity >= 0;
    }

    /// @}

    static constexpr std::uint64_t kBaseScale = 1'000'000;

    Address comet;
    Address base;
    Address base_feed;
    Address governor;  ///< Zero: it does not tell.
    std::vector<ModelAsset> listed;
    std::uint64_t now = 0;
    std::uint64_t last_accrual = 0;
    U128 supply_index = kIndex;
    U128 borrow_index = kIndex;
    U128 total_supply = 0;
    U128 total_borrow = 0;
    std::uint8_t pause_flags = 0;
    std::uint64_t base_scale = kBaseScale;  ///< What it says that it is.
    ModelCurve supply_curve{
        .kink = kWad / 100 * 80, .base = 0, .low = 900'000'000, .high = 40'000'000'000
    };
    ModelCurve borrow_curve;
    std::map<Address, I128> principal;
    std::map<Address, std::map<Address, U128>> collateral;
    std::map<Address, U128> totals;
    std::map<Address, U128> balances;  ///< balanceOf(comet)
    std::map<Address, U128> prices;    ///< By feed.
    std::vector<ModelLog> logs;        ///< Of the block.

    [[nodiscard]] U128 held_by(const Address& account, const Address& asset) const {
        const auto of = collateral.find(account);
        const auto held = of == collateral.end() ? std::map<Address, U128>::const_iterator()
                                                 : of->second.find(asset);
        return of == collateral.end() || held == of->second.end() ? 0 : held->second;
    }

    [[nodiscard]] I128 principal_of(const Address& account) const {
        const auto found = principal.find(account);
        return found == principal.end() ? 0 : found->second;
    }

    [[nodiscard]] I128 present(I128 p) const {
        return p >= 0 ? p * static_cast<I128>(supply_index) / static_cast<I128>(kIndex)
                      : -(-p * static_cast<I128>(borrow_index) / static_cast<I128>(kIndex));
    }

  private:
    template <class Event>
    void emit(const Address& from, typename Event::Values values) {
        logs.push_back({.address = from, .log = *Event::encode(values)});
    }

    void move_token(const Address& token, U128 amount, bool in) {
        balances[token] += in ? amount : -amount;
        emit<events::Transfer>(
            token, {in ? address(2) : comet, in ? comet : address(2), U256::from_u128(amount)}
        );
    }

    [[nodiscard]] I128 to_principal(I128 value) const {
        const auto index = static_cast<I128>(value >= 0 ? supply_index : borrow_index);
        const auto one = static_cast<I128>(kIndex);
        return value >= 0 ? value * one / index : -((-value * one + index - 1) / index);
    }

    /// Of what is above zero, how much more it becomes.
    static U128 up(I128 from, I128 to) {
        return to > from && to > 0 ? static_cast<U128>(to - std::max<I128>(from, 0)) : 0;
    }

    /// repayAndSupplyAmount or withdrawAndBorrowAmount: nothing where it moves the other way.
    void set(const Address& account, I128 before, I128 after, bool in) {
        if (in && after >= before) {
            total_supply += up(before, after);
            total_borrow -= up(-after, -before);
        } else if (!in && after <= before) {
            total_supply -= up(after, before);
            total_borrow += up(-before, -after);
        }
        principal[account] = after;
    }

    void echo(const Address& from, const Address& to, U128 part) {
        if (part != 0) {
            emit<events::Transfer>(
                comet, {from, to, U256::from_u128(part * supply_index / kIndex)}
            );
        }
    }

    static U128 rate(const ModelCurve& curve, U128 used) {
        return used <= curve.kink ? curve.base + (curve.low * used / kWad)
                                  : curve.base + (curve.low * curve.kink / kWad) +
                                        (curve.high * (used - curve.kink) / kWad);
    }
};

}  // namespace faultline::compound_v3::tests
