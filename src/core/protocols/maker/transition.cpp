// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/transition.hpp"

#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::maker {
namespace {

constexpr ledger::TableId kFirstTable = 0x0600;

constexpr ledger::TableId table(std::uint16_t place) {
    return static_cast<ledger::TableId>(kFirstTable + place);
}

template <class Key, class Row>
Row row_or_none(const ledger::Table<Key, Row>& table, const Key& key) {
    const Row* found = table.find(key);
    return found == nullptr ? Row{} : *found;
}

/// Whether the magnitude is one that int256 has on that side.
std::optional<eth::I256> as_signed(const U256& magnitude, bool negative) {
    if (magnitude.bit(255)) {
        return std::nullopt;  // vat.sol refuses -2^255, too, as nothing multiplied gives it.
    }
    return eth::I256{negative ? wrapping_sub(U256(), magnitude) : magnitude};
}

void tell(
    const Transition& at, protocol::IncidentKind kind, const std::string& text, bool standing
) {
    at.incidents.push_back(
        {.market = at.market,
         .kind = kind,
         .text = "market \"" + at.config.name + "\": " + text + " (block " + at.block.ref().text() +
                 ", log " + std::to_string(at.log.log_index) + ")",
         .standing = standing}
    );
}

}  // namespace

Tables::Tables(ledger::Ledger& ledger)
    : markets(ledger, table(0)),
      systems(ledger, table(1)),
      ilks(ledger, table(2)),
      urns(ledger, table(3)),
      accounts(ledger, table(4)),
      sins(ledger, table(5)),
      pots(ledger, table(6)),
      vows(ledger, table(7)),
      eras(ledger, table(8)),
      clips(ledger, table(9)),
      sales(ledger, table(10)),
      calcs(ledger, table(11)),
      pips(ledger, table(12)),
      psms(ledger, table(13)),
      tokens(ledger, table(14)),
      balances(ledger, table(15)),
      savings(ledger, table(16)),
      begins(ledger, table(17)),
      conversions(ledger, table(18)),
      lockstake_urns(ledger, table(19)),
      lockstake_owned(ledger, table(20)),
      esms(ledger, table(21)),
      supply_doubts(ledger, table(22)),
      joins(ledger, table(23)),
      collaterals(ledger, table(24)),
      collaterals_since(ledger, table(25)),
      collateral_doubts(ledger, table(26)),
      pauses(ledger, table(27)) {}

void Transition::notice(const std::string& text) const {
    tell(*this, protocol::IncidentKind::kNotice, text, false);
}

void Transition::alarm(const std::string& text) const {
    tell(*this, protocol::IncidentKind::kAlarm, text, false);
}

void Transition::notice_standing(const std::string& text) const {
    tell(*this, protocol::IncidentKind::kNotice, text, true);
}

void Transition::alarm_standing(const std::string& text) const {
    tell(*this, protocol::IncidentKind::kAlarm, text, true);
}

SystemRow Transition::system() const {
    return row_or_none(tables.systems, MarketKey{market});
}

IlkRow Transition::ilk(const Hash32& ilk) const {
    const IlkKey key{.market = market, .ilk = ilk};
    if (!tables.ilks.contains(key)) {
        notice("ilk " + text_of(ilk) + " is new and is followed from here on");
    }
    return row_or_none(tables.ilks, key);
}

UrnRow Transition::urn(const Hash32& ilk, const Address& account) const {
    return row_or_none(tables.urns, UrnKey{.market = market, .ilk = ilk, .account = account});
}

void Transition::set_urn(const Hash32& ilk, const Address& account, const UrnRow& row) const {
    const UrnKey key{.market = market, .ilk = ilk, .account = account};
    move_collateral(tables, key, urn(ilk, account), row);
    if (row == UrnRow{}) {
        tables.urns.erase(key);
    } else {
        tables.urns.put(key, row);
    }
}

AccountRow Transition::account(const Address& account) const {
    return row_or_none(tables.accounts, AccountKey{.market = market, .account = account});
}

void Transition::set_account(const Address& account, const AccountRow& row) const {
    const AccountKey key{.market = market, .account = account};
    if (row == AccountRow{}) {
        tables.accounts.erase(key);
    } else {
        tables.accounts.put(key, row);
    }
}

U256 Transition::sin(const Address& account) const {
    return row_or_none(tables.sins, AccountKey{.market = market, .account = account}).sin_rad;
}

void Transition::set_sin(const Address& account, const U256& sin_rad) const {
    const AccountKey key{.market = market, .account = account};
    if (sin_rad.is_zero()) {
        tables.sins.erase(key);
    } else {
        tables.sins.put(key, {.sin_rad = sin_rad});
    }
}

PotRow Transition::pot() const {
    return row_or_none(tables.pots, MarketKey{market});
}

VowRow Transition::vow() const {
    return row_or_none(tables.vows, MarketKey{market});
}

Error contradiction(const std::string& what) {
    return Error(Code::kCorrupt, what)
        .advise(
            "a log before this one was missed or altered; run `faultline resync` to follow again"
        );
}

std::optional<U256> plus(const U256& value, const eth::I256& by) {
    return by.is_negative() ? checked_sub(value, by.magnitude())
                            : checked_add(value, by.magnitude());
}

std::optional<U256> minus(const U256& value, const eth::I256& by) {
    return by.is_negative() ? checked_add(value, by.magnitude())
                            : checked_sub(value, by.magnitude());
}

std::optional<eth::I256> times(const U256& a, const eth::I256& by) {
    const auto product = checked_mul(a, by.magnitude());
    return product ? as_signed(*product, by.is_negative()) : std::nullopt;
}

Result<void> pass_note(Transition& /*at*/, const Note& /*note*/) {
    return {};
}

Result<void> pass_event(Transition& /*at*/) {
    return {};
}

}  // namespace faultline::maker
