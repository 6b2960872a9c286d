// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/divisor.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::aave {

struct Valuation::AccountTerms {
    std::uint8_t category = 0;
    const EModeRow* emode = nullptr;
    /// The price of the category's assets; zero where each has its own.
    U256 category_price_base;
    bool without_category_price = false;  ///< It has a source, whose price is not known.
};

/// What getUserAccountData adds up over an account's reserves.
template <class Int>
struct Valuation::SumsOf : AccountTerms {
    explicit SumsOf(const AccountTerms& terms) : AccountTerms(terms) {}

    Int collateral_base;
    Int debt_base;
    Int collateral_times_ltv;
    Int collateral_times_threshold;
    std::uint64_t threshold_bps = 0;  ///< Of the last collateral,
    bool thresholds_differ = false;   ///< and whether others that are worth something differ.
};

struct Valuation::Holding {
    PositionRow scaled;
    const StablePositionRow* stable = nullptr;  ///< If any.
    bool known = false;                         ///< Anything is held or owed.
};

/// Debt in the base currency as getUserAccountData values it; nullopt where that overflows.
std::optional<U256> debt_in_base(
    const Rules& rules, const U256& debt, const U256& price_base, const Divisor& unit
);

/// Why an account that uses an unfollowed reserve has no figures, and such a reserve no totals.
std::string unfollowed_text(ReserveId reserve);

inline constexpr const char* kOverflows = "the contract's own view overflows for this account";

}  // namespace faultline::aave
