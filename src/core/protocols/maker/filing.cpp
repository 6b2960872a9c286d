// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/filing.hpp"

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::maker {
namespace {

using protocol::Numbers;

struct Unit {
    std::string_view what;
    Numbers numbers;
};

/// Parameters that are no plain numbers, whatever contract has them.
constexpr std::array kUnits{
    Unit{.what = "Line", .numbers = Numbers::kRad}, Unit{.what = "line", .numbers = Numbers::kRad},
    Unit{.what = "dust", .numbers = Numbers::kRad}, Unit{.what = "Hole", .numbers = Numbers::kRad},
    Unit{.what = "hole", .numbers = Numbers::kRad}, Unit{.what = "tip", .numbers = Numbers::kRad},
    Unit{.what = "sump", .numbers = Numbers::kRad}, Unit{.what = "bump", .numbers = Numbers::kRad},
    Unit{.what = "hump", .numbers = Numbers::kRad}, Unit{.what = "mat", .numbers = Numbers::kRay},
    Unit{.what = "par", .numbers = Numbers::kRay},  Unit{.what = "duty", .numbers = Numbers::kRay},
    Unit{.what = "base", .numbers = Numbers::kRay}, Unit{.what = "dsr", .numbers = Numbers::kRay},
    Unit{.what = "ssr", .numbers = Numbers::kRay},  Unit{.what = "str", .numbers = Numbers::kRay},
    Unit{.what = "cusp", .numbers = Numbers::kRay}, Unit{.what = "chop", .numbers = Numbers::kWad},
    Unit{.what = "chip", .numbers = Numbers::kWad}, Unit{.what = "tin", .numbers = Numbers::kWad},
    Unit{.what = "tout", .numbers = Numbers::kWad}, Unit{.what = "dump", .numbers = Numbers::kWad},
    Unit{.what = "cap", .numbers = Numbers::kWad},
};

std::string in_unit(const Hash32& what, const U256& number) {
    for (const Unit& unit : kUnits) {
        if (is_text(what, unit.what)) {
            return protocol::shown(number, unit.numbers);
        }
    }
    return number.to_string();
}

std::optional<Filing> of_event(const eth::Log& log) {
    if (const auto filed = events::FileUint::decode(log)) {
        return Filing{
            .ilk = std::nullopt,
            .what = filed->get<"what">(),
            .number = filed->get<"data">(),
            .address = {}
        };
    }
    if (const auto filed = events::FileAddress::decode(log)) {
        return Filing{
            .ilk = std::nullopt,
            .what = filed->get<"what">(),
            .number = std::nullopt,
            .address = filed->get<"data">()
        };
    }
    if (const auto filed = events::FileIlkUint::decode(log)) {
        return Filing{
            .ilk = filed->get<"ilk">(),
            .what = filed->get<"what">(),
            .number = filed->get<"data">(),
            .address = {}
        };
    }
    if (const auto filed = events::FileIlkClip::decode(log)) {
        return Filing{
            .ilk = filed->get<"ilk">(),
            .what = filed->get<"what">(),
            .number = std::nullopt,
            .address = filed->get<"clip">()
        };
    }
    return std::nullopt;
}

std::optional<Filing> of_note(Role role, const eth::Log& log) {
    const Hash32& topic = log.topics[0];
    const bool of_ilk = topic == note_topic<"file(bytes32,bytes32,uint256)">() ||
                        topic == note_topic<"file(bytes32,bytes32,address)">();
    const bool number = topic == note_topic<"file(bytes32,bytes32,uint256)">() ||
                        topic == note_topic<"file(bytes32,uint256)">();
    if (!of_ilk && !number && topic != note_topic<"file(bytes32,address)">()) {
        return std::nullopt;
    }
    const auto note = decode_note(role == Role::kVat ? NoteKind::kVat : NoteKind::kLib, log);
    if (!note) {
        return std::nullopt;
    }
    Filing out;
    if (of_ilk) {
        out.ilk = note->bytes32(0);
    }
    const std::size_t at = of_ilk ? 1 : 0;
    out.what = note->bytes32(at);
    if (number) {
        out.number = note->word(at + 1);
    } else {
        out.address = note->address(at + 1);
    }
    return out;
}

/// What a row has of a parameter, by its name.
template <class Row>
struct Known {
    std::string_view what;
    U256 Row::* member;
};

template <class Row, std::size_t N>
std::optional<U256> known_of(
    const Row* row, const std::array<Known<Row>, N>& known, const Hash32& what
) {
    for (const Known<Row>& one : known) {
        if (row != nullptr && is_text(what, one.what)) {
            return row->*one.member;
        }
    }
    return std::nullopt;
}

std::optional<U256> of_ilk_before(
    const Tables& tables, MarketId market, const Hash32& ilk, const Hash32& what
) {
    static constexpr std::array kKnown{
        Known<IlkRow>{.what = "line", .member = &IlkRow::line_rad},
        Known<IlkRow>{.what = "dust", .member = &IlkRow::dust_rad},
        Known<IlkRow>{.what = "mat", .member = &IlkRow::mat_ray},
        Known<IlkRow>{.what = "duty", .member = &IlkRow::duty_ray},
        Known<IlkRow>{.what = "chop", .member = &IlkRow::chop_wad},
        Known<IlkRow>{.what = "hole", .member = &IlkRow::hole_rad},
    };
    return known_of(tables.ilks.find({.market = market, .ilk = ilk}), kKnown, what);
}

std::optional<U256> of_system_before(
    const Tables& tables, MarketId market, Role role, const Address& emitter, const Hash32& what
) {
    static constexpr std::array kSystem{
        Known<SystemRow>{.what = "Line", .member = &SystemRow::line_rad},
        Known<SystemRow>{.what = "base", .member = &SystemRow::base_ray},
        Known<SystemRow>{.what = "par", .member = &SystemRow::par_ray},
        Known<SystemRow>{.what = "Hole", .member = &SystemRow::hole_rad},
    };
    static constexpr std::array kPsm{
        Known<PsmRow>{.what = "tin", .member = &PsmRow::tin_wad},
        Known<PsmRow>{.what = "tout", .member = &PsmRow::tout_wad},
        Known<PsmRow>{.what = "buf", .member = &PsmRow::buf_wad},
    };
    static constexpr std::array kSavings{
        Known<SavingsRow>{.what = "ssr", .member = &SavingsRow::rate_ray},
        Known<SavingsRow>{.what = "str", .member = &SavingsRow::rate_ray},
    };
    static constexpr std::array kClip{
        Known<ClipRow>{.what = "tail", .member = &ClipRow::tail_s},
        Known<ClipRow>{.what = "cusp", .member = &ClipRow::cusp_ray},
        Known<ClipRow>{.what = "chip", .member = &ClipRow::chip_wad},
        Known<ClipRow>{.what = "tip", .member = &ClipRow::tip_rad},
        Known<ClipRow>{.what = "stopped", .member = &ClipRow::stopped},
    };
    static constexpr std::array kPot{Known<PotRow>{.what = "dsr", .member = &PotRow::dsr_ray}};
    const ContractKey key{.market = market, .contract = emitter};
    switch (role) {
        case Role::kVat:
        case Role::kJug:
        case Role::kSpotter:
        case Role::kDog:
            return known_of(tables.systems.find({market}), kSystem, what);
        case Role::kPot:
            return known_of(tables.pots.find({market}), kPot, what);
        case Role::kPsm:
            return known_of(tables.psms.find(key), kPsm, what);
        case Role::kSavings:
            return known_of(tables.savings.find(key), kSavings, what);
        case Role::kClip: {
            const ClipRow* clip = tables.clips.find(key);
            return known_of(clip != nullptr && clip->unread ? nullptr : clip, kClip, what);
        }
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string Filing::text() const {
    return "file(" + (ilk ? "ilk " + text_of(*ilk) + ", " : std::string()) + text_of(what) + " " +
           (number ? in_unit(what, *number) : address.hex()) + ")";
}

std::optional<Filing> filing_of(Role role, const eth::Log& log) {
    auto filing = of_event(log);
    return filing ? filing : of_note(role, log);
}

std::string filed_before(
    const Tables& tables, MarketId market, Role role, const Address& emitter, const Filing& filing
) {
    if (role == Role::kSpotter && filing.ilk && is_text(filing.what, "pip")) {
        const IlkRow* ilk = tables.ilks.find({.market = market, .ilk = *filing.ilk});
        return ilk == nullptr || ilk->pip.is_zero() ? std::string() : "; was " + ilk->pip.hex();
    }
    const auto was = filing.ilk ? of_ilk_before(tables, market, *filing.ilk, filing.what)
                                : of_system_before(tables, market, role, emitter, filing.what);
    return was ? "; was " + in_unit(filing.what, *was) : std::string();
}

std::string contract_name(Role role) {
    constexpr std::array<std::string_view, 17> kNames{
        "nobody",
        "Vat",
        "Jug",
        "Spotter",
        "Dog",
        "Vow",
        "Pot",
        "End",
        "ESM",
        "a PSM",
        "savings",
        "a token",
        "DaiUsds",
        "LockstakeEngine",
        "a Clipper",
        "a price curve",
        "an oracle",
    };
    return std::string(kNames[static_cast<std::size_t>(role)]);
}

}  // namespace faultline::maker
