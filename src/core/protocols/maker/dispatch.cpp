// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/dispatch.hpp"

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

/// What a kind of contract may log.
struct Vocabulary {
    std::span<const NoteEntry> notes;
    std::span<const EventEntry> events;
    NoteKind kind = NoteKind::kLib;
    /// Whether it logs nothing else with a first topic that anything here has.
    bool whole = true;
};

Vocabulary vocabulary(Role role) {
    switch (role) {
        case Role::kVat:
            return {.notes = vat_notes(), .events = {}, .kind = NoteKind::kVat};
        case Role::kJug:
            return {.notes = jug_notes(), .events = {}};
        case Role::kSpotter:
            return {.notes = spotter_notes(), .events = spotter_events()};
        case Role::kDog:
            return {.notes = {}, .events = dog_events()};
        case Role::kVow:
            return {.notes = vow_notes(), .events = {}};
        case Role::kPot:
            return {.notes = pot_notes(), .events = {}};
        case Role::kEnd:
            return {.notes = end_notes(), .events = end_events(), .whole = false};
        case Role::kEsm:
            return {.notes = {}, .events = esm_events(), .whole = false};
        case Role::kPsm:
            return {.notes = {}, .events = psm_events()};
        case Role::kSavings:
            return {.notes = {}, .events = savings_events(), .whole = false};
        case Role::kToken:
            return {.notes = {}, .events = token_events(), .whole = false};
        case Role::kConverter:
            return {.notes = {}, .events = converter_events(), .whole = false};
        case Role::kLockstake:
            return {.notes = {}, .events = lockstake_events(), .whole = false};
        case Role::kClip:
            return {.notes = {}, .events = clip_events()};
        case Role::kCalc:
            return {.notes = {}, .events = calc_events()};
        case Role::kPip:
            return {.notes = pip_notes(), .events = pip_events(), .whole = false};
        default:
            return {};
    }
}

Folded outcome(Result<void> result, const Transition& at) {
    Folded out{.error = {}, .unknown = at.unknown};
    if (!result) {
        out.error = std::move(result).error();
    }
    return out;
}

/// Asked for by every market; the others, by those that configure them.
constexpr std::array kAllRoles{
    Role::kVat,
    Role::kJug,
    Role::kSpotter,
    Role::kDog,
    Role::kVow,
    Role::kPot,
    Role::kEnd,
    Role::kEsm,
    Role::kPsm,
    Role::kSavings,
    Role::kClip,
    Role::kCalc,
    Role::kPip,
};

}  // namespace

Folded fold(Transition& at, Role role) {
    const Vocabulary words = vocabulary(role);
    const Hash32& topic = at.log.topics[0];
    const auto event = std::ranges::find(words.events, topic, &EventEntry::topic0);
    if (event != words.events.end()) {
        auto folded = event->handler(at);
        if (!folded && role == Role::kLockstake) {
            return {.error = {}, .unknown = true};  // Nothing but who owns what is taken from it.
        }
        return outcome(std::move(folded), at);
    }
    const auto note = std::ranges::find(words.notes, topic, &NoteEntry::topic0);
    if (note != words.notes.end()) {
        auto decoded = decode_note(words.kind, at.log);
        if (!decoded && role == Role::kPip) {
            return {.error = {}, .unknown = true};  // Oracles are of many kinds; none has balances.
        }
        if (!decoded) {
            return {.error = std::move(decoded).error()};
        }
        return outcome(note->handler(at, *decoded), at);
    }
    return {.error = {}, .unknown = words.whole};
}

std::vector<Hash32> known_topics(std::span<const MarketConfig> configs) {
    const auto any = [&](Address MarketConfig::* member) {
        return std::ranges::any_of(configs, [member](const MarketConfig& config) {
            return !(config.*member).is_zero();
        });
    };
    std::vector<Role> roles(kAllRoles.begin(), kAllRoles.end());
    if (any(&MarketConfig::dai_usds)) {
        roles.push_back(Role::kConverter);
    }
    if (any(&MarketConfig::lockstake_engine)) {
        roles.push_back(Role::kLockstake);
    }
    std::vector<Hash32> out;
    for (const Role role : roles) {
        const Vocabulary words = vocabulary(role);
        for (const NoteEntry& entry : words.notes) {
            out.push_back(entry.topic0);
        }
        for (const EventEntry& entry : words.events) {
            out.push_back(entry.topic0);
        }
    }
    const bool psms = std::ranges::any_of(configs, [](const MarketConfig& config) {
        return !config.psms.empty();
    });
    const bool tokens = psms || any(&MarketConfig::dai) || any(&MarketConfig::usds) ||
                        any(&MarketConfig::susds) || any(&MarketConfig::stusds);
    // Every token there is has transfers: they are asked for where one is followed.
    std::erase(out, events::Transfer::kTopic0);
    if (tokens) {
        out.push_back(events::Transfer::kTopic0);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace faultline::maker
