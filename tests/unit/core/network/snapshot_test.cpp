// SPDX-License-Identifier: Apache-2.0
// Days, the weekly network of observations, and a snapshot as a graph.
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/weekly_flow.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::network;

namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t at(const char* day) {
    return std::int64_t{Day::parse(day)->since_1970} * kDay;
}

Observation held(
    std::string holder, std::string token, std::string issuer, std::int64_t when, double value
) {
    return {
        .holder = std::move(holder),
        .chain = "Ethereum",
        .token = std::move(token),
        .issuer = std::move(issuer),
        .at = when,
        .value_usd = value,
    };
}

std::vector<Snapshot> flows(const std::vector<Observation>& observations) {
    auto weeks = weekly_flows(observations);
    REQUIRE(weeks);
    return *std::move(weeks);
}

}  // namespace

TEST_CASE("days are those of the calendar, there and back") {
    REQUIRE(Day::parse("1970-01-01")->since_1970 == 0);
    REQUIRE(Day::parse("2000-03-01")->since_1970 == 11'017);
    REQUIRE(Day::parse("2020-03-23")->monday().text() == "2020-03-23");
    REQUIRE(Day::parse("2020-03-29")->monday().text() == "2020-03-23");
    REQUIRE(Day::parse("1969-12-31")->monday().text() == "1969-12-29");
    for (std::int32_t day = -800'000 + 100'000; day < 2'000'000; day += 37) {
        REQUIRE(Day::parse(Day{day}.text()) == Day{day});
        REQUIRE(Day{day}.monday().since_1970 <= day);
        REQUIRE(day < Day{day}.monday().since_1970 + 7);
    }
    for (const char* wrong :
         {"2021-02-29", "2021-13-01", "2021-00-10", "2021-1-001", "2021-01-1a", "", "20210101"}) {
        REQUIRE_FALSE(Day::parse(wrong));
    }
}

TEST_CASE("a week has the first values as sizes and the change between first and last as flow") {
    const std::int64_t monday = at("2022-05-09");
    const auto weeks = flows({
        held("7", "DAI", "118", monday + 3 * kDay, 100),
        held("7", "DAI", "118", monday + 7 * kDay - 1, 160),
        held("7", "DAI", "118", monday, 50),
        held("7", "DAI", "118", monday + 7 * kDay, 999),
    });
    REQUIRE(weeks.size() == 2);
    REQUIRE(weeks[0].date.text() == "2022-05-09");
    REQUIRE(weeks[0].nodes.size() == 2);
    REQUIRE(weeks[0].nodes[0] == SnapshotNode{.id = "118", .size = 0, .composition = {}});
    REQUIRE(weeks[0].nodes[1] == SnapshotNode{.id = "7", .size = 50, .composition = {{"DAI", 50}}});
    REQUIRE(weeks[0].links.size() == 1);  // grew: from the issuer to the holder
    REQUIRE(
        weeks[0].links[0] ==
        SnapshotLink{.source = "118", .target = "7", .size = 110, .composition = {{"DAI", 110}}}
    );
    REQUIRE(weeks[1].links[0].size == 0);
    REQUIRE(weeks[1].links[0].source == "118");
}

TEST_CASE("flows of a pair are netted over tokens and keep the sign of each") {
    const std::int64_t monday = at("2022-05-09");
    const auto weeks = flows({
        held("A", "t1", "B", monday, 100),
        held("A", "t1", "B", monday + kDay, 30),  // 70 from A to B
        held("B", "t2", "A", monday, 100),
        held("B", "t2", "A", monday + kDay, 10),  // 90 from B to A
        held("A", "own", "A", monday, 10),
        held("A", "own", "A", monday + kDay, 4),
    });
    REQUIRE(weeks.size() == 1);
    REQUIRE(weeks[0].links.size() == 2);
    REQUIRE(
        weeks[0].links[0] ==
        SnapshotLink{.source = "A", .target = "A", .size = 6, .composition = {{"own", 6}}}
    );
    REQUIRE(
        weeks[0].links[1] ==
        SnapshotLink{
            .source = "B", .target = "A", .size = 20, .composition = {{"t1", -70}, {"t2", 90}}
        }
    );
    REQUIRE(weeks[0].nodes[0].size == 110);
}

TEST_CASE("chains are holdings of their own, and a holder may be null") {
    const std::int64_t monday = at("2022-05-09");
    Observation null_holder = held("", "t", "B", monday, 5);
    null_holder.holder = std::nullopt;
    Observation other = held("B", "t", "C", monday, 7);
    other.chain = "Arbitrum";
    const auto weeks = flows({null_holder, held("B", "t", "C", monday, 5), other});
    REQUIRE(weeks[0].nodes.size() == 3);
    REQUIRE(weeks[0].nodes[0].id == std::nullopt);
    REQUIRE(weeks[0].nodes[1] == SnapshotNode{.id = "B", .size = 12, .composition = {{"t", 12}}});
    REQUIRE(flows({}).empty());
}

TEST_CASE("the order of observations does not matter, and what makes no sense is refused") {
    const std::int64_t monday = at("2022-05-09");
    std::vector<Observation> seen;
    for (int index = 0; index < 60; ++index) {
        seen.push_back(held(
            "h" + std::to_string(index % 5),
            "t" + std::to_string(index % 3),
            "i" + std::to_string(index % 3),
            monday + index * 7919,
            index * 0.5
        ));
    }
    const auto forwards = flows(seen);
    REQUIRE(flows({seen.rbegin(), seen.rend()}) == forwards);
    REQUIRE_FALSE(weekly_flows(std::vector{held("a", "t", "b", 0, std::nan(""))}));
    const auto moved =
        weekly_flows(std::vector{held("a", "t", "b", 0, 1), held("a", "t", "c", 1, 1)});
    REQUIRE_FALSE(moved);
    REQUIRE(
        moved.error().message().find("issuer of t that a holds on Ethereum") != std::string::npos
    );
}

TEST_CASE("a snapshot becomes a graph without links that lead nowhere") {
    Snapshot week{
        .date = *Day::parse("2020-03-23"),
        .nodes =
            {{.id = "1", .size = 5, .composition = {}},
             {.id = std::nullopt, .size = 1, .composition = {}}},
        .links =
            {
                {.source = "1", .target = "1", .size = 2, .composition = {}},
                {.source = "1", .target = std::nullopt, .size = 2, .composition = {}},
                {.source = "9", .target = "1", .size = 2, .composition = {}},
            },
    };
    const auto found = snapshot_graph(week);
    REQUIRE(found);
    REQUIRE(found->graph.node_count() == 2);
    REQUIRE(found->graph.edge_count() == 1);
    REQUIRE(found->links_dropped == 2);
    week.links[0].size = -1;
    REQUIRE_FALSE(snapshot_graph(week));
    week.links.clear();
    week.nodes.push_back(week.nodes[1]);
    const auto twice = snapshot_graph(week);
    REQUIRE_FALSE(twice);
    REQUIRE(twice.error().message().find("node null is there twice") != std::string::npos);
}
