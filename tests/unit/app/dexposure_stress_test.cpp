// SPDX-License-Identifier: Apache-2.0
// What shocks of a weekly snapshot lead to, by each model.
#include "dexposure_file.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <catch2/catch.hpp>

#include <app/dexposure_stress.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

using namespace faultline;
using faultline::test::TextFile;
using network::Snapshot;

namespace {

const network::Day kWeek = *network::Day::parse("2022-05-09");

struct Size {
    const char* id;
    double size;
};

struct Claim {
    const char* creditor;
    const char* debtor;
    double usd;
};

Snapshot week_of(const std::vector<Size>& sizes, const std::vector<Claim>& claims) {
    Snapshot out{.date = kWeek, .nodes = {}, .links = {}};
    for (const Size& one : sizes) {
        out.nodes.push_back({.id = one.id, .size = one.size, .composition = {}});
    }
    for (const Claim& one : claims) {
        out.links.push_back(
            {.source = one.creditor, .target = one.debtor, .size = one.usd, .composition = {}}
        );
    }
    return out;
}

app::DexposureStress asked(const std::vector<app::DexposureShock>& shocks) {
    return {
        .file = {},
        .week = kWeek,
        .shocks = shocks,
        .top = {},
        .model = "contagion",
        .format = "text"
    };
}

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

Said stress(const char* text, app::DexposureStress asked) {
    const TextFile file("stress.json", text);
    asked.file = file.path();
    std::ostringstream out;
    std::ostringstream err;
    const int status = app::dexposure_stress(asked, out, err);
    return {.status = status, .out = out.str(), .err = err.str()};
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// 182 owes 1599 and DAI, 1599 owes X.
const Snapshot kChain = week_of(
    {{"182", 100}, {"1599", 60}, {"DAI", 1000}, {"X", 20}},
    {{"1599", "182", 3}, {"DAI", "182", 1}, {"X", "1599", 5}}
);

}  // namespace

TEST_CASE("a creditor of size 0 absorbs nothing of a shock", "[app]") {
    const auto outcome = app::stress_week(
        week_of({{"182", 100}, {"7", 0}}, {{"7", "182", 10}}), asked({{"182", 0.5}})
    );
    REQUIRE(outcome);
    CHECK(outcome->share == 0.5);
    CHECK(outcome->lost == 50);
    CHECK(outcome->unabsorbed == 50.0);
    CHECK(outcome->distressed == 1);
    CHECK(outcome->losses == std::vector<double>{50, 0});
    const Said said = stress(test::kCreditorOfNothing, asked({{"182", 0.5}}));
    CHECK(said.status == 0);
    CHECK(said.err.empty());
    CHECK(said.out == R"(2022-05-09, contagion: 182 loses 50.00 %
  lost        50.00 usd, 50.00 % of 100.00 usd
  unabsorbed  50.00 usd
  rounds      1
  distressed  1 of 2 nodes, 1 of them shocked
  who loses most
    182  50.00 usd, 50.00 % of its size
)");
}

TEST_CASE("a contagion from the file is the simulator's", "[app]") {
    const auto outcome = app::stress_week(kChain, asked({{"182", 1}}));
    REQUIRE(outcome);
    CHECK(outcome->losses == std::vector<double>{100, 60, 25, 20});
    CHECK(outcome->lost == 205);
    CHECK(outcome->unabsorbed == 55.0);
    CHECK(outcome->total == 1180);
    CHECK(outcome->rounds == 2);
    CHECK(outcome->distressed == 3);
    CHECK(outcome->shocked == 1);
    CHECK(outcome->ended);
    const auto twice = app::stress_week(kChain, asked({{"182", 0.75}, {"182", 0.75}}));
    CHECK(twice->losses == outcome->losses);
    CHECK(twice->shocked == 1);
}

TEST_CASE("the largest nodes are shocked, of equal ones the first", "[app]") {
    auto top = asked({});
    top.top = {.count = 2, .share = 0.5};
    const Snapshot equal = week_of({{"a", 1}, {"b", 5}, {"c", 5}, {"d", 5}}, {});
    CHECK(app::stress_week(equal, top)->losses == std::vector<double>{0, 2.5, 2.5, 0});
    top.top->count = 9;
    CHECK(app::stress_week(equal, top)->shocked == 4);
    top.shocks = {{"b", 0.25}};
    CHECK(app::stress_week(equal, top)->losses[1] == 3.75);
    CHECK(app::stress_week(week_of({}, {}), asked({}))->share == 0);
}

TEST_CASE("DebtRank and a cascade take the same shocks", "[app]") {
    auto rank = asked({{"182", 0.5}});
    rank.model = "debtrank";
    const auto ranked = app::stress_week(kChain, rank);
    REQUIRE(ranked);
    // h = (.5, .5 * 3 / 60, .5 / 1000, .025 * 5 / 20)
    CHECK(ranked->losses[0] == 50);
    CHECK(ranked->losses[1] == Approx(1.5));
    CHECK(ranked->losses[2] == Approx(0.5));
    CHECK(ranked->losses[3] == Approx(0.125));
    CHECK_FALSE(ranked->unabsorbed.has_value());
    CHECK_FALSE(ranked->defaulted.has_value());
    CHECK(ranked->distressed == 1);
    auto fall = asked({{"182", 1}});
    fall.model = "cascade";
    const Snapshot thin = week_of(
        {{"182", 100}, {"1599", 2}, {"DAI", 1000}, {"X", 20}},
        {{"1599", "182", 3}, {"DAI", "182", 1}, {"X", "1599", 5}}
    );
    const auto fallen = app::stress_week(thin, fall);
    REQUIRE(fallen);
    CHECK(fallen->losses == std::vector<double>{100, 2, 1, 5});
    CHECK(fallen->defaulted == std::size_t{2});
    CHECK(fallen->rounds == 1);
    fall.shocks.push_back({"DAI", 0.5});
    const auto unequal = app::stress_week(thin, fall);
    REQUIRE_FALSE(unequal);
    CHECK(
        unequal.error().message() ==
        "a cascade has one share: what creditors lose of a default. Give each shock the same "
        "share, or take the model contagion"
    );
}

TEST_CASE("what a node owes itself is left out of a stress, and that is told", "[app]") {
    const Snapshot own =
        week_of({{"182", 100}, {"7", 50}}, {{"182", "182", 90}, {"7", "182", 10}, {"7", "7", 40}});
    const Snapshot plain = week_of({{"182", 100}, {"7", 50}}, {{"7", "182", 10}});
    for (const char* model : {"contagion", "debtrank", "cascade", "clearing"}) {
        auto half = asked({{"182", 0.5}});
        half.model = model;
        CHECK(app::stress_week(own, half)->losses == app::stress_week(plain, half)->losses);
        CHECK(app::stress_week(own, half)->links_to_self == 2);
    }
    const std::string text =
        R"({"data":{"2022-05-09":{"nodes":[{"id":"182","size":100,"composition":{}}],)"
        R"("links":[{"source":"182","target":"182","size":9,"composition":{}}]}}})";
    const Said said = stress(text.c_str(), asked({{"182", 0.5}}));
    CHECK(holds(said.out, "lost        50.00 usd"));
    CHECK(holds(said.out, "left out    1 link of a node to itself\n"));
}

TEST_CASE("a stress is told in JSON, too", "[app]") {
    auto json = asked({{"182", 0.5}});
    json.format = "json";
    json.top = {.count = 1, .share = 0.25};
    const Said said = stress(test::kCreditorOfNothing, json);
    CHECK(said.status == 0);
    CHECK(holds(
        said.out,
        R"("week":"2022-05-09","model":"contagion","shocks":[{"node":"182","share":0.5}],)"
        R"("shock_top":{"count":1,"share":0.25},"lost_usd":75,"tvl_usd":100,"lost_share":0.75,)"
        R"("unabsorbed_usd":75,"rounds":1,"ended":true,"nodes":2,"shocked":1,"distressed":1,"links_to_self":0,)"
        R"("losers":[{"node":"182","lost_usd":75,"size_usd":100,"share":0.75}]})"
    ));
    json.model = "cascade";
    json.top->share = 0.5;
    CHECK(holds(
        stress(test::kCreditorOfNothing, json).out,
        R"("distressed":1,"links_to_self":0,"defaulted":2,)"
    ));
}

TEST_CASE("at most ten losers are shown, the largest first", "[app]") {
    std::string nodes;
    for (int i = 0; i < 12; ++i) {
        nodes += (i == 0 ? "" : ",") + std::string("{\"id\":\"n") + std::to_string(i) +
                 "\",\"size\":" + std::to_string(i + 1) + ",\"composition\":{}}";
    }
    auto all = asked({});
    all.top = {.count = 12, .share = 1};
    const std::string file = R"({"data":{"2022-05-09":{"nodes":[)" + nodes + R"(],"links":[]}}})";
    const Said said = stress(file.c_str(), all);
    CHECK(holds(said.out, "who loses most\n    n11  12.00 usd, 100.00 % of its size\n    n10  11"));
    CHECK(holds(said.out, "\n    n2   3.00 usd"));
    CHECK_FALSE(holds(said.out, "    n1 "));
}

TEST_CASE("what the file lacks, or says wrongly, ends a stress", "[app]") {
    const Said node = stress(test::kCreditorOfNothing, asked({{"183", 0.5}}));
    CHECK(node.status == 1);
    CHECK(node.out.empty());
    CHECK(holds(node.err, "snapshot of 2022-05-09: there is no node \"183\". Give --shock the id"));
    const Said week = stress(test::kTwoWeeks, asked({{"182", 0.5}}));
    CHECK(week.status == 1);
    CHECK(holds(week.err, "there is no week 2022-05-09 in "));
    CHECK(holds(stress(R"({"data":{}})", asked({})).err, ", nor any other. Give another file"));
    // The week is whole; what follows is not.
    const std::string text(test::kCreditorOfNothing);
    const Said cut = stress(text.substr(0, text.size() - 3).c_str(), asked({{"182", 0.5}}));
    CHECK(cut.status == 1);
    CHECK(cut.out.empty());
    CHECK(holds(cut.err, ".json:3:"));
}

TEST_CASE("a shock is an id or a count, and a share", "[app]") {
    using app::DexposureShock;
    CHECK(app::parse_shock("182=0.5") == DexposureShock{.id = "182", .share = 0.5});
    CHECK(app::parse_shock("a=b=50%") == DexposureShock{.id = "a=b", .share = 0.5});
    CHECK(app::parse_shock("x=0")->share == 0);
    CHECK(app::parse_shock("x=100%")->share == 1);
    CHECK(app::parse_top_shock("10=1") == app::DexposureTopShock{.count = 10, .share = 1});
    for (const char* wrong :
         {"",
          "182",
          "=0.5",
          "182=",
          "182=%",
          "182=nan",
          "182=inf",
          "182=-0.1",
          "182=1.1",
          "182=101%",
          "182=0.5x",
          "182=0,5"}) {
        const auto shock = app::parse_shock(wrong);
        CAPTURE(wrong);
        REQUIRE_FALSE(shock);
        CHECK(shock.error().code() == Code::kInvalid);
        CHECK(shock.error().message().starts_with("--shock takes ID=SHARE, not "));
    }
    for (const char* wrong :
         {"0=0.5", "x=0.5", "-1=0.5", "1.5=0.5", "3=2", "99999999999999999999=1"}) {
        CAPTURE(wrong);
        REQUIRE_FALSE(app::parse_top_shock(wrong));
    }
}
