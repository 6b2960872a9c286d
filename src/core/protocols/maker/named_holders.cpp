// SPDX-License-Identifier: Apache-2.0
// Whom the logs of Vat and Pot name: every holder there can be, and every ilk.
#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::maker {
namespace {

using protocol::Holder;

/// The places of arguments that are addresses, by what they have there.
struct NamingNote {
    Hash32 topic0;
    bool has_ilk = false;  ///< The first argument.
    std::array<std::optional<std::size_t>, 2> urns;
    std::array<std::optional<std::size_t>, 2> accounts;
};

constexpr std::optional<std::size_t> kNobody;

constexpr std::array kVatNotes{
    NamingNote{
        .topic0 = note_topic<"rely(address)">(),
        .has_ilk = false,
        .urns = {kNobody, kNobody},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"init(bytes32)">(),
        .has_ilk = true,
        .urns = {kNobody, kNobody},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"file(bytes32,bytes32,uint256)">(),
        .has_ilk = true,
        .urns = {kNobody, kNobody},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"slip(bytes32,address,int256)">(),
        .has_ilk = true,
        .urns = {1, kNobody},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"flux(bytes32,address,address,uint256)">(),
        .has_ilk = true,
        .urns = {1, 2},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"move(address,address,uint256)">(),
        .has_ilk = false,
        .urns = {kNobody, kNobody},
        .accounts = {0, 1}
    },
    NamingNote{
        .topic0 = note_topic<"frob(bytes32,address,address,address,int256,int256)">(),
        .has_ilk = true,
        .urns = {1, 2},
        .accounts = {3, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"fork(bytes32,address,address,int256,int256)">(),
        .has_ilk = true,
        .urns = {1, 2},
        .accounts = {kNobody, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"grab(bytes32,address,address,address,int256,int256)">(),
        .has_ilk = true,
        .urns = {1, 2},
        .accounts = {3, kNobody}
    },
    NamingNote{
        .topic0 = note_topic<"suck(address,address,uint256)">(),
        .has_ilk = false,
        .urns = {kNobody, kNobody},
        .accounts = {0, 1}
    },
    NamingNote{
        .topic0 = note_topic<"fold(bytes32,address,int256)">(),
        .has_ilk = true,
        .urns = {kNobody, kNobody},
        .accounts = {1, kNobody}
    },
};

constexpr std::array kPotTopics{note_topic<"join(uint256)">(), note_topic<"exit(uint256)">()};

std::vector<Holder> named_by_vat(const eth::Log& log) {
    const auto known = std::ranges::find(kVatNotes, log.topics[0], &NamingNote::topic0);
    const auto note = decode_note(NoteKind::kVat, log);
    if (known == kVatNotes.end() || !note) {
        return {};
    }
    if (log.topics[0] == note_topic<"rely(address)">()) {
        return {{.account = note->address(0), .part = ward_part()}};
    }
    std::vector<Holder> out;
    if (known->has_ilk) {
        if (note->bytes32(0) == ward_part()) {
            return {};  // Anybody may name what is no ilk, as nothing of it moves.
        }
        // Nobody's: so that the ilk is known.
        out.push_back({.account = {}, .part = note->bytes32(0)});
    }
    if (log.topics[0] == note_topic<"init(bytes32)">()) {
        out.push_back({.account = everybody(), .part = note->bytes32(0)});
    }
    for (const auto& place : known->urns) {
        if (place) {
            out.push_back({.account = note->address(*place), .part = note->bytes32(0)});
        }
    }
    for (const auto& place : known->accounts) {
        if (place) {
            out.push_back({.account = note->address(*place), .part = {}});
        }
    }
    return out;
}

}  // namespace

std::vector<Hash32> MakerProtocol::holder_topics() const {
    std::vector<Hash32> out(kPotTopics.begin(), kPotTopics.end());
    for (const NamingNote& note : kVatNotes) {
        out.push_back(note.topic0);
    }
    std::ranges::sort(out);
    return out;
}

std::vector<Address> MakerProtocol::holder_sources(MarketId market) const {
    std::vector<Address> out{config(market).vat};
    if (!config(market).pot.is_zero()) {
        out.push_back(config(market).pot);
    }
    return out;
}

std::vector<Holder> MakerProtocol::named_holders(const eth::Log& log) const {
    for (const MarketConfig& config : configs_) {
        if (log.address == config.vat && !log.topics.empty()) {
            return named_by_vat(log);
        }
        if (log.address != config.pot || log.topics.empty() ||
            std::ranges::find(kPotTopics, log.topics[0]) == kPotTopics.end()) {
            continue;
        }
        if (const auto note = decode_note(NoteKind::kLib, log)) {
            return {{.account = note->sender, .part = {}}};
        }
    }
    return {};
}

}  // namespace faultline::maker
