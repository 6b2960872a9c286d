// SPDX-License-Identifier: Apache-2.0
// Logs that no contract would emit, in the midst of a random life: the fold goes on, what it cannot
// take is quarantined and its market has no figures, and a reorg leaves nothing of it.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/engine_feed.hpp"
#include "property/aave_model/market_life.hpp"
#include "property/aave_model/tested_versions.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::uint64_t kSeeds = 12;
constexpr std::uint64_t kBlocks = 40;

/// A log that is in no list yet.
struct OwnLog {
    eth::Log log;
    std::vector<Hash32> topics;
    Bytes data;

    explicit OwnLog(const eth::Log& of)
        : log(of),
          topics(of.topics.begin(), of.topics.end()),
          data(of.data.begin(), of.data.end()) {}

    [[nodiscard]] eth::Log view() const {
        eth::Log out = log;
        out.topics = topics;
        out.data = data;
        return out;
    }
};

/// What no encoder of the event would write: too few topics, or a word of data too little. (Without
/// the zeros that fill the last word of a text, it can be read.)
void malform(OwnLog& log, Chance& chance) {
    if (log.topics.size() > 1 && (log.data.empty() || chance.one_in(3))) {
        log.topics.pop_back();
    } else if (!log.data.empty()) {
        log.data.resize(chance.below(log.data.size() - 31));
    }
}

/// Anything a contract could write, sense or no sense.
void scramble(OwnLog& log, Chance& chance) {
    static const std::vector<Hash32> topics = aave::Markets::topics();
    if (chance.one_in(4)) {
        log.topics[0] = topics[chance.below(topics.size())];
    }
    const std::uint64_t bytes = 1 + chance.below(8);
    for (std::uint64_t i = 0; i < bytes && !log.data.empty(); ++i) {
        log.data[chance.below(log.data.size())] = static_cast<std::uint8_t>(chance.below(256));
    }
    if (log.topics.size() > 1 && chance.one_in(3)) {
        Hash32& topic = log.topics[1 + chance.below(log.topics.size() - 1)];
        topic.bytes[31] = static_cast<std::uint8_t>(chance.below(256));
    }
}

/// The logs of a block with one of them changed, and without it.
struct Tampered {
    eth::LogList changed;
    eth::LogList without;
    std::uint32_t log_index = 0;
    std::string what;
};

Tampered tamper(const eth::LogList& logs, Chance& chance, bool malformed) {
    Tampered out;
    const std::size_t victim = chance.below(logs.size());
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (i != victim) {
            out.changed.add(logs[i]);
            out.without.add(logs[i]);
            continue;
        }
        OwnLog log(logs[i]);
        malformed ? malform(log, chance) : scramble(log, chance);
        out.log_index = log.log.log_index;
        out.what = "log " + std::to_string(out.log_index) + " of " + log.log.address.hex() + ", " +
                   log.topics[0].hex() + ": " + std::to_string(log.topics.size()) + " topics, " +
                   std::to_string(log.data.size()) + " bytes of " +
                   std::to_string(log.log.data.size());
        out.changed.add(log.view());
    }
    return out;
}

struct Counted {
    std::size_t quarantined = 0;
    std::size_t taken = 0;
};

bool holds(const protocol::Quarantine& quarantine, std::uint32_t log_index) {
    return std::ranges::any_of(quarantine.logs(0), [&](const protocol::QuarantinedLog& log) {
        return log.log_index == log_index;
    });
}

/// Applies the tampered block, judges what became of it, and takes it back.
void judge(
    EngineFeed& engine, const MarketLife& life, const Tampered& block, bool malformed, Counted& out
) {
    INFO(block.what);
    const auto before = engine.rows();
    engine.apply(life.contracts(), life.header(), block.changed);
    const auto after = engine.rows();
    const aave::MarketRow* row = engine.tables().markets.find({0});
    const bool degraded = row != nullptr && !row->degraded.empty();
    const bool quarantined = engine.quarantine().total() > 0;
    // Nothing that was left out leaves figures behind.
    CHECK((!quarantined || degraded));
    CHECK((!degraded || !aave::usability(row).ok()));
    out.quarantined += quarantined ? 1 : 0;
    out.taken += degraded ? 0 : 1;
    const bool kept = holds(engine.quarantine(), block.log_index);
    engine.undo();
    const bool gone = engine.rows() == before;
    CHECK(gone);
    if (malformed && !kept) {
        // It is none of ours: as if it were not there.
        engine.apply(life.contracts(), life.header(), block.without);
        const bool same = engine.rows() == after;
        CHECK(same);
        engine.undo();
    }
}

Counted live(Version version, bool malformed) {
    Counted out;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        MarketLife life(version, seed);
        Chance chance(seed);
        EngineFeed engine(version);
        for (std::uint64_t number = 1; number <= kBlocks; ++number) {
            life.next_block();
            INFO("Aave " << version_name(version) << ", seed " << seed << ", block " << number);
            const eth::LogList& logs = life.contracts().logs();
            if (number > 1 && !logs.empty()) {
                judge(engine, life, tamper(logs, chance, malformed), malformed, out);
            }
            const auto incidents = engine.apply(life.contracts(), life.header());
            REQUIRE(incidents.empty());
        }
        CHECK(engine.quarantine().total() == 0);
    }
    return out;
}

}  // namespace

TEST_CASE("a log that cannot be read is quarantined, or is none of the market's") {
    const Version version = GENERATE(from_range(kTestedVersions));
    const Counted counted = live(version, true);
    CHECK(counted.quarantined > 200);
}

TEST_CASE("whatever a log says, the fold goes on, and what it refuses leaves no figures") {
    const Version version = GENERATE(from_range(kTestedVersions));
    const Counted counted = live(version, false);
    CHECK(counted.quarantined > 100);
    CHECK(counted.taken > 50);
}

}  // namespace faultline::aave_model
