// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace faultline;
using namespace faultline::config;

TEST_CASE("A duration is shown in its largest whole unit", "[config]") {
    using namespace std::chrono_literals;
    CHECK(duration_text(250ms) == "250ms");
    CHECK(duration_text(1000ms) == "1s");
    CHECK(duration_text(90s) == "90s");
    CHECK(duration_text(2h) == "2h");
    CHECK(duration_text(48h) == "2d");
    CHECK(duration_text(5ns) == "5ns");
}

TEST_CASE("A decimal figure is shown without trailing zeros", "[config]") {
    CHECK(decimal_text(U256(1'050'000'000'000'000'000ULL), 18) == "1.05");
    CHECK(decimal_text(U256(0), 18) == "0");
    CHECK(decimal_text(U256(1), 18) == "0.000000000000000001");
    CHECK(decimal_text(U256(100), 0) == "100");
    CHECK(decimal_text(pow10(20), 18) == "100");
}

TEST_CASE("What a decimal type shows, it reads back exactly", "[config]") {
    const auto type = decimal(18, U256(0), U256::max());
    Problems problems;
    const test::World world;
    const Surroundings surroundings = world.surroundings();
    Reader reader(surroundings, problems, "f.yaml");
    std::mt19937_64 random(7);
    for (int round = 0; round < 2'000; ++round) {
        U256 value;
        for (std::size_t i = 0; i < random() % 5; ++i) {
            value.limbs.at(i) = random();
        }
        Node node;
        node.kind = Node::Kind::kScalar;
        node.scalar = type.show(value);
        REQUIRE(type.read(reader, node) == value);
    }
}

TEST_CASE("The nearest name is found for the usual slips", "[config]") {
    const std::vector<std::string> names{
        "endpoints", "name", "start_block", "chain_id", "poll_interval"
    };
    CHECK(nearest("endpoint", names) == "endpoints");
    CHECK(nearest("endpiotns", names) == "endpoints");
    CHECK(nearest("nmae", names) == "name");
    CHECK(nearest("startblock", names) == "start_block");
    CHECK(nearest("chainId", names) == "chain_id");
    CHECK(nearest("pol_intervall", names) == "poll_interval");
    CHECK(nearest("severity", names) == std::nullopt);
    CHECK(nearest("", names) == std::nullopt);
    CHECK(nearest(std::string(1'000, 'e'), names) == std::nullopt);
}

TEST_CASE("Text in a message stays on one line and short", "[config]") {
    CHECK(quoted("a\nb\x7f") == "\"a\\x0ab\\x7f\"");
    CHECK(quoted(std::string(100, 'x')) == "\"" + std::string(60, 'x') + "…\"");
}
