// SPDX-License-Identifier: Apache-2.0
// What happens at Maker's contracts, for rules to count: taken from logs beside the fold, without
// rows.
#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/filing.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/pause.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::maker {
namespace {

using protocol::Activity;

constexpr unsigned kRadDecimals = 45;

/// An activity with what people read of it.
struct Happening {
    Activity activity;
    std::string text;
};

Happening governance(std::string_view detail, std::string text) {
    return {
        .activity =
            {.event = "governance",
             .detail = std::string(detail),
             .token = {},
             .account = {},
             .value = {}},
        .text = std::move(text)
    };
}

Figure<Decimal> as_value(const U256& rad) {
    const auto value = Decimal::of(rad, kRadDecimals);
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
}

std::string rad_text(const U256& rad) {
    return protocol::shown(rad, protocol::Numbers::kRad);
}

std::optional<Happening> bark(const eth::Log& log) {
    const auto event = events::Bark::decode(log);
    if (!event) {
        return std::nullopt;
    }
    return Happening{
        .activity =
            {.event = "liquidation",
             .detail = {},
             .token = {},
             .account = event->get<"urn">(),
             .value = as_value(event->get<"due">())},
        .text = "Bark(ilk " + text_of(event->get<"ilk">()) + ", urn " + event->get<"urn">().hex() +
                ", ink " + protocol::shown(event->get<"ink">(), protocol::Numbers::kWad) +
                ", due " + rad_text(event->get<"due">()) + ", clip " + event->get<"clip">().hex() +
                ", id " + event->get<"id">().to_string() + ")"
    };
}

/// An auction that ends for want of collateral leaves its tab to the Vow.
std::optional<Happening> take(const eth::Log& log) {
    const auto event = events::Take::decode(log);
    if (!event || !event->get<"lot">().is_zero() || event->get<"tab">().is_zero()) {
        return std::nullopt;
    }
    return Happening{
        .activity =
            {.event = "bad_debt",
             .detail = {},
             .token = {},
             .account = event->get<"usr">(),
             .value = as_value(event->get<"tab">())},
        .text = "auction " + event->get<"id">().to_string() + " of vault " +
                event->get<"usr">().hex() + " sold all and leaves a tab of " +
                rad_text(event->get<"tab">()) + ", penalty included"
    };
}

/// Rely, Deny and DenyProxy: who may change a contract.
std::optional<Happening> ward(Role role, const eth::Log& log) {
    const std::string who = contract_name(role);
    if (const auto rely = events::Rely::decode(log)) {
        return governance("admin", who + ".rely(usr " + rely->get<"usr">().hex() + ")");
    }
    if (const auto deny = events::Deny::decode(log)) {
        return governance("admin", who + ".deny(usr " + deny->get<"usr">().hex() + ")");
    }
    if (const auto deny = events::DenyProxy::decode(log); role == Role::kEsm && deny) {
        return governance(
            "admin",
            who + ".denyProxy(base " + deny->get<"base">().hex() + ", pause " +
                deny->get<"pause">().hex() + ")"
        );
    }
    return std::nullopt;
}

/// What any of the contracts of later dss may log.
std::optional<Happening> of_event(Role role, const eth::Log& log) {
    if (role == Role::kDog && events::Bark::matches(log)) {
        return bark(log);
    }
    if (role == Role::kClip && events::Take::matches(log)) {
        return take(log);
    }
    if (events::Cage::matches(log)) {
        return governance("paused", contract_name(role) + ".cage()");
    }
    if (role == Role::kEsm && events::Fire::matches(log)) {
        return governance("executed", contract_name(role) + ".fire(): the system is shut down");
    }
    return ward(role, log);
}

/// A call of dss v1.2 that is neither file nor anybody's.
std::optional<Happening> of_note(Role role, const eth::Log& log) {
    const auto note = decode_note(role == Role::kVat ? NoteKind::kVat : NoteKind::kLib, log);
    if (!note) {
        return std::nullopt;
    }
    const std::string who = contract_name(role);
    const Hash32& topic = log.topics[0];
    for (const auto& [call, of] :
         {std::pair(".rely(usr ", note_topic<"rely(address)">()),
          std::pair(".deny(usr ", note_topic<"deny(address)">())}) {
        if (topic == of) {
            return governance("admin", who + call + note->address(0).hex() + ")");
        }
    }
    if (topic == note_topic<"cage()">()) {
        return governance("paused", who + ".cage()");
    }
    if (topic == note_topic<"init(bytes32)">()) {
        return governance("parameter", who + ".init(ilk " + text_of(note->bytes32(0)) + ")");
    }
    if (role != Role::kPip) {
        return std::nullopt;
    }
    for (const auto& [call, of] :
         {std::pair(".stop(): it keeps its price", note_topic<"stop()">()),
          std::pair(".start()", note_topic<"start()">()),
          std::pair(".void(): it has no price", note_topic<"void()">())}) {
        if (topic == of) {
            Happening out = governance({}, who + call);
            out.activity.event = "source_changed";
            return out;
        }
    }
    if (topic == note_topic<"change(address)">()) {
        Happening out = governance({}, who + ".change(src " + note->address(0).hex() + ")");
        out.activity.event = "source_changed";
        return out;
    }
    return std::nullopt;
}

/// What a filing is: the Spotter's pip is where prices come from, a Clipper's stopped a pause.
Happening of_filing(
    const Tables& tables, MarketId market, Role role, const Address& emitter, const Filing& filing
) {
    Happening out = governance("parameter", contract_name(role) + "." + filing.text());
    if (role == Role::kSpotter && is_text(filing.what, "pip")) {
        out.activity.event = "source_changed";
        out.activity.detail = {};
    } else if (role == Role::kClip && is_text(filing.what, "stopped")) {
        out.activity.detail = "paused";
    }
    out.text += filed_before(tables, market, role, emitter, filing);
    return out;
}

/// What a log of a contract of that role is told as.
std::optional<Happening> happening_of(
    const Tables& tables, MarketId market, Role role, const eth::Log& log
) {
    if (const auto filing = filing_of(role, log)) {
        // The Spotter files each price.
        return role == Role::kVat && is_text(filing->what, "spot")
                   ? std::nullopt
                   : std::optional(of_filing(tables, market, role, log.address, *filing));
    }
    const auto found = of_event(role, log);
    return found ? found : of_note(role, log);
}

}  // namespace

void MakerProtocol::take_activities(
    const eth::Block& block, MarketId market, protocol::ActivityList& list
) const {
    const MarketConfig& of = config(market);
    const Address pause = tables_.pauses.of(market);
    const auto is_pause = [&](const eth::Log& log) {
        return !pause.is_zero() && log.address == pause;
    };
    for (std::size_t i = 0; list.takes() && i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (const auto call = is_pause(log) ? pause_call(log) : std::nullopt) {
            const Happening found = governance(call->detail, call->text);
            list.add_valued(
                {.market = market, .market_name = of.name, .log = log}, found.activity, found.text
            );
            continue;
        }
        const Role role =
            log.topics.empty() ? Role::kNone : role_of(tables_, market, of, log.address);
        if (role == Role::kNone || role == Role::kToken || role == Role::kConverter) {
            continue;
        }
        if (const auto found = happening_of(tables_, market, role, log)) {
            list.add_valued(
                {.market = market, .market_name = of.name, .log = log}, found->activity, found->text
            );
        }
    }
}

}  // namespace faultline::maker
