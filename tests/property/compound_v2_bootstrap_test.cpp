// SPDX-License-Identifier: Apache-2.0
// Markets of cTokens read at one block of a recording from what their contracts answered there,
// and folded on from there.
#include "core/protocols/compound_v2/view_calls.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

using compound_v2::find_view;
using compound_v2::View;

constexpr const char* kTape = "compoundv2-s1";

void append(Bytes& result, const U256& value) {
    const auto word = value.to_be_bytes();
    result.insert(result.end(), word.begin(), word.end());
}

/// What a follower of the same block says that the contracts answer.
eth::ReadAnswer by_rows(const ProtocolReplay& replay, protocol::At at, const eth::Read& read) {
    eth::ReadAnswer answer{.read = read, .reverted = true, .result = {}};
    const auto ours = replay.protocol().views(at, protocol::Trust::kWithhold)->answer(read);
    if (!ours || !ours->ok()) {
        return answer;
    }
    answer.reverted = false;
    if (ours->value.array) {
        append(answer.result, U256(32));
    }
    for (const auto& word : ours->value.words) {
        append(answer.result, *word);
    }
    return answer;
}

/// Answers as the contracts did at that block. What the tape did not ask (models' parameters,
/// underlyings) is answered from the folded rows and the manifest.
class ToldNode {
  public:
    ToldNode(const ProtocolReplay& replay, const rpc::RecordedBlock& block)
        : replay_(replay),
          underlyings_(replay.manifest()),
          at_{.number = block.header.ref.number, .timestamp = block.header.timestamp} {
        for (const rpc::RecordedView& truth : block.truth) {
            told_.emplace(truth.answer.read, truth.answer);
        }
        for (const ledger::RowChange& row : replay.dump()) {
            if (row.table == 0x0506) {
                models_.emplace(
                    must(ledger::decode<compound_v2::ContractKey>(row.key)).contract,
                    must(ledger::decode<compound_v2::ModelRow>(*row.after))
                );
            }
        }
    }

    std::vector<eth::ReadAnswer> answer(const std::vector<eth::Read>& reads) {
        std::vector<eth::ReadAnswer> out;
        for (const eth::Read& read : reads) {
            const auto found = told_.find(read);
            if (found != told_.end()) {
                out.push_back(found->second);
                ++from_truth;
            } else {
                out.push_back(other(read));
                ++by_ours[compound_v2::call_text(read.data)];
            }
        }
        return out;
    }

    std::size_t from_truth = 0;
    std::map<std::string, std::size_t> by_ours;  ///< Calls that the tape did not ask.

  private:
    eth::ReadAnswer other(const eth::Read& read) const {
        if (auto token = underlyings_.answer(read)) {
            return *std::move(token);
        }
        const auto model = models_.find(read.to);
        if (model == models_.end()) {
            return by_rows(replay_, at_, read);
        }
        eth::ReadAnswer answer{.read = read, .reverted = false, .result = {}};
        const compound_v2::ModelRow& row = model->second;
        switch (find_view(read.data)->view) {
            case View::kBaseRate:
                append(answer.result, row.base_wad);
                break;
            case View::kMultiplier:
                append(answer.result, row.multiplier_wad);
                break;
            case View::kJumpMultiplier:
                answer.reverted = !row.jumps;
                append(answer.result, row.jump_multiplier_wad);
                break;
            default:
                answer.reverted = !row.jumps;
                append(answer.result, row.kink_wad);
                break;
        }
        return answer;
    }

    const ProtocolReplay& replay_;
    Underlyings underlyings_;
    protocol::At at_;
    std::map<eth::Read, eth::ReadAnswer> told_;
    std::map<Address, compound_v2::ModelRow> models_;
};

std::vector<protocol::Holder> holders_of(const ProtocolReplay& replay) {
    return replay.protocol().holders_after(0, std::nullopt, 10'000);
}

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

/// The n-th block of the workload whose views were recorded, folded.
rpc::RecordedBlock sampled(ProtocolReplay& replay, std::size_t n) {
    constexpr std::size_t kWorkload = 600;  // Answers, once there are accounts.
    while (auto block = replay.next()) {
        replay.apply(*block);
        if (block->truth.size() > kWorkload && n-- == 0) {
            return *block;
        }
    }
    throw std::runtime_error("no such sample");
}

/// Follows the tape from its beginning, a block ahead of a replay that it answers for the
/// contracts.
class Leader {
  public:
    /// The n-th sample of the workload.
    rpc::RecordedBlock begin(std::size_t n) { return sampled(of_.replay, n); }

    /// That block, too.
    void follow(const eth::BlockRef& block) {
        const auto next = of_.replay.next();
        REQUIRE(next);
        REQUIRE(next->header.ref == block);
        of_.replay.apply(*next);
        now_ = *next;
    }

    /// nullopt before it is asked to follow, and to what `answered` leaves out.
    [[nodiscard]] std::optional<eth::ReadAnswer> answer(
        const eth::Read& asked, const std::set<View>& answered
    ) const {
        const View view = find_view(asked.data)->view;
        if (!now_ || !answered.contains(view)) {
            return std::nullopt;
        }
        if (kOfModels.contains(view)) {
            return ToldNode(of_.replay, *now_).answer({asked}).front();
        }
        const protocol::At at{
            .number = now_->header.ref.number, .timestamp = now_->header.timestamp
        };
        return by_rows(of_.replay, at, asked);
    }

    [[nodiscard]] const ProtocolReplay& replay() const { return of_.replay; }

    inline static const std::set<View> kOfModels{
        View::kBaseRate, View::kMultiplier, View::kJumpMultiplier, View::kKink
    };

  private:
    CTokenReplay of_{kTape};
    std::optional<rpc::RecordedBlock> now_;
};

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
