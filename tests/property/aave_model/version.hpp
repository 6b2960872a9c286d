// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultline::aave_model {

/// Releases of Aave whose accounting differs. Spark runs 3.0.2.
enum class Version : std::uint8_t {
    k2,
    k302,
    k31,
    k32,
    k33,
    k34,
    k35,
    k36,
    k37
};

inline constexpr std::array kAllVersions{
    Version::k2,
    Version::k302,
    Version::k31,
    Version::k32,
    Version::k33,
    Version::k34,
    Version::k35,
    Version::k36,
    Version::k37,
};

/// What one release does differently from another, each where it began or ended.
struct Rules {
    Version version;

    [[nodiscard]] constexpr bool since(Version first) const { return version >= first; }

    [[nodiscard]] constexpr bool until(Version last) const { return version <= last; }

    /// LendingPool and its tokens: contract_v2*.cpp has what they do otherwise.
    [[nodiscard]] constexpr bool v2() const { return version == Version::k2; }

    /// Balances are rounded for the protocol (TokenMath); before, all is half up.
    [[nodiscard]] constexpr bool directed_rounding() const { return since(Version::k35); }

    [[nodiscard]] constexpr bool taylor() const { return since(Version::k34); }

    [[nodiscard]] constexpr bool stable_debt() const { return until(Version::k31); }

    /// eMode by bitmaps of a category; before, each asset has one category.
    [[nodiscard]] constexpr bool emode_bitmaps() const { return since(Version::k32); }

    [[nodiscard]] constexpr bool virtual_balance() const { return since(Version::k31); }

    [[nodiscard]] constexpr bool deficit() const { return since(Version::k33); }

    [[nodiscard]] constexpr bool unbacked() const { return !v2() && until(Version::k33); }

    [[nodiscard]] constexpr bool isolation_mode() const { return !v2() && until(Version::k36); }

    /// A received aToken may become collateral by itself.
    [[nodiscard]] constexpr bool collateral_by_transfer() const { return until(Version::k35); }

    /// The debt flag follows the scaled balance; before, what was asked to be paid.
    [[nodiscard]] constexpr bool flag_follows_scaled() const { return since(Version::k34); }
};

/// POOL_REVISION(), or LENDINGPOOL_REVISION().
constexpr std::uint64_t pool_revision(Version version) {
    constexpr std::array<std::uint64_t, 9> kRevisions{2, 1, 4, 5, 7, 8, 9, 10, 11};
    return kRevisions.at(static_cast<std::size_t>(version));
}

constexpr std::string_view version_name(Version version) {
    constexpr std::array<std::string_view, 9> kNames{
        "2", "3.0.2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"
    };
    return kNames.at(static_cast<std::size_t>(version));
}

}  // namespace faultline::aave_model
