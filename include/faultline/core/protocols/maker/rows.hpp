// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocols/maker/auction_rows.hpp>    // IWYU pragma: export
#include <faultline/core/protocols/maker/gem_rows.hpp>        // IWYU pragma: export
#include <faultline/core/protocols/maker/lockstake_rows.hpp>  // IWYU pragma: export
#include <faultline/core/protocols/maker/token_rows.hpp>      // IWYU pragma: export

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What is kept of a Maker deployment, in the contracts' own units: wad 1e18, ray 1e27, rad 1e45.
/// dss v1.2: vat.sol, jug.sol, spot.sol, pot.sol, vow.sol; later dss: dog.sol, clip.sol, abaci.sol.
namespace faultline::maker {

using protocol::MarketId;

struct MarketKey {
    MarketId market = 0;
    auto operator<=>(const MarketKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market); }
};

struct MarketRow {
    /// Followed since its deployment: what no row says is zero. Otherwise read at some block, and
    /// balances of tokens are known of the PSMs alone.
    bool complete = false;
    /// Clippers and price curves by whose parameters nobody goes yet (kMostCandidates).
    std::uint32_t candidates = 0;
    bool candidates_missed = false;  ///< There were more than are kept.
    std::uint64_t unknown_logs = 0;  ///< Logs of its contracts that are accounted for nowhere.
    std::string degraded;  ///< Why figures cannot be trusted any more; empty when they can.

    auto fields(this auto& self) {
        return std::tie(
            self.complete, self.candidates, self.candidates_missed, self.unknown_logs, self.degraded
        );
    }
};

/// The Vat, and the numbers of Jug, Spotter and Dog that are of no ilk.
struct SystemRow {
    bool vat_live = true;
    U256 debt_rad;
    U256 vice_rad;
    U256 line_rad;  ///< Vat.Line
    /// Of all rows.
    U256 dai_sum_rad;
    U256 sin_sum_rad;
    /// What was healed by one of several who could: still in the rows of them, and in the sums.
    U256 unattributed_rad;
    std::vector<Address> healers;  ///< Those several: their dai and sin are too high, or right.
    U256 base_ray;                 ///< Jug.base
    U256 par_ray;                  ///< Spotter.par
    bool spotter_live = true;
    bool dog_live = true;
    U256 hole_rad;  ///< Dog.Hole
    U256 dirt_rad;  ///< Dog.Dirt

    auto fields(this auto& self) {
        return std::tie(
            self.vat_live,
            self.debt_rad,
            self.vice_rad,
            self.line_rad,
            self.dai_sum_rad,
            self.sin_sum_rad,
            self.unattributed_rad,
            self.healers,
            self.base_ray,
            self.par_ray,
            self.spotter_live,
            self.dog_live,
            self.hole_rad,
            self.dirt_rad
        );
    }
};

struct IlkKey {
    MarketId market = 0;
    Hash32 ilk;
    auto operator<=>(const IlkKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.ilk); }
};

/// A collateral type in Vat, Jug, Spotter and Dog.
struct IlkRow {
    U256 art_wad;  ///< Vat.ilks.Art
    U256 rate_ray;
    U256 spot_ray;
    U256 line_rad;
    U256 dust_rad;
    U256 art_sum_wad;  ///< Of the urns' rows.
    U256 duty_ray;
    UnixSeconds rho;
    Address pip;
    U256 mat_ray;
    Address clip;
    U256 chop_wad;
    U256 hole_rad;
    U256 dirt_rad;
    /// What the last poke took for one of the collateral, in Dai; unknown before it.
    std::optional<U256> price_ray;

    auto fields(this auto& self) {
        return std::tie(
            self.art_wad,
            self.rate_ray,
            self.spot_ray,
            self.line_rad,
            self.dust_rad,
            self.art_sum_wad,
            self.duty_ray,
            self.rho,
            self.pip,
            self.mat_ray,
            self.clip,
            self.chop_wad,
            self.hole_rad,
            self.dirt_rad,
            self.price_ray
        );
    }
};

struct UrnKey {
    MarketId market = 0;
    Hash32 ilk;
    Address account;
    auto operator<=>(const UrnKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.ilk, self.account); }
};

/// Vat.urns and Vat.gem of one ilk and address; no row where all is zero.
struct UrnRow {
    U256 ink_wad;
    U256 art_wad;
    U256 gem_wad;
    bool operator==(const UrnRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.ink_wad, self.art_wad, self.gem_wad); }
};

struct AccountKey {
    MarketId market = 0;
    Address account;
    auto operator<=>(const AccountKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account); }
};

/// Vat.dai and Pot.pie of an address; no row where all is zero.
struct AccountRow {
    U256 dai_rad;
    U256 pie_wad;
    bool operator==(const AccountRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.dai_rad, self.pie_wad); }
};

/// Vat.sin of an address; no row where it is zero. They are few.
struct SinRow {
    U256 sin_rad;

    auto fields(this auto& self) { return std::tie(self.sin_rad); }
};

struct PotRow {
    bool live = true;
    U256 dsr_ray;
    U256 chi_ray;
    U256 pie_wad;                    ///< Pot.Pie
    std::optional<UnixSeconds> rho;  ///< Unknown until the first drip: no log has it.

    auto fields(this auto& self) {
        return std::tie(self.live, self.dsr_ray, self.chi_ray, self.pie_wad, self.rho);
    }
};

/// What the Vow tells of itself.
enum class VowVoice : std::uint8_t {
    kUnheard,  ///< Neither a note nor a Bark without one.
    kNotes,    ///< dss v1.2: a note of everything.
    kSilent,   ///< Later dss: nothing, so all but what a Bark shows has to be read.
};

constexpr VowVoice last_of(VowVoice /*of*/) noexcept {
    return VowVoice::kSilent;
}

struct VowRow {
    VowVoice voice = VowVoice::kUnheard;
    bool live = true;
    U256 eras_rad;  ///< Sum of the rows of eras: Vow.Sin where it notes.
    U256 ash_rad;
    U256 wait_s;
    U256 dump_wad;
    U256 sump_rad;
    U256 bump_rad;
    U256 hump_rad;
    /// Of a Vow that does not note: the block at which the numbers were read, and Vow.Sin there.
    std::optional<std::uint64_t> read_at;
    U256 read_sin_rad;
    /// Eras before it was followed have no row: its Sin was the sum of some, or zeroed by a cage.
    bool eras_missed = false;
    /// One of those was flogged: Sin has to be read.
    bool sin_unread = false;

    auto fields(this auto& self) {
        return std::tie(
            self.voice,
            self.live,
            self.eras_rad,
            self.ash_rad,
            self.wait_s,
            self.dump_wad,
            self.sump_rad,
            self.bump_rad,
            self.hump_rad,
            self.read_at,
            self.read_sin_rad,
            self.eras_missed,
            self.sin_unread
        );
    }
};

struct EraKey {
    MarketId market = 0;
    std::uint64_t era = 0;  ///< The block's time.
    auto operator<=>(const EraKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.era); }
};

/// Vow.sin of one block's time.
struct EraRow {
    U256 sin_rad;
    std::optional<std::uint64_t> read_at;  ///< Of a Vow that does not note: the block.

    auto fields(this auto& self) { return std::tie(self.sin_rad, self.read_at); }
};

/// Where a market that was read at some block begins.
struct BeginRow {
    std::uint64_t block = 0;

    auto fields(this auto& self) { return std::tie(self.block); }
};

struct Tables {
    explicit Tables(ledger::Ledger& ledger);

    ledger::Table<MarketKey, MarketRow> markets;
    ledger::Table<MarketKey, SystemRow> systems;
    ledger::Table<IlkKey, IlkRow> ilks;
    ledger::Table<UrnKey, UrnRow> urns;
    ledger::Table<AccountKey, AccountRow> accounts;
    ledger::Table<AccountKey, SinRow> sins;
    ledger::Table<MarketKey, PotRow> pots;
    ledger::Table<MarketKey, VowRow> vows;
    ledger::Table<EraKey, EraRow> eras;
    ledger::Table<ContractKey, ClipRow> clips;
    ledger::Table<SaleKey, SaleRow> sales;
    ledger::Table<ContractKey, CalcRow> calcs;
    ledger::Table<ContractKey, PipRow> pips;
    ledger::Table<ContractKey, PsmRow> psms;
    ledger::Table<ContractKey, TokenRow> tokens;
    ledger::Table<BalanceKey, BalanceRow> balances;
    ledger::Table<ContractKey, SavingsRow> savings;
    ledger::Table<MarketKey, BeginRow> begins;
    ledger::Table<ContractKey, ConversionsRow> conversions;
    ledger::Table<AccountKey, LockstakeUrnRow> lockstake_urns;  ///< By the urn.
    ledger::Table<LockstakeKey, LockstakeOwnedRow> lockstake_owned;
    ledger::Table<ContractKey, EsmRow> esms;
    ledger::Table<ContractKey, SupplyDoubtRow> supply_doubts;
    ledger::Table<ContractKey, JoinRow> joins;
    ledger::Table<IlkKey, CollateralRow> collaterals;
    ledger::Table<MarketKey, CollateralSinceRow> collaterals_since;
    ledger::Table<IlkKey, CollateralDoubtRow> collateral_doubts;
    protocol::Governors pauses;  ///< DSPause: who the owner of the ESM's proxy is.
};

}  // namespace faultline::maker

/// Instantiated once, in tables.cpp: every file that has a Tables would do it anew.
namespace faultline {
extern template class ledger::Table<maker::MarketKey, maker::MarketRow>;
extern template class ledger::Table<maker::MarketKey, maker::SystemRow>;
extern template class ledger::Table<maker::IlkKey, maker::IlkRow>;
extern template class ledger::Table<maker::UrnKey, maker::UrnRow>;
extern template class ledger::Table<maker::AccountKey, maker::AccountRow>;
extern template class ledger::Table<maker::AccountKey, maker::SinRow>;
extern template class ledger::Table<maker::MarketKey, maker::PotRow>;
extern template class ledger::Table<maker::MarketKey, maker::VowRow>;
extern template class ledger::Table<maker::EraKey, maker::EraRow>;
extern template class ledger::Table<maker::ContractKey, maker::ClipRow>;
extern template class ledger::Table<maker::SaleKey, maker::SaleRow>;
extern template class ledger::Table<maker::ContractKey, maker::CalcRow>;
extern template class ledger::Table<maker::ContractKey, maker::PipRow>;
extern template class ledger::Table<maker::ContractKey, maker::PsmRow>;
extern template class ledger::Table<maker::ContractKey, maker::TokenRow>;
extern template class ledger::Table<maker::BalanceKey, maker::BalanceRow>;
extern template class ledger::Table<maker::ContractKey, maker::SavingsRow>;
extern template class ledger::Table<maker::MarketKey, maker::BeginRow>;
extern template class ledger::Table<maker::ContractKey, maker::ConversionsRow>;
extern template class ledger::Table<maker::AccountKey, maker::LockstakeUrnRow>;
extern template class ledger::Table<maker::LockstakeKey, maker::LockstakeOwnedRow>;
extern template class ledger::Table<maker::ContractKey, maker::EsmRow>;
extern template class ledger::Table<maker::ContractKey, maker::SupplyDoubtRow>;
extern template class ledger::Table<maker::ContractKey, maker::JoinRow>;
extern template class ledger::Table<maker::IlkKey, maker::CollateralRow>;
extern template class ledger::Table<maker::MarketKey, maker::CollateralSinceRow>;
extern template class ledger::Table<maker::IlkKey, maker::CollateralDoubtRow>;
}  // namespace faultline
