// SPDX-License-Identifier: Apache-2.0
// Comet folded from a recording, against what the real contract answered.
#include "property/compound_v3_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace faultline::tests {
namespace {

constexpr std::size_t kBlocks = 354;
constexpr std::size_t kOrphaned = 12;
/// All that the tape has.
constexpr std::size_t kAnswers = 21'490;

bool is_user_basic(const eth::ReadAnswer& answer) {
    constexpr eth::Selector kUserBasic = eth::selector<"userBasic(address)">();
    return answer.read.data.size() > kUserBasic.size() &&
           std::ranges::equal(BytesView(answer.read.data).first(kUserBasic.size()), kUserBasic);
}

/// Leaves out the first log of that event, and the Transfer right after it that says the same, in a
/// block that says of no account what it has.
class Censor {
  public:
    explicit Censor(std::string_view event) : topic_(eth::keccak256(event)) {}

    void apply(rpc::RecordedBlock& block, const Address& comet) {
        constexpr eth::BlockNum kNotBefore = 60;
        if (dropped_ || block.header.ref.number < kNotBefore ||
            std::ranges::any_of(block.calls, is_user_basic)) {
            return;
        }
        const Hash32 transfer = eth::keccak256("Transfer(address,address,uint256)");
        std::uint32_t echo = 0;
        eth::LogList kept;
        for (std::size_t i = 0; i < block.logs.size(); ++i) {
            const eth::Log log = block.logs[i];
            const bool drop = !dropped_ && log.address == comet && log.topics[0] == topic_;
            const bool repeats = dropped_ && log.log_index == echo && log.address == comet &&
                                 log.topics[0] == transfer;
            if (drop) {
                dropped_ = true;
                echo = log.log_index + 1;
            } else if (!repeats) {
                kept.add(log);
            }
        }
        block.logs = kept;
    }

    [[nodiscard]] bool dropped() const { return dropped_; }

  private:
    Hash32 topic_;
    bool dropped_ = false;
};

}  // namespace

TEST_CASE("every view a real Comet was asked equals ours, through reorgs") {
    ProtocolReplay replay = comet_replay();
    ViewTally tally;
    std::size_t blocks = 0;
    std::size_t notices = 0;
    std::size_t most_reads = 0;
    while (const auto block = replay.next()) {
        ++blocks;
        INFO("block " << block->header.ref.number);
        const std::size_t reads_before = replay.reads();
        for (const protocol::Incident& incident : replay.apply(*block)) {
            INFO(incident.text);
            CHECK(incident.kind == protocol::IncidentKind::kNotice);
            ++notices;
        }
        most_reads = std::max(most_reads, replay.reads() - reads_before);
        for (const protocol::BrokenLaw& law : replay.protocol().broken_laws()) {
            FAIL_CHECK(law.law << ": " << law.text);
        }
        replay.compare(*block, tally);
    }
    WARN(
        replay.reads() << " reads planned in " << blocks << " blocks of which nearly all accrue, "
                       << "for 41 accounts and 6 collaterals; at most " << most_reads
                       << " in a block"
    );
    CHECK(blocks == kBlocks);
    CHECK(replay.reverted() == kOrphaned);
    CHECK(replay.quarantine().total() == 0);
    CHECK(notices == 1);  // UNI is listed in mid-run.
    CHECK(tally.different == 0);
    CHECK(tally.equal == kAnswers);
    CHECK(tally.left_out.empty());
    CHECK(tally.foreign.empty());
    // baseTrackingIndex and baseTrackingAccrued, which accrueAccount moves without a log.
    CHECK(tally.words_withheld == std::map<std::string, std::size_t>{{"comet.userBasic", 3'698}});
    // What a node would have answered and the tape does not have: who holds what where the logs
    // tell it, what Comet has of tokens when they are listed, the ratio feed at first, and who
    // governs.
    CHECK(
        replay.holes() ==
        std::map<std::string, std::size_t>{
            {"balanceOf(address)", 7},
            {"latestRoundData()", 6},
            {"selector 0x0c340a24", 7},  // governor()
            {"totalsBasic()", 1},
            {"userBasic(address)", 10'356},
        }
    );
}

TEST_CASE("a recording of a Comet with one log left out is not equal any more") {
    const auto* const event = GENERATE(
        "Supply(address,address,uint256)",
        "Withdraw(address,address,uint256)",
        "Transfer(address,address,uint256)",
        "SupplyCollateral(address,address,address,uint256)",
        "WithdrawCollateral(address,address,address,uint256)",
        "TransferCollateral(address,address,address,uint256)",
        "AbsorbCollateral(address,address,address,uint256,uint256)",
        "AbsorbDebt(address,address,uint256,uint256)",
        "Upgraded(address)"
    );
    INFO(event);
    ProtocolReplay replay = comet_replay();
    const Address comet = must(Address::from_hex(*replay.manifest().find("comet")));
    Censor censor(event);
    ViewTally tally;
    std::size_t alarms = 0;
    while (auto block = replay.next()) {
        censor.apply(*block, comet);
        for (const protocol::Incident& incident : replay.apply(*block)) {
            alarms += incident.kind == protocol::IncidentKind::kNotice ? 0 : 1;
        }
        alarms += replay.protocol().broken_laws().size();
        replay.compare(*block, tally);
    }
    REQUIRE(censor.dropped());
    CHECK(tally.equal < kAnswers);
    // Nothing stays equal by chance: it differs, is withheld, or an alarm says so.
    CHECK(tally.different + tally.left_out.size() + alarms > 0);
}

TEST_CASE("principals that nobody read again are withheld where the totals deny them") {
    ProtocolReplay replay = comet_replay();
    ViewTally tally;
    std::size_t withheld = 0;
    while (auto block = replay.next()) {
        std::erase_if(block->calls, is_user_basic);
        for (const protocol::Incident& incident : replay.apply(*block)) {
            CHECK(incident.kind == protocol::IncidentKind::kNotice);
        }
        withheld += replay.protocol().usable(0).ok() ? 0 : 1;
        replay.compare(*block, tally);
    }
    CHECK(withheld > 0);
    CHECK(tally.different == 0);
    CHECK(tally.equal + [&] {
        std::size_t left_out = 0;
        for (const auto& [what, count] : tally.left_out) {
            left_out += count;
        }
        return left_out;
    }() == kAnswers);
}

}  // namespace faultline::tests
