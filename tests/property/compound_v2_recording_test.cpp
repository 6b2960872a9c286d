// SPDX-License-Identifier: Apache-2.0
// The fold against what the contracts of Compound V2 and Venus answered, without the engine.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/told_events.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

struct Recording {
    const char* tape;
    std::size_t answers;   ///< Of the contracts, all equal.
    std::size_t reverted;  ///< Blocks that were orphaned.
    std::size_t notices;   ///< Of what is new on the chain.
    std::size_t prices;    ///< Found to be 0.
};

constexpr Recording kCompound{
    .tape = "compoundv2-s1", .answers = 46'220, .reverted = 27, .notices = 8, .prices = 2
};
constexpr Recording kVenus{
    .tape = "devnet-mini", .answers = 2'772, .reverted = 5, .notices = 4, .prices = 0
};

/// What the tapes have no answer to, and rows tell as well: rates and cash are held to the
/// contracts only where somebody answers. Venus' prices, before its feeds have any.
const std::set<std::string> kUnanswered{
    "selector 0xf851a440",  // admin(): whose timelock it is, which is in no figure
    "baseRatePerBlock()",
    "borrowRatePerBlock()",
    "dsrPerBlock()",
    "exchangeRateStored()",
    "getCash()",
    "getUnderlyingPrice(address)",
    "jumpMultiplierPerBlock()",
    "kink()",
    "multiplierPerBlock()",
};

/// Folds the next block; the incidents of it, by kind.
struct Told {
    std::size_t notices = 0;
    std::size_t anomalies = 0;
    std::size_t degrading = 0;

    void add(const std::vector<protocol::Incident>& incidents) {
        for (const protocol::Incident& incident : incidents) {
            notices += incident.kind == protocol::IncidentKind::kNotice ? 1 : 0;
            anomalies += incident.kind == protocol::IncidentKind::kAnomaly ? 1 : 0;
            degrading += incident.kind == protocol::IncidentKind::kDegrades ? 1 : 0;
        }
    }
};

/// Of the market's own contracts, in the order of the tape: where a log can be left out.
struct OwnLog {
    eth::BlockRef block;
    std::uint32_t log_index = 0;
    Hash32 topic0;
};

/// No interest: the next log of the kind says all that it said. Nor what is told alone.
bool says_nothing_lasting(const eth::Log& log) {
    if (protocol::find_told(compound_v2::other_activities(), log.topics[0]) != nullptr) {
        return true;  // It is no matter of the rows.
    }
    if (const auto event = compound_v2::events::AccrueInterest::decode(log)) {
        return event->get<"interestAccumulated">().is_zero();
    }
    const auto event = compound_v2::events::FirstAccrueInterest::decode(log);
    return event && event->get<"interestAccumulated">().is_zero();
}

std::vector<OwnLog> own_logs(const char* tape) {
    CTokenReplay of(tape);
    std::set<Address> own{*Address::from_hex(*of.replay.manifest().find("ctoken.unitroller"))};
    for (const auto& [path, value] : of.replay.manifest().facts) {
        if (path.starts_with("ctoken.markets.") && path.ends_with(".cToken")) {
            own.insert(*Address::from_hex(value));
        }
    }
    std::vector<OwnLog> logs;
    while (auto block = of.replay.next()) {
        const std::size_t height = block->header.ref.number;
        std::erase_if(logs, [&](const OwnLog& log) { return log.block.number >= height; });
        for (std::size_t i = 0; i < block->logs.size(); ++i) {
            const eth::Log log = block->logs[i];
            if (own.contains(log.address) && !says_nothing_lasting(log)) {
                logs.push_back(
                    {.block = block->header.ref, .log_index = log.log_index, .topic0 = log.topics[0]
                    }
                );
            }
        }
        of.replay.apply(*block);
    }
    return logs;
}

void leave_out(rpc::RecordedBlock& block, const OwnLog& dropped) {
    eth::LogList kept;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        if (block.header.ref != dropped.block || block.logs[i].log_index != dropped.log_index) {
            kept.add(block.logs[i]);
        }
    }
    block.logs = kept;
}

/// The log with a byte of its data changed, or without its end.
void alter(rpc::RecordedBlock& block, const OwnLog& altered, std::size_t how) {
    eth::LogList changed;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        eth::Log log = block.logs[i];
        Bytes data(log.data.begin(), log.data.end());
        if (block.header.ref == altered.block && log.log_index == altered.log_index) {
            if (how % 5 == 0) {
                data.resize(data.size() / 2);
            } else {
                data[(how * 7) % data.size()] ^= static_cast<std::uint8_t>(1U << (how % 8));
            }
        }
        log.data = data;
        changed.add(log);
    }
    block.logs = changed;
}

/// Whether anything tells that the log is missing.
bool is_found_out(const char* tape, const OwnLog& dropped) {
    CTokenReplay of(tape);
    ViewTally tally;
    Told told;
    bool law_broken = false;
    while (auto block = of.replay.next()) {
        leave_out(*block, dropped);
        told.add(of.replay.apply(*block));
        law_broken = law_broken || !of.replay.protocol().broken_laws().empty();
        of.replay.compare(*block, tally);
        if (tally.different + told.degrading > 0 || law_broken) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("every view real cToken markets were asked equals ours, through reorgs") {
    const Recording recording = GENERATE(kCompound, kVenus);
    CTokenReplay of(recording.tape);
    ViewTally tally;
    Told told;
    while (auto block = of.replay.next()) {
        INFO(recording.tape << ", block " << block->header.ref.number);
        told.add(of.replay.apply(*block));
        for (const protocol::BrokenLaw& law : of.replay.protocol().broken_laws()) {
            FAIL(law.law << ": " << law.text);
        }
        of.replay.compare(*block, tally);
    }
    WARN(recording.tape << ": " << tally.equal << " answers of the contracts are equal");
    CHECK(tally.different == 0);
    CHECK(tally.equal == recording.answers);
    CHECK(tally.left_out.empty());
    CHECK(tally.words_withheld.empty());
    CHECK(std::ranges::none_of(tally.foreign, [](const auto& one) {
        return one.first.starts_with("ctoken.") || one.first.starts_with("cToken.");
    }));
    CHECK(of.replay.reverted() == recording.reverted);
    CHECK(of.replay.quarantine().total() == 0);
    CHECK(told.notices == recording.notices);
    CHECK(told.anomalies == recording.prices);
    CHECK(told.degrading == 0);
    for (const auto& [call, count] : of.replay.holes()) {
        INFO(call << ", " << count << " times");
        CHECK(kUnanswered.contains(call));
    }
}

TEST_CASE("a recording of cToken markets with one log left out is not equal any more") {
    const std::vector<OwnLog> logs = own_logs(kCompound.tape);
    REQUIRE(logs.size() > 2'000);
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < logs.size(); i += 61) {
        INFO(
            "without log " << logs[i].log_index << " of block " << logs[i].block.number << ", "
                           << logs[i].topic0.hex()
        );
        CHECK(is_found_out(kCompound.tape, logs[i]));
        ++dropped;
    }
    WARN(dropped << " logs left out, one at a time");
}

TEST_CASE("no altered log of a cToken market brings its followers down") {
    const std::vector<OwnLog> logs = own_logs(kCompound.tape);
    std::size_t degraded = 0;
    std::size_t altered = 0;
    for (std::size_t i = 0; i < logs.size(); i += 43) {
        CTokenReplay of(kCompound.tape);
        while (auto block = of.replay.next()) {
            alter(*block, logs[i], i);
            of.replay.apply(*block);
            const protocol::At at{
                .number = block->header.ref.number, .timestamp = block->header.timestamp
            };
            static_cast<void>(of.replay.protocol().market_sheet(0, at));
            of.replay.protocol().health(0, at)->each_indebted([](const auto&, const auto&) {});
            ViewTally tally;
            of.replay.compare(*block, tally);
            if (at.number > logs[i].block.number + 20) {
                break;
            }
        }
        degraded += of.replay.protocol().degraded(0).empty() ? 0 : 1;
        ++altered;
    }
    WARN(degraded << " of " << altered << " altered logs degrade the market");
    CHECK(degraded > altered / 3);
}

}  // namespace faultline::tests
