// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>
#include <optional>
#include <tuple>

/// What the collateral of ilks is, and how much there is of it.
namespace faultline::maker {

/// A ward of the Vat, or a join that is configured: what it said of itself when it was asked, once.
struct JoinRow {
    bool unread = true;         ///< It is asked at the next live block.
    std::optional<Hash32> ilk;  ///< nullopt: it is no join.
    Address gem;
    U256 decimals;  ///< dec()
    bool operator==(const JoinRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.unread, self.ilk, self.gem, self.decimals);
    }
};

/// Sums of an ilk's rows of urns; no row where both are zero.
struct CollateralRow {
    U256 ink_wad;
    U256 gem_wad;
    bool operator==(const CollateralRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.ink_wad, self.gem_wad); }
};

/// That a market's sums are kept: rows of before have none.
struct CollateralSinceRow {
    std::uint64_t block = 0;

    auto fields(this auto& self) { return std::tie(self.block); }
};

/// An ilk of which nothing proves that the logs named every urn: its sums may be too small.
struct CollateralDoubtRow {
    std::uint64_t read_at = 0;  ///< The block at which it was read.

    auto fields(this auto& self) { return std::tie(self.read_at); }
};

}  // namespace faultline::maker
