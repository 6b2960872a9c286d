// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/engine/rule_state.hpp>

#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <app/rule_explain.hpp>
#include <app/rule_test_series.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace faultline;
using faultline::test::Bench;

namespace {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

Said say(const std::vector<std::string>& arguments, const Bench& bench = {}) {
    std::ostringstream out;
    std::ostringstream err;
    const app::CommandLinePorts ports{
        .out = out,
        .err = err,
        .surroundings = bench.world.surroundings(),
        .run = {},
        .replay_tape = {},
        .replay_blocks = {},
        .record = {},
        .bootstrap = {},
        .resync = {},
        .graph_export = {},
    };
    Said said;
    said.status = app::command_line(arguments, ports);
    said.out = out.str();
    said.err = err.str();
    return said;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

constexpr const char* kRules = R"(rules:
  - {name: full, kind: utilisation, above: 95%, for_blocks: 2, summary: "{market}: {figure}"}
)";

Said tested(const std::string& tests, const std::string& rules = kRules) {
    Bench bench;
    bench.world.files["t.yaml"] = rules + tests;
    return say({"rules", "test", "t.yaml"}, bench);
}

constexpr const char* kSeries = R"(tests:
  - name: filling up
    series:
      - {signal: utilisation, labels: {market: core}, values: 0.5 0.99x5}
      - {signal: utilisation, labels: {market: prime}, values: 0.5x9}
    expect:
)";

std::string shown(const std::string& series) {
    const auto values = app::parse_series(series);
    if (!values) {
        return values.error().detail();
    }
    std::string out;
    for (const auto& one : *values) {
        out += out.empty() ? "" : " ";
        out += !one        ? "_"
               : one->ok() ? one->value.text()
                           : std::string(figure_status_name(one->status));
    }
    return out;
}

}  // namespace

TEST_CASE("rules list says where each rule is written", "[app]") {
    const Said said = say({"rules", "list", "conf/f.yaml"});
    CHECK(said.status == 0);
    CHECK(holds(said.out, "RULE  KIND"));
    CHECK(holds(said.out, "hf    health_factor  warning   conf/f.yaml:11:12"));
    CHECK(holds(said.out, "health factor below 1.02"));
    CHECK(say({"rules", "list", "none.yaml"}).status == 3);
    CHECK(say({"rules"}).status == 2);
}

TEST_CASE("rules kinds says what a kind takes", "[app]") {
    const Said all = say({"rules", "kinds"});
    CHECK(all.status == 0);
    CHECK(holds(all.out, "\nutilisation: "));
    const Said one = say({"rules", "kinds", "expression"});
    CHECK(one.status == 0);
    CHECK(holds(one.out, "  expression (required): "));
    const Said none = say({"rules", "kinds", "utilization"});
    CHECK(none.status == 2);
    CHECK(holds(none.err, "did you mean \"utilisation\"?"));
}

TEST_CASE("rules explain refuses a rule that is none", "[app]") {
    const Said said = say({"rules", "explain", "conf/f.yaml", "hff"});
    CHECK(said.status == 2);
    CHECK(holds(said.err, "there is no rule \"hff\"; did you mean \"hf\"?"));
}

TEST_CASE("an explanation shows what each row reads", "[app]") {
    engine::RuleState state;
    state.name = "full";
    state.kind = "utilisation";
    state.condition = "utilisation above 95%";
    state.work = 321;
    state.put_off_blocks = 2;
    state.counts.firing = 1;
    state.counts.stale = 1;
    state.rows = {
        {.labels = {{"market", "core"}},
         .figure = Figure<Decimal>::of(*Decimal::parse("0.97")),
         .verdict = rules::Verdict::kBreach,
         .words = "utilisation 97% is above 95%",
         .inputs = {{"utilisation{market=\"core\"}", "0.97"}}},
        {.labels = {{"market", "prime"}},
         .figure = Figure<Decimal>::without(FigureStatus::kStale, "the price is old"),
         .verdict = rules::Verdict::kHold,
         .words = "utilisation is stale",
         .inputs = {}}
    };
    CHECK(
        app::explanation(state, {.number = 7, .hash = {}}) ==
        "full (utilisation, warning) as of block " + eth::BlockRef{.number = 7, .hash = {}}.text() +
            "\ncondition: utilisation above 95%\nrows: 1 in breach, 1 stale\n"
            "work: 321 of a block's rule_work_per_block\n"
            "put off for 2 blocks: all rules together take too much of one; its alerts are as it "
            "was judged last\n"
            "\n{market=\"core\"}: holds\n  figure: 0.97\n  utilisation 97% is above 95%\n"
            "  reads utilisation{market=\"core\"} = 0.97\n"
            "\n{market=\"prime\"}: no figure\n  figure: stale: the price is old\n"
            "  utilisation is stale\n"
    );
}

TEST_CASE("rules test says ok where all is as expected", "[app]") {
    const Said said = tested(
        std::string(kSeries) +
        "      - {block: 0, firing: [], pending: []}\n"
        "      - {at: 12s, pending: [{rule: full, labels: {market: core}}]}\n"
        "      - {at: 24s, firing: [{rule: full, summary: \"core: 99%\"}], pending: []}\n"
    );
    CHECK(said.err.empty());
    CHECK(said.out == "ok: t.yaml: 3 expectations\n");
    CHECK(said.status == 0);
}

TEST_CASE("rules test says where, what was expected and what came", "[app]") {
    const Said said = tested(
        std::string(kSeries) +
        "      - {block: 3, firing: [{rule: full, labels: {market: prime}}]}\n"
        "      - {block: 1, pending: []}\n"
    );
    CHECK(said.status == 1);
    CHECK(holds(
        said.out,
        "t.yaml:9:9: \"filling up\" at block 3 (36s)\n"
        "  firing expected:\n    full{market=\"prime\"}\n"
        "  firing got:\n    full{chain=\"test\", market=\"core\""
    ));
    CHECK(
        holds(said.out, "t.yaml:10:9: \"filling up\" at block 1 (12s)\n  pending expected: none\n")
    );
    CHECK(holds(said.out, "failed: t.yaml: 2 of 2 expectations\n"));
}

TEST_CASE("a figure that is not there neither fires nor resolves in a test", "[app]") {
    const Said said = tested(R"(tests:
  - name: it goes away
    series:
      - {signal: utilisation, labels: {market: core}, values: 0.99x3 stalex3 _x3 0.5}
    expect:
      - {block: 3, firing: [{rule: full}]}
      - {block: 6, firing: [{rule: full}]}
      - {block: 9, firing: [{rule: full}]}
      - {block: 10, firing: []}
)");
    CHECK(said.out == "ok: t.yaml: 4 expectations\n");
}

TEST_CASE("rules about positions cannot be tested on series, and it says why", "[app]") {
    const Said said = tested(
        std::string(kSeries) + "      - {block: 0, firing: []}\n",
        "rules:\n  - {name: hf, kind: health_factor, below: 1}\n"
    );
    CHECK(said.status == 3);
    CHECK(holds(said.err, "t.yaml:2:5 rules[0]: this rule is of kind health_factor, which judges"));
    Bench bench;
    bench.world.files["r.yaml"] = "rules:\n  - {name: hf, kind: health_factor, below: 1}\n";
    bench.world.files["t.yaml"] =
        "rule_files: [r.yaml]\ntests:\n  - name: x\n    expect:\n"
        "      - {block: 0, firing: [{rule: hf}]}\n";
    const Said expected = say({"rules", "test", "t.yaml"}, bench);
    CHECK(expected.status == 3);
    CHECK(holds(expected.err, "t.yaml:5:36 tests[0].expect[0].firing[0].rule: \"hf\" is of kind"));
}

TEST_CASE("what is wrong with a file of tests is said where it stands", "[app]") {
    const Said said = tested(R"(tests:
  - name: x
    series:
      - {signal: utilization, values: 1}
      - {signal: utilisation, labels: {marktet: core}, values: 1}
    expect:
      - {block: 0, at: 1m, firing: []}
      - {block: 0}
      - {at: 300d, firing: [{rule: ful}]}
)");
    CHECK(said.status == 3);
    CHECK(holds(said.err, "t.yaml:6:18 tests[0].series[0].signal: there is no signal"));
    CHECK(holds(said.err, "did you mean \"utilisation\"?"));
    CHECK(holds(said.err, "utilisation has no label \"marktet\"; did you mean \"market\"?"));
    CHECK(holds(said.err, "give either at, such as 5m, or block, such as 25"));
    CHECK(holds(said.err, "expects nothing; give firing or pending, [] for none"));
    CHECK(holds(said.err, "is beyond 100000 blocks"));
    CHECK(holds(said.err, "there is no rule \"ful\"; did you mean \"full\"?"));
    CHECK(holds(say({"rules", "test", "none.yaml"}).err, "none.yaml: cannot read none.yaml"));
    CHECK(tested(std::string(kSeries) + "      - {block: 0, firing: []}\n", "").status == 3);
}

TEST_CASE("values of a series are written as in promtool", "[app]") {
    CHECK(shown("1 2.5 -3") == "1 2.5 -3");
    CHECK(shown("0+10x3 10-2x2") == "0 10 20 30 10 8 6");
    CHECK(shown("-1-1x2") == "-1 -2 -3");
    CHECK(shown("7x2 _x2 _ 1x0") == "7 7 7 _ _ _ 1");
    CHECK(shown("no_data stalex2 error") == "no_data stale stale error");
    CHECK(shown("").empty());
    for (const char* wrong : {"1x", "x3", "1+x3", "a", "1y3", "1x-1", "nope", "1e3", "0x100000"}) {
        CAPTURE(wrong);
        CHECK_FALSE(app::parse_series(wrong));
    }
    CHECK_FALSE(app::parse_series("0x60000 0x60000"));
}
