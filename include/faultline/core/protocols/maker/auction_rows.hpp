// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

/// What is kept of auctions: clip.sol and abaci.sol.
namespace faultline::maker {

using protocol::MarketId;

/// Clippers and price curves that were configured and that nobody goes by: so many are kept of a
/// market, as anybody can make them.
inline constexpr std::uint32_t kMostCandidates = 4096;

struct ContractKey {
    MarketId market = 0;
    Address contract;
    auto operator<=>(const ContractKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.contract); }
};

/// A Clipper. Whose parameters are logged before the Dog names it is kept as a candidate.
struct ClipRow {
    std::optional<Hash32> ilk;  ///< Once the Dog named it.
    /// Its parameters were not all seen: they have to be read.
    bool unread = false;
    U256 buf_ray;
    U256 tail_s;
    U256 cusp_ray;
    U256 chip_wad;
    U256 tip_rad;
    U256 stopped;
    Address calc;
    std::uint64_t kicks = 0;
    std::vector<std::uint64_t> active;  ///< Clipper.list(), in its order.
    /// Clipper.chost as last known: upchost() sets it to dust*chop at any time, without a log.
    std::optional<U256> chost_rad;
    /// The block at which it was read; nullopt while it is what upchost() would set.
    std::optional<std::uint64_t> chost_at;

    auto fields(this auto& self) {
        return std::tie(
            self.ilk,
            self.unread,
            self.buf_ray,
            self.tail_s,
            self.cusp_ray,
            self.chip_wad,
            self.tip_rad,
            self.stopped,
            self.calc,
            self.kicks,
            self.active,
            self.chost_rad,
            self.chost_at
        );
    }
};

struct SaleKey {
    MarketId market = 0;
    Address clip;
    std::uint64_t id = 0;
    auto operator<=>(const SaleKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.clip, self.id); }
};

/// A running auction; its pos is its place in ClipRow::active.
struct SaleRow {
    U256 tab_rad;
    U256 lot_wad;
    Address usr;
    UnixSeconds tic;
    U256 top_ray;
    bool operator==(const SaleRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.tab_rad, self.lot_wad, self.usr, self.tic, self.top_ray);
    }
};

/// The parameters of a price curve. Which curve it is no log says: with tau it is linear, with cut
/// and step in steps, with cut alone exponential.
struct CalcRow {
    bool in_use = false;  ///< A clipper that the Dog named goes by it.
    bool unread = false;  ///< As ClipRow::unread.
    std::optional<U256> tau_s;
    std::optional<U256> cut_ray;
    std::optional<U256> step_s;

    auto fields(this auto& self) {
        return std::tie(self.in_use, self.unread, self.tau_s, self.cut_ray, self.step_s);
    }
};

}  // namespace faultline::maker
