// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/dispatch.hpp"

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/pause.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <algorithm>
#include <array>
#include <iterator>
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
    /// Whether it logs nothing else that it is asked for.
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
            return {.notes = end_notes(), .events = end_events()};
        case Role::kEsm:
            return {.notes = {}, .events = esm_events()};
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

void add_words(std::vector<Hash32>& to, Role role) {
    const Vocabulary words = vocabulary(role);
    for (const NoteEntry& entry : words.notes) {
        to.push_back(entry.topic0);
    }
    for (const EventEntry& entry : words.events) {
        to.push_back(entry.topic0);
    }
}

/// What logs name before they are followed.
constexpr std::array kFound{Role::kClip, Role::kCalc, Role::kPip};
/// Asked for everything, so that what is not known here is seen.
constexpr std::array kCore{
    &MarketConfig::vat,
    &MarketConfig::jug,
    &MarketConfig::spotter,
    &MarketConfig::dog,
    &MarketConfig::vow,
    &MarketConfig::pot,
    &MarketConfig::end,
    &MarketConfig::esm,
};

/// They say much that nobody here asks for.
struct Around {
    Address MarketConfig::* member;
    Role role;
};

constexpr std::array kAround{
    Around{.member = &MarketConfig::dai, .role = Role::kToken},
    Around{.member = &MarketConfig::usds, .role = Role::kToken},
    Around{.member = &MarketConfig::susds, .role = Role::kSavings},
    Around{.member = &MarketConfig::stusds, .role = Role::kSavings},
    Around{.member = &MarketConfig::dai_usds, .role = Role::kConverter},
    Around{.member = &MarketConfig::lockstake_engine, .role = Role::kLockstake},
};

void add_contract(eth::LogClause& clause, const Address& contract) {
    if (!contract.is_zero()) {
        clause.contracts.push_back(contract);
    }
}

/// Some words of the contracts around the core: one clause, as each is a request.
eth::LogClause around(const MarketConfig& config) {
    eth::LogClause out;
    for (const Around& one : kAround) {
        if (!(config.*one.member).is_zero()) {
            add_contract(out, config.*one.member);
            add_words(out.topics0, one.role);
        }
    }
    for (const Psm& psm : config.psms) {
        add_contract(out, psm.psm);
        add_contract(out, psm.gem);
        add_words(out.topics0, Role::kPsm);
        add_words(out.topics0, Role::kToken);
    }
    return out;
}

}  // namespace

Folded fold(Transition& at, Role role) {
    const Vocabulary words = vocabulary(role);
    if (at.log.topics.empty()) {
        return {.error = {}, .unknown = words.whole};
    }
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

eth::LogFilter wanted_logs(std::span<const MarketConfig> configs) {
    std::vector<eth::LogClause> clauses(1);
    for (const Role role : kFound) {
        add_words(clauses.front().topics0, role);
    }
    std::ranges::move(pause_topics(), std::back_inserter(clauses.front().topics0));
    eth::LogClause core;
    eth::LogClause rest;
    std::vector<Address> outspoken;
    for (const MarketConfig& config : configs) {
        for (const auto member : kCore) {
            add_contract(core, config.*member);
        }
        eth::LogClause more = around(config);
        std::ranges::move(more.contracts, std::back_inserter(rest.contracts));
        std::ranges::move(more.topics0, std::back_inserter(rest.topics0));
        outspoken.push_back(config.vat);
    }
    for (eth::LogClause* clause : {&core, &rest}) {
        if (!clause->contracts.empty()) {
            clauses.push_back(std::move(*clause));
        }
    }
    return eth::LogFilter(std::move(clauses), std::move(outspoken));
}

}  // namespace faultline::maker
