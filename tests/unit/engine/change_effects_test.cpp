// SPDX-License-Identifier: Apache-2.0
// A change of a market's rules is told with what it did to healths.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace faultline::engine {
namespace {

FoldOptions options() {
    rules::Arguments arguments;
    arguments.set("window", "1b");
    rules::Terms terms;
    terms.name = "changes";
    auto rule = rules::make_rule(*rules::rule_kind("governance"), terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    FoldOptions out = fold_options();
    out.rules = {.health = {}, .signals = {*std::move(rule)}};
    return out;
}

/// A block in which the threshold of the collateral becomes that.
eth::Block change(ScriptedChain& chain, std::uint64_t price_cents, std::uint64_t threshold_bps) {
    eth::Block block = chain.next(price_cents);
    aave::TestMarket scratch;
    scratch.log<aave::events::CollateralConfigurationChanged>(
        aave::kConfigurator, {aave::asset(0), U256(4000), U256(threshold_bps), U256(10500)}
    );
    block.logs = scratch.pending().logs;
    return block;
}

std::string summary(const Outcome& outcome) {
    std::string out;
    for (const alerts::Transition& one : outcome.transitions) {
        out += one.rule == "changes" ? one.summary : "";
    }
    return out;
}

}  // namespace

TEST_CASE("a threshold that makes positions liquidatable says how many, and what they owe") {
    ScriptedChain chain;
    Fold fold(options());
    fold.apply(chain.next(100), 0);
    fold.apply(chain.next(100), 0);
    // 1000 of collateral at 85 % for 700: healthy; at 60 % it is not.
    const Outcome outcome = fold.apply(change(chain, 100, 6000), 0);
    CHECK_THAT(
        summary(outcome),
        Catch::Contains("liquidationThreshold 6000 bps") &&
            Catch::EndsWith("; before its block 0 positions that owe 0 USD could be liquidated, "
                            "after it 1 position that owes 700 USD")
    );
    // The rows are those of the block: looking back left nothing behind.
    const Outcome next = fold.apply(change(chain, 100, 8500), 0);
    CHECK_THAT(
        summary(fold.apply(change(chain, 200, 6000), 0)) + summary(next),
        !Catch::Contains("not known")
    );
}

TEST_CASE("an effect takes nothing from the rows, and goes with its block") {
    ScriptedChain chain;
    Fold fold(options());
    fold.apply(chain.next(100), 0);
    fold.apply(chain.next(100), 0);
    const auto before = fold.dump();
    const eth::Block block = change(chain, 100, 6000);
    UndoRecord undo{.ref = block.ref(), .changes = {}, .transitions = {}};
    undo.add(fold.apply(block, 0));
    REQUIRE(fold.revert(undo));
    CHECK(fold.dump() == before);
}

TEST_CASE("where positions have no figures, the effect is not known") {
    ScriptedChain chain;
    Fold fold(options());
    fold.apply(chain.next(100), 0);
    eth::Block unread = chain.next(100);
    unread.reads = {};
    fold.apply(unread, 0);
    CHECK_THAT(
        summary(fold.apply(change(chain, 100, 6000), 0)),
        Catch::Contains("what it did to healths is not known: 1 of 1 positions had no figures "
                        "before (stale")
    );
}

}  // namespace faultline::engine
