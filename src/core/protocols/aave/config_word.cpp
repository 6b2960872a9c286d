// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/config_word.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstdint>

namespace faultline::aave {
namespace {

struct Bits {
    unsigned at = 0;
    unsigned width = 0;
};

constexpr Bits kLtv{.at = 0, .width = 16};
constexpr Bits kThreshold{.at = 16, .width = 16};
constexpr Bits kBonus{.at = 32, .width = 16};
constexpr Bits kDecimals{.at = 48, .width = 8};
constexpr unsigned kActive = 56;
constexpr unsigned kFrozen = 57;
constexpr unsigned kBorrowing = 58;
constexpr unsigned kStableBorrowing = 59;
constexpr unsigned kPaused = 60;
constexpr unsigned kBorrowableInIsolation = 61;
constexpr unsigned kSiloed = 62;
constexpr unsigned kFlashLoans = 63;
constexpr Bits kReserveFactor{.at = 64, .width = 16};
constexpr Bits kBorrowCap{.at = 80, .width = 36};
constexpr Bits kSupplyCap{.at = 116, .width = 36};
constexpr Bits kLiquidationFee{.at = 152, .width = 16};
constexpr Bits kCategory{.at = 168, .width = 8};
constexpr Bits kUnbackedCap{.at = 176, .width = 36};
constexpr Bits kDebtCeiling{.at = 212, .width = 40};
constexpr unsigned kVirtualAccounting = 252;

void put(U256& word, const Bits& bits, const U256& value) {
    for (unsigned i = 0; i < bits.width; ++i) {
        word.set_bit(bits.at + i, value.bit(i));
    }
}

U256 get(const U256& word, const Bits& bits) {
    U256 value;
    for (unsigned i = 0; i < bits.width; ++i) {
        value.set_bit(i, word.bit(bits.at + i));
    }
    return value;
}

std::uint16_t get_bps(const U256& word, const Bits& bits) {
    return static_cast<std::uint16_t>(get(word, bits).low_u64());
}

}  // namespace

U256 config_word(const Rules& rules, const ReserveConfig& config) {
    U256 word;
    put(word, kLtv, U256(config.ltv_bps));
    put(word, kThreshold, U256(config.liquidation_threshold_bps));
    put(word, kBonus, U256(config.liquidation_bonus_bps));
    put(word, kDecimals, U256(config.decimals));
    word.set_bit(kActive, config.active);
    word.set_bit(kFrozen, config.frozen);
    word.set_bit(kBorrowing, config.borrowing);
    word.set_bit(kStableBorrowing, config.stable_borrowing);
    word.set_bit(kPaused, config.paused);
    word.set_bit(kBorrowableInIsolation, config.borrowable_in_isolation);
    word.set_bit(kSiloed, config.siloed_borrowing);
    word.set_bit(kFlashLoans, config.flash_loans);
    put(word, kReserveFactor, U256(config.reserve_factor_bps));
    put(word, kBorrowCap, config.borrow_cap_tokens);
    put(word, kSupplyCap, config.supply_cap_tokens);
    put(word, kLiquidationFee, U256(config.liquidation_protocol_fee_bps));
    put(word, kCategory, U256(config.emode_category));
    put(word, kUnbackedCap, config.unbacked_cap_tokens);
    put(word, kDebtCeiling, config.debt_ceiling_cents);
    word.set_bit(kVirtualAccounting, rules.virtual_accounting == VirtualAccounting::kAlways);
    return word;
}

ReserveConfig config_of(const U256& word) {
    ReserveConfig config;
    config.ltv_bps = get_bps(word, kLtv);
    config.liquidation_threshold_bps = get_bps(word, kThreshold);
    config.liquidation_bonus_bps = get_bps(word, kBonus);
    config.decimals = static_cast<std::uint8_t>(get(word, kDecimals).low_u64());
    config.active = word.bit(kActive);
    config.frozen = word.bit(kFrozen);
    config.borrowing = word.bit(kBorrowing);
    config.stable_borrowing = word.bit(kStableBorrowing);
    config.paused = word.bit(kPaused);
    config.borrowable_in_isolation = word.bit(kBorrowableInIsolation);
    config.siloed_borrowing = word.bit(kSiloed);
    config.flash_loans = word.bit(kFlashLoans);
    config.reserve_factor_bps = get_bps(word, kReserveFactor);
    config.borrow_cap_tokens = get(word, kBorrowCap);
    config.supply_cap_tokens = get(word, kSupplyCap);
    config.liquidation_protocol_fee_bps = get_bps(word, kLiquidationFee);
    config.emode_category = static_cast<std::uint8_t>(get(word, kCategory).low_u64());
    config.unbacked_cap_tokens = get(word, kUnbackedCap);
    config.debt_ceiling_cents = get(word, kDebtCeiling);
    return config;
}

}  // namespace faultline::aave
