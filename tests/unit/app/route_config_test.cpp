// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/rules/watch_rule.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <app/operator_command.hpp>
#include <chrono>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::test;
using namespace std::chrono_literals;

namespace {

/// The small configuration with further lines at its end.
Bench with(const std::string& lines) {
    Bench bench;
    bench.world.files["conf/f.yaml"] += lines;
    return bench;
}

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("Routes and inhibitions are read, and nobody is left out without a word", "[app]") {
    Bench bench = with(R"(routes:
  - match: [severity="critical", "rule=~h.|market_.*|[abclpr].*"]
    receivers: [ops]
    escalate: [{after: 15m, receivers: [ops]}]
    continue: true
    group_by: [market]
  - receivers: []
inhibit:
  - {source: [rule=a], target: ["severity=~warning|info"], equal: [market]}
)");
    const auto config = bench.load();
    REQUIRE(config.has_value());
    const alerts::Labels critical = {{"severity", "critical"}, {"rule", "hf"}};
    const auto placed = config->routes.placement_of("ops", critical);
    REQUIRE(placed.has_value());
    CHECK(placed->after == Duration(0));
    CHECK(placed->group_by == std::vector<std::string>{"market"});
    CHECK_FALSE(config->routes.placement_of("ops", {{"severity", "info"}, {"rule", "hf"}}));
    REQUIRE(config->inhibitions.size() == 1);
    CHECK(config->inhibitions[0].equal == std::vector<std::string>{"market"});
    CHECK(
        bench.messages() ==
        Messages{"conf/f.yaml:15:3 routes: warning: the rule \"hf\" reaches no receiver: "
                 "its alerts are only kept, logged and counted"}
    );
}

TEST_CASE("What is always on and reaches nobody is said, too", "[app]") {
    const Messages messages =
        with("routes: [{match: [rule=hf], receivers: [ops]}, {receivers: []}]\n").messages();
    CHECK(messages.size() == rules::kWatchRules.size());
    for (const rules::WatchRule rule : rules::kWatchRules) {
        const std::string words =
            "the rule \"" + std::string(rules::watch_rule_name(rule)) + "\" reaches no receiver";
        CHECK(std::ranges::any_of(messages, [&words](const std::string& one) {
            return one.find(words) != std::string::npos;
        }));
    }
}

TEST_CASE("onchain-mon 22: what would be told of nothing is not taken without a word", "[app]") {
    const auto of = [](const std::string& routes) {
        Messages out = with(routes).messages();
        std::erase_if(out, [](const std::string& one) {
            return !one.contains("no route leads to");
        });
        return out;
    };
    CHECK(of("routes: [{match: [rule=a], receivers: []}]\n").empty());
    CHECK(of("routes: [{receivers: [], continue: true}, {match: [rule=a], receivers: [ops]}]\n")
              .empty());
    CHECK(of("routes: [{receivers: [], escalate: [{after: 1h, receivers: [ops]}]}]\n").empty());
    CHECK(
        of("routes: [{receivers: [], continue: true}]\n") ==
        Messages{"conf/f.yaml:13:5 receivers[0]: warning: no route leads to \"ops\": it is told of "
                 "nothing"}
    );
    CHECK(of("routes: [{receivers: []}, {receivers: [ops]}]\n").size() == 1);
}

TEST_CASE("A protocol that is not followed is said, with the nearest name", "[app]") {
    Bench bench;
    bench.replace(
        "kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
        "kind: utilisation, protocols: [aav_v3, \"comp*\"], above: 90%"
    );
    CHECK(
        bench.messages() ==
        Messages{"conf/f.yaml:11:47 rules[0].protocols[0]: warning: no market of \"aav_v3\" is "
                 "followed; did you mean \"aave_v3\"?"}
    );
}

TEST_CASE("A trigger is nobody to tell what is no exposure", "[app]") {
    Bench bench;
    std::string& file = bench.world.files["conf/f.yaml"];
    const std::size_t at = file.find("receivers:");
    file = file.substr(0, at) +
           "receivers: [{name: stop, kind: trigger, url: \"https://a.test/x\", signing_secret: " +
           std::string(40, 's') + ", rules: [hf]}]\n";
    const Messages messages = bench.messages();
    CHECK(messages.size() == rules::kWatchRules.size());
    CHECK(std::ranges::none_of(messages, [](const std::string& one) {
        return one.contains("\"hf\"");
    }));
}

TEST_CASE("A route that leads nowhere by a slip is refused, with the nearest name", "[app]") {
    CHECK(
        with("routes: [{receivers: [opps]}]\n").messages() ==
        Messages{"conf/f.yaml:14:23 routes[0].receivers[0]: there is no receiver \"opps\"; did you "
                 "mean \"ops\"?"}
    );
    CHECK(
        with("routes: [{receivers: [ops], escalate: [{after: 1m, receivers: [boss]}]}]\n")
            .messages() ==
        Messages{"conf/f.yaml:14:64 routes[0].escalate[0].receivers[0]: there is no receiver "
                 "\"boss\""}
    );
    CHECK(
        with("routes: [{recievers: [ops]}]\n").messages().front() ==
        "conf/f.yaml:14:11 routes[0].recievers: there is no such field; did you mean \"receivers\"?"
    );
    const Messages wrong = with("inhibit: [{source: [rule], target: [rule=b]}]\n").messages();
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].find("conf/f.yaml:14:21 inhibit[0].source[0]") == 0);
    CHECK(wrong[0].find("none of = != =~ !~") != std::string::npos);
    CHECK(with("inhibit: [{source: [], target: [rule=b]}]\n").messages().size() == 1);
}

TEST_CASE("What a daemon answers becomes lines for people", "[app]") {
    using app::DaemonRequest;
    const std::string silences =
        R"({"silences":[{"id":3,"state":"active","matchers":["rule=\"a\""],"author":"ann",)"
        R"("reason":"x \"y\"","created_at":"c","starts_at":"s","ends_at":"e"},)"
        R"({"id":2,"state":"expired","matchers":[],"author":"b","reason":"z","starts_at":"s",)"
        R"("ends_at":"e"}]})";
    CHECK(
        app::answer_text(silences, DaemonRequest::Shows::kSilences).value() ==
        "3  active  rule=\"a\"  from s until e  ann: x \"y\"\n"
    );
    CHECK(
        app::answer_text(silences, DaemonRequest::Shows::kAllSilences)
            .value()
            .find("\n2  expired") != std::string::npos
    );
    CHECK(
        app::answer_text(R"({"silences":[]})", DaemonRequest::Shows::kSilences).value() ==
        "no silences but those that are over\n"
    );
    CHECK_FALSE(app::answer_text("<html>", DaemonRequest::Shows::kSilence).has_value());
}
