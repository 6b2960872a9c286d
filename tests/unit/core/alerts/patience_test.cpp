// SPDX-License-Identifier: Apache-2.0
// How long a condition takes to become an alert, and an alert to end.
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::alerts {
namespace {

using rules::Patience;
using rules::Verdict;

/// One alert, a block every ten seconds.
struct Scene {
    ledger::Ledger ledger;
    Book book{ledger};
    Patience patience;
    rules::Severity severity = rules::Severity::kCritical;
    bool news = false;
    std::uint64_t number = 0;
    std::vector<Transition> told;

    std::string step(Verdict verdict) {
        ++number;
        eth::Block block;
        block.header.ref.number = number;
        block.header.ref.hash.bytes[0] = static_cast<std::uint8_t>(number);
        block.header.timestamp = {1000 + (10 * number)};
        Observation says;
        says.rule = "low";
        says.key.rule = rule_id(says.rule);
        says.patience = patience;
        says.severity = severity;
        says.news = news;
        says.summary = "at " + std::to_string(number);
        says.verdict = verdict;
        says.labels = {{"account", "0xa"}};
        const auto transition = book.observe(says, block);
        if (!transition) {
            return "";
        }
        told.push_back(*transition);
        return std::string(kind_name(transition->kind)) + (transition->repeated ? " again" : "");
    }
};

constexpr auto kBreach = Verdict::kBreach;
constexpr auto kClear = Verdict::kClear;

}  // namespace

TEST_CASE("a condition has to hold for blocks and for time", "[alerts]") {
    Scene scene;
    scene.patience.for_blocks = 2;
    scene.patience.for_seconds = 30;
    CHECK(scene.step(kBreach) == "pending");
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.told.back().since_s == 1010);
    CHECK(scene.step(kClear) == "resolved");
}

TEST_CASE("an alert is kept firing while its condition comes and goes", "[alerts]") {
    Scene scene;
    scene.patience.keep_firing_seconds = 30;
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.book.rows().size() == 0);
}

TEST_CASE("nothing fires until the cooldown is over", "[alerts]") {
    Scene scene;
    scene.patience.cooldown_seconds = 30;
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.told[0].key() != scene.told[2].key());
    CHECK(scene.told[0].fingerprint == scene.told[2].fingerprint);
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.step(kClear).empty());
    CHECK(scene.book.rows().size() == 0);
}

TEST_CASE("a muted alert fires when the window is over, if it still holds", "[alerts]") {
    Scene scene;
    scene.patience.muted = true;
    CHECK(scene.step(kBreach) == "pending");
    CHECK(scene.step(kBreach).empty());
    scene.patience.muted = false;
    CHECK(scene.step(kBreach) == "firing");
    scene.patience.muted = true;
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.step(kBreach) == "pending");
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.told.back().retracts == Kind::kPending);
}

TEST_CASE("a firing alert is told again, and that is taken back only for who waits", "[alerts]") {
    Scene scene;
    scene.patience.repeat_seconds = 20;
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach) == "firing again");
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach) == "firing again");
    CHECK(scene.told[0].key() != scene.told[1].key());
    CHECK(Book::retract({scene.told[1]}).empty());
    Transition waits = scene.told[1];
    waits.wait_for = eth::Finality::kSafe;
    const auto taken_back = Book::retract({waits});
    REQUIRE(taken_back.size() == 1);
    CHECK(takes_back_repeat(taken_back[0]));
    CHECK_FALSE(takes_back_repeat(waits));
    CHECK(Book::retract({scene.told[0]}).size() == 1);
}

TEST_CASE("an alert ends with the severity it fired with, whatever its rule says since") {
    Scene scene;
    scene.patience.repeat_seconds = 20;
    scene.patience.for_blocks = 2;
    CHECK(scene.step(kBreach) == "pending");
    scene.severity = rules::Severity::kWarning;
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.told.back().severity == rules::Severity::kWarning);
    scene.severity = rules::Severity::kInfo;
    CHECK(scene.step(kBreach).empty());
    CHECK(scene.step(kBreach) == "firing again");
    CHECK(scene.told.back().severity == rules::Severity::kWarning);
    CHECK(scene.step(kClear) == "resolved");
    CHECK(scene.told.back().severity == rules::Severity::kWarning);
    CHECK(scene.step(kBreach) == "pending");
    CHECK(scene.told.back().severity == rules::Severity::kInfo);
}

TEST_CASE("what is new is told although the alert fires, and taken back without its end") {
    Scene scene;
    scene.news = true;
    CHECK(scene.step(kBreach) == "firing");
    CHECK(scene.told.back().news == News::kNone);
    CHECK(scene.step(kBreach) == "firing again");
    const Transition second = scene.told.back();
    CHECK(second.news == News::kNew);
    const auto key = scene.book.rows().sorted_keys().at(0);
    CHECK(scene.book.rows().find(key)->summary == "at 2");
    scene.news = false;
    CHECK(scene.step(kBreach).empty());
    scene.news = true;
    CHECK(scene.step(Verdict::kHold) == "firing again");
    CHECK(scene.told.back().key() != second.key());

    const auto back = Book::retract({second});
    REQUIRE(back.size() == 1);
    CHECK(back[0].kind == Kind::kFiring);
    CHECK(back[0].repeated);
    CHECK(back[0].news == News::kTakenBack);
    CHECK(back[0].fingerprint == second.fingerprint);
    CHECK(back[0].key().ends_with("/retracted-news@" + second.block.tag()));
    CHECK(back[0].summary == "taken back with dropped block " + second.block.text() + ": at 2");
    for (const Transition& one : {second, back[0]}) {
        CHECK(*decode_transition(encode(one)) == one);
    }
}

TEST_CASE("what a transition says survives its row", "[alerts]") {
    Scene scene;
    scene.step(kBreach);
    Transition out = scene.told[0];
    out.inputs = {{"price{token=\"0x1\"}", "0.98"}};
    out.runbook = "https://example.org/depeg";
    out.group = "prices";
    out.repeated = true;
    CHECK(*decode_transition(encode(out)) == out);
}

}  // namespace faultline::alerts
