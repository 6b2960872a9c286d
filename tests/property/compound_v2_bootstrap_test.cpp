// SPDX-License-Identifier: Apache-2.0
// Markets of cTokens read at one block of a recording from what their contracts answered there,
// and folded on from there.
#include "core/protocols/compound_v2/view_calls.hpp"
#include "property/compound_v2_node.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

/// A market to be read by calls, in rows of its own.
struct ReadMarket {
    explicit ReadMarket(const ProtocolReplay& replay)
        : deployment(deploy_ctokens(replay.manifest())),
          quarantine(ledger),
          protocol(deployment->open(ledger, quarantine, 0)) {}

    std::unique_ptr<protocol::MarketReading> begin(
        const rpc::RecordedBlock& block,
        std::vector<protocol::Holder> holders,
        std::size_t known = 0
    ) {
        return protocol->read_market(
            {.market = 0,
             .block = block.header.ref,
             .timestamp = block.header.timestamp,
             .holders = std::move(holders),
             .holders_known = known}
        );
    }

    std::unique_ptr<protocol::Deployment> deployment;
    ledger::Ledger ledger;
    protocol::Quarantine quarantine;
    std::unique_ptr<protocol::Protocol> protocol;
};

Result<void> read_all(protocol::MarketReading& reading, ToldNode& node) {
    while (!reading.calls().empty()) {
        FAULTLINE_TRY_VOID(reading.take(node.answer(reading.calls())));
    }
    return {};
}

/// Folds the rest of the tape, the leader first.
void follow_to_end(Leader& leader, ProtocolReplay& replay, ViewTally& tally) {
    while (auto next = replay.next()) {
        leader.follow(next->header.ref);
        replay.apply(*next);
        CHECK(replay.protocol().broken_laws().empty());
        CHECK(replay.protocol().degraded(0).empty());
        replay.compare(*next, tally);
    }
}

}  // namespace

TEST_CASE("a cToken market read by calls goes on as the one folded from logs") {
    const std::size_t sample = GENERATE(2U, 10U, 25U, 40U);
    const bool debts_answered = GENERATE(true, false);
    std::set<View> answered = Leader::kOfModels;
    answered.insert(View::kBorrowRate);
    if (debts_answered) {
        answered.insert(View::kDebtStored);
    }
    Leader leader;
    CTokenReplay read(kTape, [&](const eth::Read& asked) {
        return leader.answer(asked, answered);
    });
    const rpc::RecordedBlock block = leader.begin(sample);
    REQUIRE(sampled(read.replay, sample).header.ref == block.header.ref);
    INFO("block " << block.header.ref.text());
    const std::vector<protocol::Holder> holders = holders_of(leader.replay());
    REQUIRE(holders.size() > 20);
    ToldNode node(leader.replay(), block);
    ReadMarket market(leader.replay());
    const auto reading = market.begin(block, holders);
    CHECK(reading->of_market());
    const auto done = read_all(*reading, node);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK_FALSE(reading->of_market());
    CHECK(reading->holders_known() == holders.size());
    CHECK(reading->holders_compared() == holders.size());
    CHECK(market.protocol->holders(0) == holders.size());
    CHECK(market.protocol->broken_laws().empty());
    CHECK(node.from_truth > 250);
    read.replay.adopt(market.ledger.dump());
    ViewTally tally;
    read.replay.compare(block, tally);
    follow_to_end(leader, read.replay, tally);
    WARN("from block " << block.header.ref.number << ": " << tally.equal << " answers equal");
    CHECK(tally.different == 0);
    CHECK(tally.equal > 600);
    // What is owed after interest that nobody collected yet cannot be told to the last digit of a
    // debt whose principal is not known; everything else can, as long as debts are read again.
    for (const auto& [what, count] : tally.left_out) {
        INFO(what);
        CHECK((what.contains("borrowBalanceCurrent") || !debts_answered));
        CHECK_THAT(what, Catch::Contains("was read at another borrow index"));
    }
}

TEST_CASE("a cToken market that was history is exact from its first live block on") {
    const eth::BlockNum history = GENERATE(30U, 100U, 200U, 300U);
    Leader leader;
    CTokenReplay late(kTape, [&](const eth::Read& asked) {
        return leader.answer(asked, {View::kRateStored, View::kCash});
    });
    ViewTally tally;
    bool live = false;
    while (auto block = late.replay.next()) {
        INFO("block " << block->header.ref.number);
        live = live || block->header.ref.number > history;
        if (!live) {  // No node has such old state.
            block->live = false;
            block->calls.clear();
        }
        leader.follow(block->header.ref);
        late.replay.apply(*block);
        CHECK(late.replay.protocol().degraded(0).empty());
        CHECK(late.replay.protocol().broken_laws().empty());
        if (live) {
            CHECK(late.replay.protocol().figures_of(0, block->header.ref.number));
            late.replay.compare(*block, tally);
        }
    }
    WARN("history to block " << history << ": " << tally.equal << " answers equal after it");
    CHECK(tally.different == 0);
    CHECK(tally.left_out.empty());
    CHECK(tally.equal > 1'900);
}

TEST_CASE("audits of cToken markets ask nothing that has no figure") {
    CTokenReplay of(kTape);
    const rpc::RecordedBlock block = sampled(of.replay, 30);
    const auto views = of.replay.protocol().views(
        {.number = block.header.ref.number, .timestamp = block.header.timestamp},
        protocol::Trust::kWithhold
    );
    std::vector<protocol::Subject> subjects = of.replay.protocol().parts(0);
    subjects.emplace_back();
    for (const protocol::Holder& holder : holders_of(of.replay)) {
        subjects.push_back({.market = 0, .kind = protocol::SubjectKind::kAccount, .holder = holder}
        );
    }
    for (const protocol::Subject& subject : subjects) {
        const auto reads = of.replay.protocol().audit_reads(subject);
        CHECK_FALSE(reads.empty());
        for (const eth::Read& read : reads) {
            INFO(compound_v2::call_text(read.data));
            const auto ours = views->answer(read);
            CHECK((ours && ours->ok()));
        }
    }
}

TEST_CASE("what cannot be read of a cToken market or does not add up ends with the reason") {
    CTokenReplay folded(kTape);
    const rpc::RecordedBlock block = sampled(folded.replay, 30);
    ToldNode node(folded.replay, block);
    ReadMarket market(folded.replay);
    std::vector<protocol::Holder> holders = holders_of(folded.replay);
    View altered = View::kNone;
    std::string part;
    SECTION("an account that holds something is not listed") {
        holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(holders.size() / 2));
        part = "accounts are missing from the list";
    }
    SECTION("an exchange rate that does not follow") {
        altered = View::kRateStored;
        part = "says an exchange rate of";
    }
    SECTION("a balance") {
        altered = View::kSnapshot;
        part = "accounts are missing from the list";
    }
    SECTION("a collateral factor") {
        altered = View::kMarkets;
        part = "getAccountLiquidity(address), data 0x";
    }
    const auto reading = market.begin(block, holders);
    Result<void> taken;
    while (taken && !reading->calls().empty()) {
        auto answers = node.answer(reading->calls());
        for (eth::ReadAnswer& answer : answers) {
            if (altered != View::kNone && find_view(answer.read.data)->view == altered &&
                answer.result.size() >= 64) {
                answer.result[60] ^= 1U;
            } else if (altered == View::kRateStored &&
                       find_view(answer.read.data)->view == altered) {
                answer.result[31] ^= 1U;
            }
        }
        taken = reading->take(answers);
    }
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code() == Code::kRejected);
    CHECK_THAT(taken.error().message(), Catch::Contains(part));
    CHECK_THAT(taken.error().message(), Catch::Contains("market \"recorded\" at block "));
}

TEST_CASE("a bootstrap of a cToken market that was interrupted goes on behind its holders") {
    CTokenReplay folded(kTape);
    const rpc::RecordedBlock block = sampled(folded.replay, 30);
    const std::vector<protocol::Holder> holders = holders_of(folded.replay);
    ToldNode node(folded.replay, block);
    ReadMarket whole(folded.replay);
    REQUIRE(read_all(*whole.begin(block, holders), node));

    ReadMarket market(folded.replay);
    const auto first = market.begin(block, holders);
    while (first->holders_known() == 0) {
        REQUIRE(first->take(node.answer(first->calls())));
    }
    REQUIRE(first->holders_known() < holders.size());
    REQUIRE(read_all(*market.begin(block, holders, first->holders_known()), node));
    CHECK(market.ledger.dump() == whole.ledger.dump());
}

}  // namespace faultline::tests
