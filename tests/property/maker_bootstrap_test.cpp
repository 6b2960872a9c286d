// SPDX-License-Identifier: Apache-2.0
// A Maker market read at one block of a recording from what its contracts answered there, and
// folded on from there.
#include "core/protocols/maker/view_calls.hpp"
#include "property/maker_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

using protocol::Holder;

Bytes bytes_of(const std::vector<U256>& words) {
    Bytes out;
    for (const U256& word : words) {
        const auto bytes = word.to_be_bytes();
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
}

/// Answers as the contracts did at that block, and else as `otherwise` says; nullopt reverts.
class ToldNode {
  public:
    using Otherwise = std::function<std::optional<Bytes>(const eth::Read& read)>;

    ToldNode(const rpc::RecordedBlock& block, Otherwise otherwise)
        : otherwise_(std::move(otherwise)) {
        for (const rpc::RecordedView& truth : block.truth) {
            told_.emplace(truth.answer.read, truth.answer);
        }
    }

    /// Reads until it is done; the first error otherwise.
    Result<void> read_all(protocol::MarketReading& reading) {
        while (!reading.calls().empty()) {
            std::vector<eth::ReadAnswer> answers;
            for (const eth::Read& read : reading.calls()) {
                answers.push_back(answer(read));
            }
            FAULTLINE_TRY_VOID(reading.take(answers));
        }
        return {};
    }

    std::size_t from_truth = 0;
    std::map<std::string, std::size_t> by_ours;  ///< Calls that the recording did not make.

  private:
    eth::ReadAnswer answer(const eth::Read& read) {
        if (const auto found = told_.find(read); found != told_.end()) {
            ++from_truth;
            return found->second;
        }
        ++by_ours[std::string(maker::view_signature(read.data).value_or("?"))];
        const auto result = otherwise_(read);
        return {
            .read = read, .outcome = eth::outcome_of(!result), .result = result.value_or(Bytes())
        };
    }

    Otherwise otherwise_;
    std::map<eth::Read, eth::ReadAnswer> told_;
};

/// What the folded rows answer; zero for what they do not tell.
ToldNode::Otherwise by_rows(const ProtocolReplay& replay, const rpc::RecordedBlock& block) {
    const std::shared_ptr<protocol::Views> views = replay.protocol().views(
        {.number = block.header.ref.number, .timestamp = block.header.timestamp},
        protocol::Trust::kAsFolded
    );
    return [views](const eth::Read& read) -> std::optional<Bytes> {
        const auto ours = views->answer(read);
        if (!ours || !ours->ok()) {
            const auto name = maker::view_signature(read.data);
            const bool of_curve = name == "tau()" || name == "cut()" || name == "step()";
            return of_curve ? std::nullopt : std::optional(bytes_of({U256()}));
        }
        std::vector<U256> words;
        if (ours->value.array) {
            words.emplace_back(32);
        }
        for (const auto& word : ours->value.words) {
            words.push_back(word.value_or(U256()));
        }
        return bytes_of(words);
    };
}

/// All holders, and one of nobody for every ilk.
std::vector<Holder> holders_of(const protocol::Protocol& protocol) {
    std::set<Holder> out;
    protocol.each_holder(0, [&](const Holder& holder) { out.insert(holder); });
    for (const protocol::Subject& part : protocol.parts(0)) {
        out.insert(part.holder);
    }
    return {out.begin(), out.end()};
}

protocol::ReadingOptions options_of(
    const rpc::RecordedBlock& block, std::vector<Holder> holders, std::size_t known = 0
) {
    return {
        .market = 0,
        .block = block.header.ref,
        .timestamp = block.header.timestamp,
        .holders = std::move(holders),
        .holders_known = known
    };
}

/// Folds until the n-th block whose accounts were recorded.
std::optional<rpc::RecordedBlock> sampled(ProtocolReplay& replay, std::size_t n) {
    constexpr std::size_t kWorkload = 300;
    while (auto block = replay.next()) {
        static_cast<void>(replay.apply(*block));
        if (block->truth.size() > kWorkload && n-- == 0) {
            return block;
        }
    }
    return std::nullopt;
}

/// Rows of urns, accounts, sins, auctions and sums of ilks.
std::vector<ledger::RowChange> holdings(const std::vector<ledger::RowChange>& rows) {
    const std::set<ledger::TableId> wanted{0x0603, 0x0604, 0x0605, 0x060a, 0x0618};
    std::vector<ledger::RowChange> out;
    for (const ledger::RowChange& row : rows) {
        if (wanted.contains(row.table)) {
            out.push_back(row);
        }
    }
    return out;
}

/// A market of its own.
struct ReadMarket {
    explicit ReadMarket(const tape::Manifest& manifest)
        : deployment(deploy_dss(manifest)), protocol(deployment->open(ledger, quarantine, 0)) {}

    std::unique_ptr<protocol::Deployment> deployment;
    ledger::Ledger ledger;
    protocol::Quarantine quarantine{ledger};
    std::unique_ptr<protocol::Protocol> protocol;
};

struct Followed {
    ViewTally tally;
    std::size_t blocks = 0;
};

/// Folds to the end; nothing may go wrong.
Followed follow(ProtocolReplay& replay) {
    Followed out;
    while (auto block = replay.next()) {
        for (const protocol::Incident& incident : replay.apply(*block)) {
            INFO(incident.text);
            CHECK(incident.kind == protocol::IncidentKind::kNotice);
        }
        CHECK(replay.protocol().broken_laws().empty());
        replay.compare(*block, out.tally);
        ++out.blocks;
    }
    CHECK(out.tally.different == 0);
    return out;
}

}  // namespace

TEST_CASE("a Maker market read by calls is the one folded from logs, and goes on as it does") {
    // The last sample before a reorg goes back below it would end the recording.
    const std::size_t sample = GENERATE(2U, 14U, 24U, 36U);
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    const auto block = sampled(replay, sample);
    REQUIRE(block);
    INFO("block " << block->header.ref.text());
    ToldNode node(*block, by_rows(replay, *block));
    ReadMarket read(replay.manifest());
    const auto reading =
        read.protocol->read_market(options_of(*block, holders_of(replay.protocol())));
    CHECK(reading->of_market());
    const auto done = node.read_all(*reading);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK_FALSE(reading->of_market());
    CHECK(reading->holders_known() == reading->holders_compared());
    CHECK(node.from_truth > 300);
    CHECK(holdings(read.ledger.dump()) == holdings(replay.dump()));
    CHECK(read.protocol->broken_laws().empty());

    replay.adopt(read.ledger.dump());
    ViewTally tally;
    replay.compare(*block, tally);
    CHECK(tally.different == 0);
    CHECK(tally.equal > 300);
    const Followed rest = follow(replay);
    CHECK(rest.blocks > 0);
    CHECK(rest.tally.equal > rest.blocks);
}

TEST_CASE("a reading of Maker that was broken off goes on with the holder after the last") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    const auto block = sampled(replay, 20);
    REQUIRE(block);
    const std::vector<Holder> holders = holders_of(replay.protocol());
    ReadMarket whole(replay.manifest());
    ToldNode node(*block, by_rows(replay, *block));
    const auto first = whole.protocol->read_market(options_of(*block, holders));
    REQUIRE(node.read_all(*first));

    const auto again = whole.protocol->read_market(options_of(*block, holders, holders.size() - 3));
    REQUIRE(node.read_all(*again));
    CHECK(again->holders_known() == holders.size());
    CHECK(holdings(whole.ledger.dump()) == holdings(replay.dump()));
}

TEST_CASE("a Maker market is not read with a holder missing") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    const auto block = sampled(replay, 20);
    REQUIRE(block);
    std::vector<Holder> holders = holders_of(replay.protocol());
    const auto views = replay.protocol().health(
        0, {.number = block->header.ref.number, .timestamp = block->header.timestamp}
    );
    const auto indebted = std::ranges::find_if(holders, [&](const Holder& holder) {
        return views->has_debt(holder);
    });
    REQUIRE(indebted != holders.end());
    holders.erase(indebted);
    ReadMarket read(replay.manifest());
    ToldNode node(*block, by_rows(replay, *block));
    const auto reading = read.protocol->read_market(options_of(*block, holders));
    const auto done = node.read_all(*reading);
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == Code::kRejected);
    CHECK(done.error().message().find("the listed holders have") != std::string::npos);
}

TEST_CASE("logs name every holder that a fold knows of Maker") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    const std::vector<Hash32> topics = replay.protocol().holder_topics();
    CHECK(std::ranges::is_sorted(topics));
    const std::vector<Address> sources = replay.protocol().holder_sources(0);
    std::set<Holder> named;
    while (auto block = replay.next()) {
        for (std::size_t i = 0; i < block->logs.size(); ++i) {
            const eth::Log log = block->logs[i];
            if (std::ranges::binary_search(topics, log.topics[0]) &&
                std::ranges::find(sources, log.address) != sources.end()) {
                for (const Holder& holder : replay.protocol().named_holders(log)) {
                    named.insert(holder);
                }
            }
        }
        static_cast<void>(replay.apply(*block));
    }
    for (const Holder& holder : holders_of(replay.protocol())) {
        INFO(holder.account.hex() << " " << holder.part.hex());
        CHECK(named.contains(holder));
    }
}

namespace {

/// Maker of the devnet, which is in its first block.
std::unique_ptr<protocol::Deployment> deploy_devnet(const tape::Manifest& manifest) {
    maker::MarketConfig config;
    config.name = "devnet";
    config.vat = address_at(manifest, "maker.vat");
    config.jug = address_at(manifest, "maker.jug");
    config.spotter = address_at(manifest, "maker.spot");
    config.dog = address_at(manifest, "maker.dog");
    config.vow = address_at(manifest, "maker.vow");
    config.pot = address_at(manifest, "maker.pot");
    config.dai = address_at(manifest, "maker.dai");
    config.dai_join = address_at(manifest, "maker.daiJoin");
    config.end = address_at(manifest, "maker.end");
    return std::make_unique<maker::Deployment>(std::vector{config});
}

/// What nobody asked of the contracts in the first block, where nobody has used them yet: they
/// live, and nothing is there.
std::optional<Bytes> of_unused(const eth::Read& read) {
    const std::string name(maker::view_signature(read.data).value_or(""));
    if (name == "live()") {
        return bytes_of({U256(1)});
    }
    if (name == "list()") {
        return bytes_of({U256(32), U256()});
    }
    const bool of_curve = name == "tau()" || name == "cut()" || name == "step()";
    return of_curve ? std::nullopt : std::optional(bytes_of({U256(), U256()}));
}

}  // namespace

TEST_CASE("Maker in a devnet's first block is read there and followed as its contracts go on") {
    ProtocolReplay replay("devnet-mini", deploy_devnet);
    auto block = replay.next();
    REQUIRE(block);
    static_cast<void>(replay.apply(*block));
    CHECK_FALSE(replay.protocol().usable(0).ok());
    std::vector<Holder> holders;
    for (const char* ilk : {"ETH-B", "ETH-C", "LINK-A"}) {
        Hash32 part;
        std::ranges::copy(std::string(ilk), part.bytes.begin());
        holders.push_back({.account = {}, .part = part});
    }
    ToldNode node(*block, of_unused);
    const auto reading = replay.protocol().read_market(options_of(*block, holders));
    const auto done = node.read_all(*reading);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK(node.from_truth == 82);
    static_cast<void>(replay.ledger().seal());
    ViewTally first;
    replay.compare(*block, first);
    CHECK(first.different == 0);
    CHECK(first.equal == 62);
    CHECK(first.left_out.empty());

    const Followed rest = follow(replay);
    CHECK(rest.tally.equal == 709);
    CHECK(rest.tally.left_out.empty());
    CHECK(replay.quarantine().total() == 0);
}

}  // namespace faultline::tests
