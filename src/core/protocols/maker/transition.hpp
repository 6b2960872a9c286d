// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/literal.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {

/// What the logs of one transaction say of each other; forgotten at its end.
struct TransactionMemory {
    struct Fold {
        Hash32 ilk;
        U256 rate_before_ray;
    };

    /// Dai or USDS that was minted to somebody, or burnt from somebody.
    struct SupplyChange {
        Address token;
        Address holder;
        bool minted = false;
        U256 amount_wad;
        bool operator==(const SupplyChange&) const = default;
    };

    std::vector<SupplyChange> supply_changes;  ///< Before the converter says what they were.
    std::optional<Fold> fold;                  ///< Vat.fold before the Jug's drip.
    std::optional<U256> suck_for_pot_rad;      ///< Vat.suck to the Pot before its drip.
    std::vector<U256> fess_rad;                ///< Vow.fess before the Dog's Bark.
};

/// One log being folded into one market: the rows it may touch and where it stands.
struct Transition {
    Tables& tables;
    MarketId market = 0;
    const MarketConfig& config;
    const eth::Block& block;
    const eth::Log& log;
    std::size_t place = 0;  ///< Of the log in the block's list.
    TransactionMemory& memory;
    std::vector<protocol::Incident>& incidents;
    /// Set by a handler for what its contract says and nobody here accounts for.
    bool unknown = false;

    [[nodiscard]] UnixSeconds now() const { return block.header.timestamp; }

    /// Tells people of something new; where it was is added.
    void notice(const std::string& text) const;
    /// As notice(), of a shutdown that began or may begin.
    void alarm(const std::string& text) const;
    /// As notice() or alarm(), of what standings_of() shows from here on: for the log.
    void notice_standing(const std::string& text) const;
    void alarm_standing(const std::string& text) const;

    [[nodiscard]] SystemRow system() const;

    void set_system(SystemRow row) const { tables.systems.put({market}, std::move(row)); }

    [[nodiscard]] bool knows_ilk(const Hash32& ilk) const {
        return tables.ilks.contains({.market = market, .ilk = ilk});
    }

    /// An ilk's row; the first that is heard of it is announced.
    [[nodiscard]] IlkRow ilk(const Hash32& ilk) const;

    void set_ilk(const Hash32& ilk, const IlkRow& row) const {
        tables.ilks.put({.market = market, .ilk = ilk}, row);
    }

    [[nodiscard]] UrnRow urn(const Hash32& ilk, const Address& account) const;
    /// Stores it, or takes the row away when nothing is left.
    void set_urn(const Hash32& ilk, const Address& account, const UrnRow& row) const;

    [[nodiscard]] AccountRow account(const Address& account) const;
    void set_account(const Address& account, const AccountRow& row) const;

    [[nodiscard]] U256 sin(const Address& account) const;
    void set_sin(const Address& account, const U256& sin_rad) const;

    [[nodiscard]] PotRow pot() const;
    [[nodiscard]] VowRow vow() const;
};

/// The log cannot be, by the rows before it.
Error contradiction(const std::string& what);

/// value + by; nullopt where the Vat's checked arithmetic reverts.
std::optional<U256> plus(const U256& value, const eth::I256& by);
std::optional<U256> minus(const U256& value, const eth::I256& by);
/// a * by as int256 (vat.sol: mul(uint, int)).
std::optional<eth::I256> times(const U256& a, const eth::I256& by);

/// Folds one note, or one event. After an error the rows cannot be trusted: the market is degraded.
using NoteHandler = Result<void> (*)(Transition&, const Note&);
using EventHandler = Result<void> (*)(Transition&);

struct NoteEntry {
    Hash32 topic0;
    NoteHandler handler = nullptr;
};

struct EventEntry {
    Hash32 topic0;
    EventHandler handler = nullptr;
};

template <eth::Literal Signature>
constexpr NoteEntry note_entry(NoteHandler handler) {
    return {.topic0 = note_topic<Signature>(), .handler = handler};
}

template <class Event>
constexpr EventEntry event_entry(EventHandler handler) {
    return {.topic0 = Event::kTopic0, .handler = handler};
}

/// What is logged and changes nothing that is kept.
Result<void> pass_note(Transition& at, const Note& note);
Result<void> pass_event(Transition& at);

/// What each kind of contract may log.
std::span<const NoteEntry> vat_notes();
std::span<const NoteEntry> jug_notes();
std::span<const NoteEntry> pot_notes();
std::span<const NoteEntry> spotter_notes();
std::span<const NoteEntry> vow_notes();
std::span<const NoteEntry> pip_notes();
std::span<const NoteEntry> end_notes();
std::span<const EventEntry> spotter_events();
std::span<const EventEntry> dog_events();
std::span<const EventEntry> clip_events();
std::span<const EventEntry> calc_events();
std::span<const EventEntry> pip_events();
std::span<const EventEntry> psm_events();
std::span<const EventEntry> savings_events();
std::span<const EventEntry> token_events();
std::span<const EventEntry> end_events();
std::span<const EventEntry> esm_events();
std::span<const EventEntry> converter_events();
std::span<const EventEntry> lockstake_events();

/// Transfer of a token or of savings shares.
Result<void> on_transfer(Transition& at);

/// A parameter that was filed at a contract that nobody named yet, which may become a clipper or a
/// price curve.
Result<void> keep_candidate(Transition& at);

/// Takes what was healed from whoever must have called it; where several may have, they are
/// remembered until they are read. Debt and vice are the caller's.
Result<void> attribute_heal(Transition& at, SystemRow& system, const U256& rad);

/// Changes Vat.dai or Vat.sin of an address, and their sums. kCorrupt where the Vat would revert.
Result<void> add_dai(
    Transition& at, SystemRow& system, const Address& account, const eth::I256& rad
);
Result<void> add_sin(
    Transition& at, SystemRow& system, const Address& account, const eth::I256& rad
);

/// Vow.fess at this block's time.
Result<void> add_era(Transition& at, const U256& rad);

/// A rad as the Vat's signed arithmetic has it. @pre below 2^255: checked where it is read
eth::I256 signed_of(const U256& value);
eth::I256 negative_of(const U256& value);

}  // namespace faultline::maker
