// SPDX-License-Identifier: Apache-2.0
#include "unit/app/audit_world.hpp"

#include <app/audit_testimony.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

using test::World;
using namespace std::chrono_literals;

constexpr double kAccounts = 2;

eth::ReadAnswer says(std::uint64_t word) {
    const auto bytes = U256(word).to_be_bytes();
    return {
        .read = {},
        .outcome = eth::ReadOutcome::kReturned,
        .result = Bytes(bytes.begin(), bytes.end())
    };
}

}  // namespace

TEST_CASE("one answer that is ours settles it, two that are the same are believed", "[audit]") {
    const auto ours = Figure<aave::ViewFigure>::of({.words = {U256(1)}});
    CHECK(weigh(ours, {says(1)}, 3) == Weighed::kEqual);
    CHECK(weigh(ours, {says(2)}, 3) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(1)}, 3) == Weighed::kEqual);
    CHECK(weigh(ours, {says(2), says(3)}, 3) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(3), says(4)}, 3) == Weighed::kDiffers);
    CHECK(weigh(ours, {says(2), says(2)}, 3) == Weighed::kDiffers);
    // The only endpoint is asked twice.
    CHECK(weigh(ours, {says(2)}, 1) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(2)}, 1) == Weighed::kDiffers);
    CHECK(weigh(ours, {says(2), says(1)}, 1) == Weighed::kEqual);
    const auto withheld = Figure<aave::ViewFigure>::without(FigureStatus::kStale, "old");
    CHECK(weigh(withheld, {says(2)}, 1) == Weighed::kLeftOut);
    // Who has no answer is no witness.
    const eth::ReadAnswer none{.read = {}, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}};
    CHECK(weigh(ours, {none}, 3) == Weighed::kLeftOut);
    CHECK(weigh(ours, {none, none}, 2) == Weighed::kLeftOut);
    CHECK(weigh(ours, {says(2), none}, 2) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(3)}, 1) == Weighed::kUndecided);
    CHECK(weigh(ours, {none, says(2), says(2)}, 4) == Weighed::kDiffers);
}

TEST_CASE("audits that find everything equal are counted and tell nobody", "[audit]") {
    World world({"a", "b"});
    CHECK(world.mismatches() == 0);
    CHECK_THAT(world.metrics.text(), Catch::Contains("faultline_audit_mismatches_total{"));
    world.blocks(20);
    CHECK(world.checks("equal") > 20 * kAccounts);
    CHECK(world.checks("mismatch") + world.checks("failed") + world.checks("skipped") == 0);
    CHECK(world.mismatches() == 0);
    CHECK(world.told().empty());
    CHECK(world.endpoints[1].calls == 0);
    CHECK(world.most_at_once <= 4);
    CHECK(
        world.metrics
            .gauge(
                "faultline_audit_last_success_timestamp_seconds",
                "",
                {{"chain", "test"}, {"market", "test"}}
            )
            .value() > 0
    );
}

TEST_CASE("the budget of requests is kept", "[audit]") {
    World slow({"a"}, 60);
    slow.blocks(120);
    // A call a second; the first request goes at once.
    CHECK(slow.endpoints[0].calls > 60);
    CHECK(slow.endpoints[0].calls <= 124);
}

TEST_CASE("a budget of 0 turns audits off", "[audit]") {
    World off({"a"}, 0);
    off.blocks(20);
    CHECK(off.endpoints[0].calls == 0);
}

TEST_CASE("nothing is asked of a block before it is final", "[audit]") {
    World world({"a"});
    world.final_below = 30;
    world.blocks(25);
    CHECK(world.endpoints[0].calls == 0);
    world.blocks(15);
    CHECK(world.endpoints[0].calls > 0);
}

TEST_CASE("one endpoint that lies raises nothing while another one tells the truth", "[audit]") {
    World world({"liar", "honest"});
    world.endpoints[0].lies_about_alice = true;
    world.blocks(20);
    CHECK(world.checks("equal") > 0);
    CHECK(world.checks("mismatch") + world.checks("failed") == 0);
    CHECK(world.endpoints[1].calls > 0);
    CHECK(world.told().empty());
}

TEST_CASE("what two endpoints say against us is told once, with both figures and logs", "[audit]") {
    World world({"a", "b"});
    world.endpoints[0].lies_about_alice = true;
    world.endpoints[1].lies_about_alice = true;
    world.blocks(20);
    const auto told = world.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == alerts::Kind::kFiring);
    CHECK(told[0].labels.at("account") == aave::kAlice.hex());
    CHECK(told[0].evidence.endpoints == std::vector<std::string>{"a", "b"});
    CHECK(told[0].figures.contains("ours_word_0"));
    CHECK(told[0].figures.at("ours_word_0") != told[0].figures.at("chain_word_0"));
    // Block 1 is where Alice supplied and borrowed.
    CHECK_THAT(told[0].summary, Catch::Contains("last logs: block 1 transaction 0x"));
    CHECK(world.mismatches() > 1);
    CHECK(world.mismatches() == world.checks("mismatch"));
    // Until it is equal again.
    world.blocks(20, 1s, [&](int /*block*/) {
        world.endpoints[0].lies_about_alice = false;
        world.endpoints[1].lies_about_alice = false;
    });
    REQUIRE(world.told().size() == 2);
    CHECK(world.told()[1].kind == alerts::Kind::kResolved);
    CHECK(world.engine.fold().audits().size() == 0);
}

TEST_CASE(
    "a degraded market is held to what its rows would give, and nobody is alerted", "[audit]"
) {
    World world({"a", "b"});
    const auto counted = [&](const char* result) {
        return world.metrics
            .counter(
                "faultline_audit_degraded_checks_total",
                "",
                {{"chain", "test"}, {"market", "test"}, {"result", result}}
            )
            .value();
    };
    world.breaks_at = 10;
    world.blocks(20, 1s, [&](int block) { CHECK((block > 10 || !world.auditor->degraded(0))); });
    auto found = world.auditor->degraded(0);
    REQUIRE(found);
    CHECK(found->equal > 0);
    CHECK(found->equal == static_cast<std::size_t>(counted("equal")));
    CHECK(found->mismatch == 0);
    CHECK(found->first_mismatch.empty());
    const double equal = world.checks("equal");
    world.breaks_at = -1;
    world.endpoints[0].lies_about_alice = true;
    world.endpoints[1].lies_about_alice = true;
    world.blocks(20);
    found = world.auditor->degraded(0);
    REQUIRE(found);
    CHECK(found->mismatch == static_cast<std::size_t>(counted("mismatch")));
    CHECK(found->mismatch > 1);
    CHECK_THAT(
        found->first_mismatch,
        Catch::StartsWith("getUserAccountData(address) of 0x") &&
            Catch::Contains("its rows give") && Catch::Contains("the chain says")
    );
    CHECK(world.checks("equal") == equal);
    CHECK(world.mismatches() == 0);
    for (const alerts::Transition& told : world.told()) {
        CHECK(told.rule != "audit_mismatch");
    }
}

TEST_CASE("an alert that a reorg took back is told again", "[audit]") {
    World world({"only"});
    world.endpoints[0].lies_about_alice = true;
    eth::BlockRef told_at;
    world.blocks(20, 1s, [&](int /*block*/) {
        const auto told = world.told();
        if (told.size() == 1 && told_at == eth::BlockRef()) {
            told_at = told[0].block;
            REQUIRE(told_at == world.engine.tip());
            world.source.waiting.emplace_back(eth::Reverted{told_at});
            world.chain.drop_tip();
        }
    });
    const auto told = world.told();
    REQUIRE(told.size() == 3);
    CHECK(told[1].kind == alerts::Kind::kRetracted);
    CHECK(told[2].kind == alerts::Kind::kFiring);
    CHECK(told[2].key() != told[0].key());
    CHECK(world.engine.fold().audits().size() == 1);
}

TEST_CASE("the only endpoint is asked twice and then believed", "[audit]") {
    World world({"only"});
    world.endpoints[0].lies_about_alice = true;
    world.blocks(20);
    REQUIRE(world.told().size() == 1);
    CHECK(world.told()[0].evidence.endpoints == std::vector<std::string>{"only"});
}

TEST_CASE("a mismatch nobody can confirm is told after three samples, and says so", "[audit]") {
    World world({"a", "down"});
    world.endpoints[0].lies_about_alice = true;
    world.endpoints[1].fault = Error(Code::kTransient, "it is down");
    double failed_before = 0;
    world.blocks(40, 1s, [&](int /*block*/) {
        if (world.told().empty()) {
            failed_before = world.checks("failed");
        }
    });
    REQUIRE(world.told().size() == 1);
    CHECK_THAT(world.told()[0].summary, Catch::Contains("no other endpoint could be asked"));
    CHECK(failed_before == 2);
}

TEST_CASE("requests that fail are no mismatch", "[audit]") {
    World failing({"a"});
    failing.endpoints[0].fault = Error(Code::kTransient, "it is down");
    failing.blocks(60);
    CHECK(failing.checks("failed") > 0);
    CHECK(failing.checks("equal") + failing.checks("mismatch") + failing.checks("skipped") == 0);
}

TEST_CASE("state that is gone is skipped", "[audit]") {
    World pruned({"a"});
    pruned.endpoints[0].fault = Error(Code::kMissing, "missing trie node");
    pruned.blocks(20);
    CHECK(pruned.checks("skipped") > 0);
    CHECK(pruned.checks("equal") + pruned.checks("mismatch") + pruned.checks("failed") == 0);
    CHECK(pruned.told().empty());
}

TEST_CASE("a block whose finality nobody tells counts as final far below the tip", "[audit]") {
    World world({"a"});
    world.blocks(70);
    const auto at = [&](eth::BlockNum number) {
        return world.chain.blocks().at(number - 1).ref();
    };
    chain::HeadStatus status;
    CHECK(may_audit(status, world.engine, at(6)));
    CHECK_FALSE(may_audit(status, world.engine, at(7)));
    status.finalized = at(68);
    CHECK(may_audit(status, world.engine, at(68)));
    CHECK_FALSE(may_audit(status, world.engine, at(69)));
    // Another branch.
    eth::BlockRef other = at(68);
    other.hash.bytes[5] = 1;
    CHECK_FALSE(may_audit(status, world.engine, other));
    status.finalized = other;
    CHECK_FALSE(may_audit(status, world.engine, at(60)));
}

}  // namespace faultline::app
