// SPDX-License-Identifier: Apache-2.0
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/outcome.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;

/// As it is stored.
UndoRecord undo_of(const eth::Block& block, const Outcome& outcome) {
    auto undo = ledger::decode<UndoRecord>(UndoRecord::encoded(block.ref(), outcome));
    REQUIRE(undo);
    REQUIRE(undo->changes.size() == outcome.rows.size());
    for (const ledger::RowChange& change : undo->changes) {
        REQUIRE_FALSE(change.after);  // It stands in the rows.
    }
    return *std::move(undo);
}

std::vector<Kind> kinds(const Outcome& outcome) {
    std::vector<Kind> out;
    for (const alerts::Transition& transition : outcome.transitions) {
        out.push_back(transition.kind);
    }
    return out;
}

}  // namespace

TEST_CASE("a falling price makes an alert pending, then firing, and its recovery resolves it") {
    ScriptedChain chain;
    Fold fold(fold_options());
    CHECK(kinds(fold.apply(chain.next(100), 0)).empty());
    CHECK(kinds(fold.apply(chain.next(86), 0)) == std::vector{Kind::kPending});
    const Outcome fired = fold.apply(chain.next(86), 0);
    REQUIRE(kinds(fired) == std::vector{Kind::kFiring});
    const alerts::Transition& alert = fired.transitions[0];
    CHECK(alert.labels.at("account") == aave::kAlice.hex());
    CHECK(alert.labels.at("market") == "test");
    CHECK(alert.figures.at("total_debt_base") == "70000000000");
    CHECK_THAT(
        alert.summary, Catch::Contains("health factor 1.0442 is below 1.0500 (debt 700.00 USD)")
    );
    CHECK(kinds(fold.apply(chain.next(88), 0)).empty());
    CHECK(kinds(fold.apply(chain.next(91), 0)) == std::vector{Kind::kResolved});
}

TEST_CASE("readings without fresh prices neither fire nor resolve") {
    ScriptedChain chain;
    Fold fold(fold_options());
    static_cast<void>(fold.apply(chain.next(86), 0));
    eth::Block blind = chain.next(86);
    blind.reads = {};
    const Outcome outcome = fold.apply(blind, 0);
    CHECK(outcome.transitions.empty());
    CHECK(outcome.evaluated.stale > 0);
    CHECK(outcome.evaluated.ok == 0);
    CHECK(kinds(fold.apply(chain.next(86), 0)) == std::vector{Kind::kFiring});
}

TEST_CASE("a rule that fires without a figure fires for the accounts it names, and says why") {
    FoldOptions options = fold_options();
    rules::HealthFactorRule& rule = options.rules.health[0];
    rule.terms.patience.for_blocks = 1;
    rule.terms.on_stale = rules::WithoutFigure::kFire;
    rule.accounts = {aave::kAlice};
    ScriptedChain chain;
    Fold fold(options);
    CHECK(fold.apply(chain.next(100), 0).transitions.empty());
    eth::Block blind = chain.next(100);
    blind.reads = {};
    const Outcome outcome = fold.apply(blind, 0);
    REQUIRE(kinds(outcome) == std::vector{Kind::kFiring});
    CHECK_THAT(outcome.transitions[0].summary, Catch::Contains(": stale: "));
    CHECK_FALSE(outcome.transitions[0].figures.contains("health_factor_wad"));
    CHECK(fold.rule_states("low").at(0).counts.firing == 1);
    CHECK(kinds(fold.apply(chain.next(120), 0)) == std::vector{Kind::kResolved});
}

TEST_CASE("a rule over positions says what its summary says") {
    FoldOptions options = fold_options();
    options.rules.health[0].terms.patience.for_blocks = 1;
    options.rules.health[0].terms.summary =
        "{severity} {account} in {market}: {figure} of {threshold} ({what})";
    ScriptedChain chain;
    Fold fold(options);
    static_cast<void>(fold.apply(chain.next(100), 0));
    const Outcome fired = fold.apply(chain.next(86), 0);
    REQUIRE(kinds(fired) == std::vector{Kind::kFiring});
    CHECK(
        fired.transitions[0].summary == "critical " + aave::kAlice.hex() +
                                            " in test: 1.0442 of 1.0500 (health factor 1.0442 is "
                                            "below 1.0500 (debt 700.00 USD))"
    );
}

TEST_CASE("reverting the firing block retracts it and restores the rows byte for byte") {
    ScriptedChain chain;
    Fold fold(fold_options());
    static_cast<void>(fold.apply(chain.next(86), 0));
    const auto before = fold.dump();
    const eth::Block firing = chain.next(86);
    const Outcome fired = fold.apply(firing, 0);
    const auto reverted = fold.revert(undo_of(firing, fired));
    REQUIRE(reverted);
    CHECK(fold.dump() == before);
    REQUIRE(kinds(*reverted) == std::vector{Kind::kRetracted});
    CHECK(reverted->transitions[0].retracts == Kind::kFiring);
    CHECK(reverted->transitions[0].episode == fired.transitions[0].episode);
}

TEST_CASE("a block that is orphaned and comes back gives its transitions new keys") {
    ScriptedChain chain;
    Fold fold(fold_options());
    static_cast<void>(fold.apply(chain.next(86), 0));
    const eth::Block firing = chain.next(86);
    std::set<std::string> keys;
    for (std::uint32_t occurrence = 0; occurrence < 3; ++occurrence) {
        const Outcome fired = fold.apply(firing, occurrence);
        const auto reverted = fold.revert(undo_of(firing, fired));
        REQUIRE(reverted);
        CHECK(keys.insert(fired.transitions.at(0).key()).second);
        CHECK(keys.insert(reverted->transitions.at(0).key()).second);
    }
}

TEST_CASE("an alert whose rule is gone from the configuration resolves") {
    ScriptedChain chain;
    Fold fold(fold_options());
    static_cast<void>(fold.apply(chain.next(86), 0));
    static_cast<void>(fold.apply(chain.next(86), 0));
    FoldOptions without = fold_options();
    without.rules = {};
    Fold later(without);
    for (const ledger::RowChange& row : fold.dump()) {
        REQUIRE(later.load(row.table, row.key, *row.after));
    }
    const Outcome outcome = later.apply(chain.next(86), 0);
    REQUIRE(kinds(outcome) == std::vector{Kind::kResolved});
    CHECK_THAT(outcome.transitions[0].summary, Catch::Contains("removed from the configuration"));
    CHECK(later.alerts().rows().size() == 0);
}

}  // namespace faultline::engine
