// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace faultline;
using namespace faultline::api;
using namespace faultline::api::testing;

namespace {

RulesPage page() {
    RulesPage out;
    out.block = ProcessedBlock{.ref = FakeChain::block(7), .timestamp = {1'700'000'007}};
    RuleFigures rule;
    rule.name = "full";
    rule.kind = "utilisation";
    rule.severity = "warning";
    rule.condition = "utilisation above 95%";
    rule.work = 321;
    rule.put_off_blocks = 2;
    rule.counts.firing = 1;
    rule.counts.stale = 1;
    rule.rows = {
        {.labels = {{"market", "core"}},
         .figure = Figure<std::string>::of("0.97"),
         .verdict = "breach",
         .words = "utilisation 97% is above 95%",
         .alert = "firing since block 5",
         .inputs = {{"utilisation{market=\"core\"}", "0.97"}}},
        {.labels = {{"market", "prime"}},
         .figure = Figure<std::string>::without(FigureStatus::kStale, "the price is old"),
         .verdict = "hold",
         .words = "utilisation is stale",
         .alert = "",
         .inputs = {}}
    };
    out.rules = {rule};
    return out;
}

const std::string kBlock = R"({"block":{"number":7,"hash":"0x)" + std::string(62, '0') +
                           R"(07","timestamp":1700000007},"halted":"",)";
const std::string kRule =
    R"("name":"full","kind":"utilisation","severity":"warning",)"
    R"("condition":"utilisation above 95%","work":321,"put_off_blocks":2,"counts":{"firing":1,"ok":0,"hold":0,"no_data":0,)"
    R"("stale":1,"error":0})";

}  // namespace

TEST_CASE("Rules are listed with what their rows say", "[api]") {
    Bench bench;
    bench.chain.rules_now = page();
    const auto response = bench.get("/v1/rules?chain=devnet");
    CHECK(response.status == 200);
    CHECK(response.body == kBlock + R"("rules":[{)" + kRule + "}]}\n");
    CHECK_FALSE(bench.chain.rule_asked.has_value());
}

TEST_CASE("A rule is shown row by row, and a missing figure is no figure", "[api]") {
    Bench bench;
    bench.chain.rules_now = page();
    const auto response = bench.get("/v1/rules/full?chain=devnet");
    CHECK(response.status == 200);
    CHECK(
        response.body ==
        kBlock + kRule +
            R"(,"rows":[{"labels":{"market":"core"},"status":"value","reason":"",)"
            R"("figure":"0.97","verdict":"breach","words":"utilisation 97% is above 95%",)"
            R"("alert":"firing since block 5",)"
            R"("inputs":{"utilisation{market=\"core\"}":"0.97"}},)"
            R"({"labels":{"market":"prime"},"status":"stale","reason":"the price is old",)"
            R"("verdict":"hold","words":"utilisation is stale","inputs":{}}]})"
            "\n"
    );
    CHECK(bench.chain.rule_asked == "full");
}

TEST_CASE("Rules of one of several chains, and of none", "[api]") {
    Bench bench;
    CHECK(bench.get("/v1/rules").status == 400);
    CHECK(has(bench.get("/v1/rules"), "It is one of: devnet, base"));
    CHECK(bench.get("/v1/rules?chain=nope").status == 404);
    CHECK(bench.get("/v1/rules?chain=devnet&limit=1").status == 400);
    CHECK(bench.get("/v1/rules/x/y?chain=devnet").status == 404);
    CHECK(has(bench.get("/v1/rules?chain=base"), R"("block":null,"halted":"","rules":[]})"));
    bench.chain.failure = Error(Code::kMissing, "there is no rule \"ful\"; did you mean \"full\"?");
    CHECK(bench.get("/v1/rules/ful?chain=devnet").status == 404);
    CHECK(has(bench.get("/v1/rules/ful?chain=devnet"), "did you mean"));
}
