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

/// What is kept of oracles, PSMs, tokens and savings: osm.sol, DssLitePsm.sol, DssPsm.sol,
/// SUsds.sol, StUsds.sol, DaiUsds.sol, ESM.sol.
namespace faultline::maker {

using protocol::MarketId;

/// What is known of the price that an oracle will have next.
enum class NextPrice : std::uint8_t {
    kUnread,   ///< Not asked yet, and no log says when it changes.
    kKnown,    ///< As peep() answered at this block; no log says when it changes.
    kRefused,  ///< peep() is not answered: for those on its list only, or it is no OSM.
    kPoked,    ///< Not asked since its last log, which says that it changed.
    kSettled,  ///< As peep() answered; its next log says when it changes.
};

constexpr NextPrice last_of(NextPrice /*of*/) noexcept {
    return NextPrice::kSettled;
}

/// Whether an oracle is stopped, and so keeps its price.
enum class Stopped : std::uint8_t {
    kNo,
    kYes,
    kUnread,
    kUnsaid,  ///< It has no stopped().
};

constexpr Stopped last_of(Stopped /*of*/) noexcept {
    return Stopped::kUnsaid;
}

/// An oracle that the Spotter reads for some ilk.
struct PipRow {
    /// Of its last LogValue, or as peek() answered at this block; 0 when it has none (void).
    std::optional<U256> current_wad;
    NextPrice next = NextPrice::kUnread;
    std::optional<U256> next_wad;  ///< Known or settled: nullopt when it will have none.
    Stopped stopped = Stopped::kUnread;

    auto fields(this auto& self) {
        return std::tie(self.current_wad, self.next, self.next_wad, self.stopped);
    }
};

struct PsmRow {
    U256 tin_wad;
    U256 tout_wad;
    U256 buf_wad;
    /// Since it is followed: gem in and out, in the gem's units, and fees in Dai.
    U256 sold_gem;
    U256 bought_gem;
    U256 fees_wad;

    auto fields(this auto& self) {
        return std::tie(
            self.tin_wad, self.tout_wad, self.buf_wad, self.sold_gem, self.bought_gem, self.fees_wad
        );
    }
};

/// DaiUsds: what went through it since it is followed.
struct ConversionsRow {
    U256 dai_to_usds_wad;
    U256 usds_to_dai_wad;

    auto fields(this auto& self) { return std::tie(self.dai_to_usds_wad, self.usds_to_dai_wad); }
};

struct TokenRow {
    U256 supply_wad;

    auto fields(this auto& self) { return std::tie(self.supply_wad); }
};

/// Of Dai's supply, so much may have been burnt, or sent to the zero address: the row of the token
/// has the supply as if none was burnt.
struct SupplyDoubtRow {
    U256 burnt_at_most_wad;

    auto fields(this auto& self) { return std::tie(self.burnt_at_most_wad); }
};

struct BalanceKey {
    MarketId market = 0;
    Address token;
    Address holder;
    auto operator<=>(const BalanceKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.token, self.holder); }
};

struct BalanceRow {
    U256 amount;  ///< In the token's units.

    auto fields(this auto& self) { return std::tie(self.amount); }
};

/// Whether a shutdown was an ESM's.
enum class EsmFired : std::uint8_t {
    kNo,
    kYes,
    kUnknown,  ///< The system was shut down before it was read, and no view says by whom.
};

constexpr EsmFired last_of(EsmFired /*of*/) noexcept {
    return EsmFired::kUnknown;
}

/// ESM: all that was given to it towards a shutdown (its Sum), and whether it fired.
struct EsmRow {
    U256 joined_wad;
    EsmFired fired = EsmFired::kNo;

    auto fields(this auto& self) { return std::tie(self.joined_wad, self.fired); }
};

/// sUSDS or stUSDS.
struct SavingsRow {
    U256 chi_ray;
    U256 rate_ray;                   ///< ssr or str, per second.
    std::optional<UnixSeconds> rho;  ///< Unknown until the first Drip.
    U256 supply_wad;                 ///< Shares.
    U256 cap_wad;                    ///< stUSDS
    U256 line_rad;                   ///< stUSDS
    U256 cut_wad;                    ///< stUSDS: losses that were put on its holders, in all.

    auto fields(this auto& self) {
        return std::tie(
            self.chi_ray,
            self.rate_ray,
            self.rho,
            self.supply_wad,
            self.cap_wad,
            self.line_rad,
            self.cut_wad
        );
    }
};

}  // namespace faultline::maker
