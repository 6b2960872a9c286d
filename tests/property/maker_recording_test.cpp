// SPDX-License-Identifier: Apache-2.0
// Maker folded from the logs of a recording, against what its contracts answered.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "property/maker_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::tests {
namespace {

/// Answers of the recording that the rows tell.
constexpr std::size_t kEqual = 19'577;

/// What the whole recording came to.
struct Outcome {
    ViewTally tally;
    std::size_t notices = 0;
    std::size_t degraded = 0;
    std::size_t broken_laws = 0;

    [[nodiscard]] bool right() const {
        return tally.different == 0 && degraded == 0 && broken_laws == 0;
    }
};

/// Folds a block and holds it to what the contracts said.
void fold(ProtocolReplay& replay, const rpc::RecordedBlock& block, Outcome& outcome) {
    for (const protocol::Incident& incident : replay.apply(block)) {
        const bool notice = incident.kind == protocol::IncidentKind::kNotice;
        outcome.notices += notice ? 1 : 0;
        outcome.degraded += notice ? 0 : 1;
    }
    outcome.broken_laws += replay.protocol().broken_laws().size();
    replay.compare(block, outcome.tally);
}

/// A log's kind: who says what.
using Kind = std::pair<Address, Hash32>;

std::map<Kind, std::size_t> kinds_of_logs() {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    std::map<Kind, std::size_t> out;
    while (auto block = replay.next()) {
        for (std::size_t i = 0; i < block->logs.size(); ++i) {
            ++out[{block->logs[i].address, block->logs[i].topics[0]}];
        }
        static_cast<void>(replay.apply(*block));
    }
    return out;
}

/// The recording without the n-th log of a kind, until the end or until it shows.
bool shows_when_missing(const Kind& kind, std::size_t n) {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    Outcome outcome;
    while (auto block = replay.next()) {
        eth::LogList kept;
        for (std::size_t i = 0; i < block->logs.size(); ++i) {
            const eth::Log log = block->logs[i];
            if (Kind{log.address, log.topics[0]} != kind || n-- != 0) {
                kept.add(log);
            }
        }
        block->logs = std::move(kept);
        fold(replay, *block, outcome);
        if (!outcome.right()) {
            return true;
        }
    }
    return outcome.tally.equal != kEqual;
}

/// Whether the log of that kind changes something that a view tells.
bool carries_state(const tape::Manifest& manifest, const Kind& kind) {
    const std::set<Hash32> silent{
        maker::events::Rely::kTopic0,
        maker::events::Poke::kTopic0,  // The Vat's note before it has the spot.
        maker::events::SellGem::kTopic0,
        maker::events::BuyGem::kTopic0,
        maker::events::LogValue::kTopic0,
        maker::note_topic<"rely(address)">(),
        maker::note_topic<"deny(address)">(),
        maker::note_topic<"hope(address)">(),
        maker::note_topic<"file(bytes32,address)">(),
    };
    const maker::MarketConfig config = dss_config(manifest);
    const auto& [emitter, topic] = kind;
    if (topic == maker::events::Transfer::kTopic0) {
        return emitter == config.dai || emitter == config.psms.front().gem;
    }
    if (topic == maker::events::FileAddress::kTopic0) {  // calc matters, the Vow does not.
        return emitter != config.dog && emitter != config.psms.front().psm;
    }
    // Its one file is of par, as it was before.
    const bool par =
        emitter == config.spotter && topic == maker::note_topic<"file(bytes32,uint256)">();
    return !par && !silent.contains(topic);
}

/// Of the market's one PSM.
protocol::Sheet psm_sheet(const protocol::Protocol& protocol, protocol::At at) {
    const protocol::Sheet market = protocol.market_sheet(0, at);
    const auto psms =
        std::ranges::find(market.lists, "psms", [](const auto& list) { return list.first; });
    REQUIRE(psms != market.lists.end());
    return psms->second.at(0);
}

const auto& value_of(const protocol::Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.entries, name, &protocol::SheetEntry::name);
    REQUIRE(found != sheet.entries.end());
    return found->value;
}

}  // namespace

TEST_CASE("Maker from its logs alone answers as its contracts did") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    Outcome outcome;
    while (auto block = replay.next()) {
        fold(replay, *block, outcome);
    }
    CHECK(replay.reverted() == 14);
    CHECK(outcome.tally.different == 0);
    CHECK(outcome.tally.equal == kEqual);
    CHECK(outcome.tally.foreign.empty());
    CHECK(outcome.tally.words_withheld.empty());
    CHECK(outcome.degraded == 0);
    CHECK(outcome.broken_laws == 0);
    CHECK(outcome.notices == 129);
    CHECK(replay.quarantine().total() == 0);

    const std::string chost =
        ".chost: upchost() logs nothing, and chost was not read at this block";
    const std::string vow = ": a Vow that notes nothing, and was not read at this block";
    CHECK(
        outcome.tally.left_out ==
        std::map<std::string, std::size_t>{
            {"clip.ETH-A" + chost, 44},
            {"clip.WSTETH-B" + chost, 44},
            {"clip.WBTC-A" + chost, 44},
            {"pot.rho: no log has the Pot's time before its first drip", 2},
            {"vow.Sin" + vow, 25},
            {"vow.Ash" + vow, 44},
            {"vow.wait" + vow, 44},
            {"vow.hump" + vow, 44},
            {"vow.sin: a Vow that notes nothing may have flogged it", 285},
        }
    );
}

TEST_CASE("What went through a LitePSM at every block is what its pocket has") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    std::size_t moved = 0;
    while (auto block = replay.next()) {
        static_cast<void>(replay.apply(*block));
        const protocol::Sheet psm = psm_sheet(
            replay.protocol(),
            {.number = block->header.ref.number, .timestamp = block->header.timestamp}
        );
        const auto& net = std::get<protocol::Signed>(value_of(psm, "net_gem_wei"));
        CHECK_FALSE(net.negative);
        CHECK(net.magnitude == std::get<U256>(value_of(psm, "gem")));
        const auto& fees_due = value_of(psm, "fees_due_wad");
        if (std::holds_alternative<U256>(fees_due)) {  // Where cut() does not revert.
            CHECK(std::get<U256>(value_of(psm, "fees_wei")) >= std::get<U256>(fees_due));
        }
        moved += net.magnitude.is_zero() ? 0 : 1;
    }
    CHECK(moved == 312);
}

TEST_CASE("What Maker's logs leave open is told once it is read") {
    const rpc::RecordedBlock* current = nullptr;
    ProtocolReplay replay(
        "maker-dss-s1",
        deploy_dss,
        [&current](const eth::Read& read) -> std::optional<eth::ReadAnswer> {
            for (const rpc::RecordedView& truth : current->truth) {
                if (truth.answer.read == read) {
                    return truth.answer;
                }
            }
            return std::nullopt;
        }
    );
    Outcome outcome;
    while (auto block = replay.next()) {
        current = &*block;
        fold(replay, *block, outcome);
    }
    CHECK(outcome.right());
    CHECK(outcome.tally.equal == 20'095);
    const std::string chost =
        ".chost: upchost() logs nothing, and chost was not read at this block";
    CHECK(
        outcome.tally.left_out ==
        std::map<std::string, std::size_t>{
            // Of clippers with no auction and no log, which are not asked.
            {"clip.ETH-A" + chost, 19},
            {"clip.WSTETH-B" + chost, 19},
            {"clip.WBTC-A" + chost, 20},
        }
    );
}

TEST_CASE("A recording of Maker without one of its logs is not told as it is") {
    const ProtocolReplay replay("maker-dss-s1", deploy_dss);
    std::size_t kinds = 0;
    for (const auto& [kind, count] : kinds_of_logs()) {
        const bool shows = shows_when_missing(kind, count / 2) ||
                           shows_when_missing(kind, count / 3) || shows_when_missing(kind, 0);
        INFO(kind.first.hex() << " " << kind.second.hex() << ", " << count << " logs");
        CHECK(shows == carries_state(replay.manifest(), kind));
        kinds += shows ? 1 : 0;
    }
    CHECK(kinds == 50);
}

}  // namespace faultline::tests
