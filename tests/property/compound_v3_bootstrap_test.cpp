// SPDX-License-Identifier: Apache-2.0
// A Comet read at one block of a recording from what it answered there, against the same market
// folded from its logs; and folded on from there.
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "property/compound_v3_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
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
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

using compound_v3::View;

const compound_v3::Markets& markets_of(const protocol::Protocol& protocol) {
    return dynamic_cast<const compound_v3::Markets&>(protocol);
}

/// Answers as the contract did at that block. What the tape did not ask (the configuration in that
/// block, feeds, what Comet has of tokens) is answered from the folded rows.
class ToldNode {
  public:
    ToldNode(const ProtocolReplay& replay, const rpc::RecordedBlock& block)
        : tables_(markets_of(replay.protocol()).tables()),
          views_(replay.protocol().views(
              {.number = block.header.ref.number, .timestamp = block.header.timestamp},
              protocol::Trust::kWithhold
          )) {
        for (const rpc::RecordedView& truth : block.truth) {
            told_.emplace(truth.answer.read, truth.answer);
        }
    }

    std::vector<eth::ReadAnswer> answer(const std::vector<eth::Read>& reads) {
        std::vector<eth::ReadAnswer> out;
        for (const eth::Read& read : reads) {
            const auto found = told_.find(read);
            from_truth += found == told_.end() ? 0 : 1;
            out.push_back(found == told_.end() ? by_rows(read) : found->second);
            if (alter) {
                alter(out.back());
            }
        }
        return out;
    }

    std::size_t from_truth = 0;
    std::map<std::string, std::size_t> by_ours;   ///< Calls that the tape did not ask.
    std::function<void(eth::ReadAnswer&)> alter;  ///< Before an answer is given.

  private:
    eth::ReadAnswer by_rows(const eth::Read& read) {
        const compound_v3::KnownView& view = *compound_v3::find_view(read.data);
        ++by_ours[std::string(view.signature)];
        eth::ReadAnswer answer{.read = read, .outcome = eth::ReadOutcome::kReturned, .result = {}};
        std::vector<U256> words;
        if (view.view == View::kLatestRoundData) {
            const auto* price = tables_.prices.find({.market = 0, .address = read.to});
            answer.outcome = eth::outcome_of(price == nullptr);
            words = {U256(), answer.reverted() ? U256() : price->price_base, {}, {}, {}};
        } else if (const auto ours = views_->answer(read); ours && ours->ok()) {
            for (const std::optional<U256>& word : ours->value.words) {
                words.push_back(word.value_or(U256()));
            }
        } else if (view.view == View::kBalanceOf) {
            words = {tables_.tokens.find({.market = 0, .address = read.to})->balance};
        }
        answer.outcome = eth::outcome_of(answer.reverted() || words.empty());
        for (const U256& word : words) {
            const auto bytes = word.to_be_bytes();
            answer.result.insert(answer.result.end(), bytes.begin(), bytes.end());
        }
        return answer;
    }

    const compound_v3::Tables& tables_;
    std::unique_ptr<protocol::Views> views_;
    std::map<eth::Read, eth::ReadAnswer> told_;
};

std::vector<protocol::Holder> holders(const protocol::Protocol& protocol) {
    return protocol.holders_after(0, std::nullopt, protocol.holders(0));
}

/// A market read by calls, in a ledger of its own.
struct ReadMarket {
    explicit ReadMarket(const ProtocolReplay& replay)
        : quarantine(ledger),
          protocol(comet_deployment(replay.manifest())->open(ledger, quarantine, 0)) {}

    ledger::Ledger ledger;
    protocol::Quarantine quarantine;
    std::unique_ptr<protocol::Protocol> protocol;

    std::unique_ptr<protocol::MarketReading> begin(
        const rpc::RecordedBlock& block, std::vector<protocol::Holder> listed, std::size_t known = 0
    ) const {
        return protocol->read_market(
            {.market = 0,
             .block = block.header.ref,
             .timestamp = block.header.timestamp,
             .holders = std::move(listed),
             .holders_known = known}
        );
    }
};

/// Reads until it is done; the first error otherwise.
Result<void> read_all(protocol::MarketReading& reading, ToldNode& node) {
    while (!reading.calls().empty()) {
        FAULTLINE_TRY_VOID(reading.take(node.answer(reading.calls())));
    }
    return {};
}

/// The n-th block of the workload whose views were recorded, folded.
rpc::RecordedBlock sampled(ProtocolReplay& replay, std::size_t n) {
    constexpr std::size_t kWorkload = 300;
    while (auto block = replay.next()) {
        replay.apply(*block);
        if (block->truth.size() > kWorkload && n-- == 0) {
            return *std::move(block);
        }
    }
    FAIL("the recording has fewer samples");
    return {};
}

/// Who governs is asked of live blocks, so who began by calls learns it a little later; who is the
/// proxy's admin, logs tell alone.
std::vector<ledger::RowChange> without_governors(std::vector<ledger::RowChange> rows) {
    constexpr ledger::TableId kGovernors = 0x0406;
    constexpr ledger::TableId kAdmins = 0x0407;
    std::erase_if(rows, [](const ledger::RowChange& row) {
        return row.table == kGovernors || row.table == kAdmins;
    });
    return rows;
}

}  // namespace

TEST_CASE("a Comet read by calls is the one folded from logs, and goes on as it does") {
    const std::size_t sample = GENERATE(3U, 20U, 36U);
    ProtocolReplay replay = comet_replay();
    const auto block = sampled(replay, sample);
    INFO("block " << block.header.ref.text());
    ToldNode node(replay, block);
    const ReadMarket read(replay);
    const auto reading = read.begin(block, holders(replay.protocol()));
    CHECK(reading->of_market());
    const auto done = read_all(*reading, node);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK_FALSE(reading->of_market());
    CHECK(reading->holders_known() == holders(replay.protocol()).size());
    CHECK(reading->holders_compared() == holders(replay.protocol()).size());
    CHECK(read.protocol->figures_of(0, block.header.ref.number));
    CHECK(node.from_truth > 150);
    for (const char* recorded :
         {"totalsBasic()",
          "totalsCollateral(address)",
          "userBasic(address)",
          "userCollateral(address,address)",
          "borrowBalanceOf(address)",
          "isLiquidatable(address)"}) {
        INFO(recorded);
        CHECK(node.by_ours[recorded] == 0);
    }
    CHECK(without_governors(read.ledger.dump()) == without_governors(replay.dump()));
    // From here on the read rows and the logs, to the end or to a reorg below that block.
    replay.adopt(read.ledger.dump());
    ViewTally tally;
    replay.compare(block, tally);
    while (auto next = replay.next()) {
        replay.apply(*next);
        CHECK(replay.protocol().broken_laws().empty());
        replay.compare(*next, tally);
    }
    CHECK(tally.different == 0);
    CHECK(tally.left_out.empty());
    CHECK(tally.equal > 500);
    WARN("from block " << block.header.ref.number << ": " << tally.equal << " answers equal");
}

TEST_CASE("a Comet whose holders do not add up, or are not what it says, is not read") {
    ProtocolReplay replay = comet_replay();
    const auto block = sampled(replay, 20);
    ToldNode node(replay, block);
    const ReadMarket read(replay);
    std::vector<protocol::Holder> listed = holders(replay.protocol());
    const auto& tables = markets_of(replay.protocol()).tables();
    const auto leave_out = [&](const auto& who) {
        const auto found = std::ranges::find_if(listed, [&](const protocol::Holder& holder) {
            return who(tables.account(0, holder.account));
        });
        REQUIRE(found != listed.end());
        listed.erase(found);
    };
    std::string part;
    SECTION("a borrower is not listed") {
        leave_out([](const auto& row) { return row.principal.is_debt(); });
        part = "of debt there is";
    }
    SECTION("a supplier is not listed") {
        leave_out([](const auto& row) { return row.principal.value > 1'000'000; });
        part = "of supply there is";
    }
    SECTION("more is supplied than accounts and dust of this token explain") {
        node.alter = [](eth::ReadAnswer& answer) {
            constexpr std::size_t kTotalSupplyBase = 128;
            if (compound_v3::find_view(answer.read.data)->view == View::kTotalsBasic) {
                const auto word = BytesView(answer.result).subspan(kTotalSupplyBase, 32);
                const auto more =
                    wrapping_add(U256::from_be_bytes(word), U256(2'000)).to_be_bytes();
                std::ranges::copy(more, answer.result.begin() + kTotalSupplyBase);
            }
        };
        part = "of supply there is";
    }
    SECTION("somebody has a unit less of a collateral than there is") {
        node.alter = [altered = false](eth::ReadAnswer& answer) mutable {
            const View view = compound_v3::find_view(answer.read.data)->view;
            if (!altered && view == View::kUserCollateral) {
                answer.result[31] ^= 1U;
                altered = true;
            }
        };
        part = "of collateral 0x";
    }
    const auto reading = read.begin(block, listed);
    const auto done = read_all(*reading, node);
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == Code::kRejected);
    CHECK_THAT(
        done.error().message(),
        Catch::Contains(part) && Catch::Contains("market \"usdc\" at block ")
    );
}

TEST_CASE("an altered answer about an account does not pass the Comet's own figure") {
    ProtocolReplay replay = comet_replay();
    const auto block = sampled(replay, 20);
    ToldNode node(replay, block);
    const ReadMarket read(replay);
    const auto reading = read.begin(block, holders(replay.protocol()));
    // A unit from one who owes to another: no sum tells.
    constexpr std::size_t kPrincipalEnd = 31;
    int moved = 0;
    Result<void> taken;
    while (taken && !reading->calls().empty()) {
        auto answers = node.answer(reading->calls());
        for (eth::ReadAnswer& answer : answers) {
            const bool owes = compound_v3::find_view(answer.read.data)->view == View::kUserBasic &&
                              answer.result[0] != 0;
            std::uint8_t& last = answer.result[kPrincipalEnd];
            if (owes && moved < 2 && last > 100 && last < 150) {
                last = static_cast<std::uint8_t>(last + (moved == 0 ? 100 : -100));
                ++moved;
            }
        }
        taken = reading->take(answers);
    }
    REQUIRE(moved == 2);
    REQUIRE_FALSE(taken);
    CHECK_THAT(
        taken.error().message(),
        Catch::Contains("borrowBalanceOf(address), data 0x") &&
            Catch::Contains("and what was read gives")
    );
}

TEST_CASE("a Comet that cannot be read ends its bootstrap with the reason") {
    ProtocolReplay replay = comet_replay();
    const auto block = sampled(replay, 20);
    ToldNode node(replay, block);
    const ReadMarket read(replay);
    const auto reading = read.begin(block, holders(replay.protocol()));
    auto answers = node.answer(reading->calls());
    SECTION("it does not answer") {
        answers.back().outcome = eth::ReadOutcome::kReverted;
        CHECK_THAT(reading->take(answers).error().message(), Catch::Contains("totalsBasic()"));
    }
    SECTION("it has more collaterals than are accounted for") {
        for (eth::ReadAnswer& answer : answers) {
            if (compound_v3::find_view(answer.read.data)->view == View::kNumAssets) {
                answer.result.back() = 25;
            }
        }
        CHECK_THAT(reading->take(answers).error().message(), Catch::Contains("numAssets() is 25"));
    }
    CHECK(reading->of_market());
}

TEST_CASE("a bootstrap of a Comet that was interrupted goes on behind the holders it has") {
    ProtocolReplay replay = comet_replay();
    const auto block = sampled(replay, 20);
    const auto listed = holders(replay.protocol());
    ToldNode node(replay, block);
    const ReadMarket whole(replay);
    REQUIRE(read_all(*whole.begin(block, listed), node));
    const ReadMarket read(replay);
    const std::size_t half = listed.size() / 2;
    // The first run ends behind half of them: the sums of half of them cannot be right.
    const auto first =
        read.begin(block, {listed.begin(), listed.begin() + static_cast<std::ptrdiff_t>(half)});
    CHECK_FALSE(read_all(*first, node));
    CHECK(first->holders_known() == half);
    REQUIRE(read_all(*read.begin(block, listed, half), node));
    CHECK(without_governors(read.ledger.dump()) == without_governors(whole.ledger.dump()));
}

}  // namespace faultline::tests
