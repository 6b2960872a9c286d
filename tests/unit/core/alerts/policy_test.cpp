// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/alerts/transition.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace faultline;
using namespace faultline::alerts;
using namespace std::chrono_literals;

namespace {

std::vector<Matcher> match(std::initializer_list<std::string_view> texts) {
    std::vector<Matcher> out;
    for (const std::string_view text : texts) {
        auto one = Matcher::parse(text);
        INFO(text);
        REQUIRE(one.has_value());
        out.push_back(*std::move(one));
    }
    return out;
}

std::string refused(std::string_view text) {
    const auto one = Matcher::parse(text);
    REQUIRE(!one.has_value());
    return one.error().message();
}

Silence silence(std::initializer_list<std::string_view> matchers, UnixMillis from, UnixMillis to) {
    Silence out;
    out.id = 1;
    out.matchers = match(matchers);
    out.author = "ann";
    out.reason = "an upgrade";
    out.starts = from;
    out.ends = to;
    return out;
}

FiringAlert fires(const std::string& name, const std::string& market = "main") {
    return {.fingerprint = name, .labels = {{"rule", name}, {"market", market}}};
}

std::string quiet(const std::vector<Inhibition>& all, const std::vector<FiringAlert>& firing) {
    const Inhibitor inhibitor(all, firing);
    std::string out;
    for (const FiringAlert& one : firing) {
        if (const auto source = inhibitor.source_of(one.fingerprint, one.labels)) {
            out += one.fingerprint + "<" + *source + " ";
        }
    }
    return out;
}

std::optional<Duration> wait_of(
    const Routes& routes, std::string_view receiver, const Labels& labels
) {
    const auto placement = routes.placement_of(receiver, labels);
    return placement ? std::optional(placement->after) : std::nullopt;
}

}  // namespace

TEST_CASE("A matcher compares one label, with or without quotes", "[policy]") {
    const Labels labels = {{"rule", "near-liquidation"}, {"severity", "critical"}};
    CHECK(all_match(match({R"(rule="near-liquidation")", "severity!=info"}), labels));
    CHECK(all_match(match({R"(rule=~"near.*|far.*")", R"(severity !~ "warn.*")"}), labels));
    CHECK_FALSE(all_match(match({"rule=near"}), labels));
    CHECK(all_match(match({"team="}), labels));
    CHECK(all_match(match({"team!=risk"}), labels));
    CHECK(all_match({}, labels));
    CHECK(match({"rule = a b "}).front().text() == R"(rule="a b")");
    CHECK(match({R"(rule=~"a\"b")"}).front().text() == R"(rule=~"a\"b")");
}

TEST_CASE("A matcher that cannot be read says why", "[policy]") {
    CHECK(refused("=x").find("does not begin with the name of a label") != std::string::npos);
    CHECK(refused("rule").find("none of = != =~ !~") != std::string::npos);
    CHECK(refused(R"(rule="x)").find("quotes are not a pair") != std::string::npos);
    CHECK(refused(R"(rule="x"y)").find("quotes are not a pair") != std::string::npos);
    CHECK(refused("rule=~(").find("a ( is not closed") != std::string::npos);
}

TEST_CASE("A rule's own labels do not replace rule, severity, group and chain", "[policy]") {
    Transition transition;
    transition.rule = "low";
    transition.severity = rules::Severity::kCritical;
    transition.labels = {{"severity", "none"}, {"market", "main"}};
    CHECK(
        labels_of(transition, "ethereum") ==
        Labels{
            {"chain", "ethereum"},
            {"group", ""},
            {"market", "main"},
            {"rule", "low"},
            {"severity", "critical"}
        }
    );
}

TEST_CASE("The first route that matches decides, unless it goes on", "[policy]") {
    const Routes routes(
        {{.match = match({"severity=critical"}),
          .receivers = {"pager"},
          .escalation = {{.after = 15min, .receivers = {"boss", "pager"}}},
          .goes_on = true},
         {.match = match({"team=risk"}),
          .receivers = {"risk"},
          .escalation = {},
          .group_by = {"market"}},
         {.match = match({"rule=noise"}), .receivers = {}, .escalation = {}}}
    );
    const Labels critical = {{"severity", "critical"}};
    CHECK(wait_of(routes, "pager", critical) == Duration(0));
    CHECK(wait_of(routes, "boss", critical) == Duration(15min));
    CHECK_FALSE(wait_of(routes, "risk", critical));
    const Labels both = {{"severity", "critical"}, {"team", "risk"}};
    CHECK(wait_of(routes, "risk", both) == Duration(0));
    CHECK(routes.placement_of("risk", both)->group_by == std::vector<std::string>{"market"});
    CHECK(routes.placement_of("pager", both)->group_by.empty());
    CHECK(wait_of(routes, "pager", both) == Duration(0));
    CHECK_FALSE(wait_of(routes, "pager", {{"team", "risk"}}));
    CHECK_FALSE(wait_of(routes, "pager", {{"rule", "noise"}}));
    CHECK(wait_of(routes, "pager", {{"rule", "other"}}) == Duration(0));
    CHECK(wait_of(Routes(), "pager", {}) == Duration(0));
}

TEST_CASE("A rule that reaches nobody is known before it fires", "[policy]") {
    const Routes routes(
        {{.match = match({"market=test"}), .receivers = {"lab"}, .escalation = {}},
         {.match = match({"rule=noise"}), .receivers = {}, .escalation = {}},
         {.match = match({"rule=quiet", "market=x"}), .receivers = {}, .escalation = {}}}
    );
    CHECK(routes.may_tell("lab", {{"rule", "noise"}}));
    CHECK_FALSE(routes.may_tell("ops", {{"rule", "noise"}}));
    CHECK_FALSE(routes.may_tell("lab", {{"rule", "noise"}, {"market", "main"}}));
    CHECK(routes.may_tell("ops", {{"rule", "quiet"}}));
    CHECK(routes.may_tell("ops", {{"rule", "other"}}));
}

TEST_CASE("A silence counts between its start and its end", "[policy]") {
    Decisions decisions;
    decisions.put(silence({"rule=low"}, {1'000}, {2'000}));
    const Labels low = {{"rule", "low"}};
    CHECK(decisions.silenced_by(low, {999}).empty());
    CHECK(decisions.silenced_by(low, {1'000}) == std::vector<std::uint64_t>{1});
    CHECK(decisions.silenced_by(low, {1'999}) == std::vector<std::uint64_t>{1});
    CHECK(decisions.silenced_by(low, {2'000}).empty());
    CHECK(decisions.silenced_by({{"rule", "high"}}, {1'000}).empty());
}

TEST_CASE("A silence names who, why, until when and something", "[policy]") {
    CHECK(check(silence({"rule=low"}, {0}, {1})).has_value());
    CHECK_FALSE(check(silence({}, {0}, {1})).has_value());
    CHECK_FALSE(check(silence({"rule=~.*", "team!=x"}, {0}, {1})).has_value());
    CHECK_FALSE(check(silence({"rule=low"}, {1}, {1})).has_value());
    CHECK_FALSE(check(silence({"rule=low"}, {0}, {91LL * 86'400'000})).has_value());
    Silence nobodys = silence({"rule=low"}, {0}, {1});
    for (const char* blank : {"", " ", "\t\r\n "}) {
        nobodys.author = blank;
        CHECK_FALSE(check(nobodys).has_value());
    }
    Silence baseless = silence({"rule=low"}, {0}, {1});
    baseless.reason = "  ";
    CHECK_FALSE(check(baseless).has_value());
}

TEST_CASE("An acknowledgement is of one episode of one chain", "[policy]") {
    Decisions decisions;
    decisions.put(Acknowledgement{
        .chain = "a", .fingerprint = "f", .episode = "e", .author = "ann", .comment = "", .at = {5}
    });
    REQUIRE(decisions.acknowledged("a", "f", "e") != nullptr);
    CHECK(decisions.acknowledged("a", "f", "e")->author == "ann");
    CHECK(decisions.acknowledged("b", "f", "e") == nullptr);
    CHECK(decisions.acknowledged("a", "f", "e2") == nullptr);
}

TEST_CASE("What operators decided has a bound, and what is in force stays", "[policy]") {
    Decisions decisions;
    for (std::uint64_t id = 1; id <= Decisions::kMostExpired + 10; ++id) {
        Silence one = silence({"rule=low"}, {0}, {static_cast<std::int64_t>(id)});
        one.id = id;
        decisions.put(std::move(one));
    }
    CHECK(decisions.surplus_expired({20}).empty());
    const auto gone = decisions.surplus_expired({5'000});
    REQUIRE(gone.size() == 10);
    CHECK(gone.front() == 1);
    CHECK(decisions.silences().begin()->first == 1);
    for (const std::uint64_t id : gone) {
        decisions.forget(id);
    }
    CHECK(decisions.silences().begin()->first == 11);
    for (std::size_t i = 0; i <= Decisions::kMostAcknowledged; ++i) {
        decisions.put(Acknowledgement{
            .chain = "a",
            .fingerprint = std::to_string(i),
            .episode = "e",
            .author = "ann",
            .comment = "",
            .at = {}
        });
    }
    const auto surplus = decisions.surplus_acknowledged();
    REQUIRE(surplus.size() == 1);
    CHECK(surplus.front().fingerprint == "0");
    CHECK(decisions.acknowledged("a", "0", "e") != nullptr);
    decisions.forget(surplus.front());
    CHECK(decisions.surplus_acknowledged().empty());
    CHECK(decisions.acknowledged("a", "0", "e") == nullptr);
    CHECK(decisions.acknowledged("a", "1", "e") != nullptr);
}

TEST_CASE("A source quietens its targets, where labels are equal", "[policy]") {
    const std::vector<Inhibition> all = {
        {.source = match({"rule=halt"}), .target = match({"rule=~low|high"}), .equal = {"market"}}
    };
    CHECK(quiet(all, {fires("halt"), fires("low"), fires("high")}) == "low<halt high<halt ");
    CHECK(quiet(all, {fires("halt", "other"), fires("low")}).empty());
    CHECK(quiet(all, {fires("low")}).empty());
    CHECK(quiet(all, {fires("halt")}).empty());
    // An alert that is not, or no more, among those that fire.
    const Inhibitor inhibitor(all, {fires("halt")});
    CHECK(inhibitor.source_of("low", fires("low").labels) == "halt");
}

TEST_CASE("Alerts that would inhibit each other are all told", "[policy]") {
    const std::vector<Inhibition> itself = {
        {.source = match({"rule=~a|b"}), .target = match({"rule=~a|b|c"}), .equal = {}}
    };
    CHECK(quiet(itself, {fires("a"), fires("b")}).empty());
    CHECK(quiet(itself, {fires("a"), fires("b"), fires("c")}) == "c<a ");
    const std::vector<Inhibition> circle = {
        {.source = match({"rule=a"}), .target = match({"rule=b"}), .equal = {}},
        {.source = match({"rule=b"}), .target = match({"rule=c"}), .equal = {}},
        {.source = match({"rule=c"}), .target = match({"rule=a"}), .equal = {}},
        {.source = match({"rule=s"}), .target = match({"rule=a"}), .equal = {}}
    };
    CHECK(quiet(circle, {fires("a"), fires("b"), fires("c")}).empty());
    CHECK(quiet(circle, {fires("a"), fires("b")}) == "b<a ");
    CHECK(quiet(circle, {fires("a"), fires("b"), fires("c"), fires("s")}) == "a<s ");
}

TEST_CASE("An acknowledgement that is given anew is the newest", "[policy]") {
    Decisions decisions;
    const auto acknowledge = [&decisions](std::size_t i) {
        decisions.put(Acknowledgement{
            .chain = "a",
            .fingerprint = std::to_string(i),
            .episode = "e",
            .author = "ann",
            .comment = "",
            .at = {}
        });
    };
    for (std::size_t i = 0; i < Decisions::kMostAcknowledged; ++i) {
        acknowledge(i);
    }
    acknowledge(0);
    acknowledge(Decisions::kMostAcknowledged);
    const auto surplus = decisions.surplus_acknowledged();
    REQUIRE(surplus.size() == 1);
    CHECK(surplus[0].fingerprint == "1");
    CHECK(decisions.acknowledged("a", "0", "e") != nullptr);
}
