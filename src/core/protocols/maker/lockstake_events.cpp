// SPDX-License-Identifier: Apache-2.0
// What the LockstakeEngine logs of whose its urns are (lockstake 602edbb). What it does to vaults
// is in the Vat's own notes. The deployed engine is newer and was not read: nothing that is taken
// from here goes into any other figure.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <optional>
#include <span>

namespace faultline::maker {
namespace {

LockstakeKey owned_key(const Transition& at, const Address& owner, const U256& index) {
    return {.market = at.market, .owner = owner, .index = Hash32::from_bytes(index.to_be_bytes())};
}

/// An urn is opened once: a second time is none of what the engine is known to do.
Result<void> on_open(Transition& at) {
    FAULTLINE_TRY(const auto event, events::LockstakeOpen::decode(at.log));
    const LockstakeKey owned = owned_key(at, event.get<"owner">(), event.get<"index">());
    const AccountKey urn{.market = at.market, .account = event.get<"urn">()};
    if (at.tables.lockstake_owned.contains(owned) || at.tables.lockstake_urns.contains(urn)) {
        at.unknown = true;
        return {};
    }
    LockstakeUrnRow row;
    row.owner = owned.owner;
    row.index = event.get<"index">();
    at.tables.lockstake_urns.put(urn, row);
    at.tables.lockstake_owned.put(owned, {.urn = urn.account});
    return {};
}

/// Urns that were opened before they were followed are not known, and stay so.
template <class Event>
Result<void> select(
    Transition& at,
    const Event& event,
    const Address& selected,
    std::optional<Address> LockstakeUrnRow::* place
) {
    const LockstakeOwnedRow* owned = at.tables.lockstake_owned.find(
        owned_key(at, event.template get<"owner">(), event.template get<"index">())
    );
    if (owned != nullptr) {
        at.tables.lockstake_urns.update(
            {.market = at.market, .account = owned->urn},
            [&](LockstakeUrnRow& row) { row.*place = selected; }
        );
    }
    return {};
}

Result<void> on_select_vote_delegate(Transition& at) {
    FAULTLINE_TRY(const auto event, events::SelectVoteDelegate::decode(at.log));
    return select(at, event, event.get<"voteDelegate">(), &LockstakeUrnRow::vote_delegate);
}

Result<void> on_select_farm(Transition& at) {
    FAULTLINE_TRY(const auto event, events::SelectFarm::decode(at.log));
    return select(at, event, event.get<"farm">(), &LockstakeUrnRow::farm);
}

/// The stake is put up for auction; what becomes of the selections no log says.
Result<void> on_kick(Transition& at) {
    FAULTLINE_TRY(const auto event, events::OnKick::decode(at.log));
    const AccountKey key{.market = at.market, .account = event.get<"urn">()};
    if (at.tables.lockstake_urns.contains(key)) {
        at.tables.lockstake_urns.update(key, [](LockstakeUrnRow& row) {
            row.vote_delegate.reset();
            row.farm.reset();
        });
    }
    return {};
}

constexpr std::array kEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(pass_event),
    event_entry<events::FileAddress>(pass_event),
    event_entry<events::LockstakeOpen>(on_open),
    event_entry<events::SelectVoteDelegate>(on_select_vote_delegate),
    event_entry<events::SelectFarm>(on_select_farm),
    event_entry<events::OnKick>(on_kick),
};

}  // namespace

std::span<const EventEntry> lockstake_events() {
    return kEvents;
}

}  // namespace faultline::maker
