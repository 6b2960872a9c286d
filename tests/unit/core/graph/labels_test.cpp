// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/sector.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::graph {
namespace {

const Address kSteth = *Address::from_hex("0xae7ab96520de3a18e5e111b5eaab095312d7fe84");
const Address kWsteth = *Address::from_hex("0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0");

const Name kLido{
    .slug = "lido", .title = "Lido", .category = "Liquid Staking", .is_protocol = false
};

Label steth() {
    Label out;
    out.chain = 1;
    out.address = kSteth;
    out.name = "lido";
    out.symbol = "stETH";
    out.decimals = 18;
    return out;
}

std::vector<LabelFault> faults_of(
    const std::vector<Name>& names, const std::vector<Label>& labels
) {
    auto all = Labels::of(names, labels);
    REQUIRE_FALSE(all);
    return all.error();
}

TEST_CASE("a label is found by chain, address and role alone", "[labels]") {
    Label wallet = steth();
    wallet.role = LabelRole::kEntity;
    wallet.title = "Lido: treasury";
    const auto labels = Labels::of({kLido}, {steth(), wallet});
    REQUIRE(labels);
    const Label* token = labels->find(1, kSteth, LabelRole::kToken);
    REQUIRE(token != nullptr);
    CHECK(token->symbol == "stETH");
    CHECK(labels->title(1, kSteth, LabelRole::kToken) == "stETH");
    CHECK(labels->title(1, kSteth, LabelRole::kEntity) == "Lido: treasury");
    CHECK(labels->title(1, kSteth, LabelRole::kFeed).empty());
    CHECK(labels->find(10, kSteth, LabelRole::kToken) == nullptr);
    CHECK(labels->find(1, kWsteth, LabelRole::kToken) == nullptr);
    REQUIRE(labels->name("lido") != nullptr);
    CHECK(labels->name("lido")->title == "Lido");
    CHECK(labels->name("lid") == nullptr);
    CHECK(labels->sector("lido") == "Asset Management");
    CHECK(labels->sector("nobody").empty());
}

TEST_CASE("the order in which labels are given does not tell in what they are", "[labels]") {
    Label other = steth();
    other.address = kWsteth;
    const auto one = Labels::of({kLido}, {steth(), other});
    const auto two = Labels::of({kLido}, {other, steth(), steth()});
    REQUIRE(one);
    REQUIRE(two);
    REQUIRE(one->all().size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(one->all()[i].fields() == two->all()[i].fields());
    }
}

TEST_CASE("a slug with two titles is a fault that names both places", "[labels]") {
    Name other = kLido;
    other.title = "Lido Finance";
    const auto faults = faults_of({kLido, kLido, other}, {});
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where == LabelFault::Where::kName);
    CHECK(faults[0].at == 2);
    CHECK(faults[0].earlier == 0);
    CHECK(faults[0].what == "\"lido\" has two meanings");
}

TEST_CASE("two labels of one address and role are a fault, all of which are told", "[labels]") {
    Label decimals = steth();
    decimals.decimals = 6;
    Label nobody = steth();
    nobody.address = kWsteth;
    nobody.name = "lidoo";
    Label itself = steth();
    itself.chain = 10;
    itself.wraps = kSteth;
    Label nameless = steth();
    nameless.role = LabelRole::kBridge;
    nameless.name = "";
    const auto faults = faults_of({kLido}, {steth(), decimals, nobody, itself, nameless});
    REQUIRE(faults.size() == 4);
    CHECK(faults[0].at == 1);
    CHECK(faults[0].earlier == 0);
    CHECK(faults[0].what == kSteth.hex() + " has two labels as token");
    CHECK(faults[1].at == 2);
    CHECK(faults[1].earlier == std::nullopt);
    CHECK(faults[1].what == "no name \"lidoo\" is given");
    CHECK(faults[2].what == kSteth.hex() + " wraps itself");
    CHECK(faults[3].what == "has no name");
}

TEST_CASE("labels that wrap in a circle are a fault, once, at the last of them", "[labels]") {
    Label steth_wraps = steth();
    steth_wraps.wraps = kWsteth;
    Label wsteth = steth();
    wsteth.address = kWsteth;
    wsteth.wraps = kSteth;
    Label outside = steth();
    outside.address = Address{};
    outside.address.bytes[0] = 0xff;
    outside.wraps = kWsteth;
    const auto faults = faults_of({kLido}, {wsteth, outside, steth_wraps});
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].at == 2);
    CHECK(faults[0].earlier == 0);
    CHECK(faults[0].what.starts_with("labels wrap in a circle: 0x"));
    // Through the chain's coin, too.
    Label weth = steth();
    weth.native = true;
    Label coin = steth();
    coin.address = {};
    coin.wraps = kSteth;
    CHECK(faults_of({kLido}, {weth, coin}).size() == 1);
    // On two chains it is none.
    wsteth.chain = 10;
    CHECK(Labels::of({kLido}, {wsteth, outside, steth_wraps}).has_value());
}

TEST_CASE("one token of a chain wraps its coin", "[labels]") {
    Label weth = steth();
    weth.native = true;
    Label again = weth;
    again.address = kWsteth;
    const auto faults = faults_of({kLido}, {weth, again});
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].at == 1);
    CHECK(faults[0].earlier == 0);

    again.chain = 10;
    const auto labels = Labels::of({kLido}, {weth, again});
    REQUIRE(labels);
    REQUIRE(labels->native(1) != nullptr);
    CHECK(labels->native(1)->address == kSteth);
    CHECK(labels->native(8453) == nullptr);
}

TEST_CASE("a category is of the sector that DeXposure puts it in", "[labels]") {
    CHECK(sector_of("Lending") == "Lending, Borrowing & Real World Assets");
    CHECK(sector_of("CDP") == "Lending, Borrowing & Real World Assets");
    CHECK(sector_of("Liquid Staking") == "Asset Management");
    CHECK(sector_of("Dexs") == sector_of("Dexes"));
    CHECK(sector_of("Privacy") == "Privacy & Security");
    CHECK(sector_of("SoFi") == "Others");
    CHECK(sector_of("Liquid Restaking") == "Unknown");
    CHECK(sector_of("lending").empty());
    CHECK(sector_of("").empty());
    CHECK(known_categories().size() > 90);
}

TEST_CASE("every role has a name of its own", "[labels]") {
    std::vector<std::string> names;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last_of(LabelRole{})); ++i) {
        names.emplace_back(label_role_name(static_cast<LabelRole>(i)));
        CHECK_FALSE(names.back().empty());
    }
    CHECK(names.front() == "token");
    CHECK(names.back() == "feed");
}

}  // namespace
}  // namespace faultline::graph
