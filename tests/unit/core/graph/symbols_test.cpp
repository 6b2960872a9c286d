// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/symbols.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::graph;

namespace {

Labels labels() {
    std::vector<Name> names;
    for (const std::string slug : {"aave", "circle", "curve", "frax", "uniswap", "yearn"}) {
        names.push_back({.slug = slug, .title = slug, .category = {}, .is_protocol = false});
    }
    std::vector<Label> out;
    const auto add = [&out](const std::string& symbol, const std::string& issuer) {
        Label label;
        label.chain = 1;
        label.address.bytes.back() = static_cast<std::uint8_t>(out.size() + 1);
        label.symbol = symbol;
        label.name = issuer;
        out.push_back(label);
    };
    add("GHO", "aave");
    add("USDx", "circle");
    add("USDX", "frax");
    return *Labels::of(names, out);
}

SymbolFamily family(
    const std::string& pattern, const std::string& issuer, const std::string& like
) {
    return {.pattern = pattern, .name = issuer, .like = like, .except = {}};
}

SymbolBook book_of(const std::vector<SymbolFamily>& families) {
    auto out = SymbolBook::of(
        labels(),
        {{.name = "aave", .symbols = {"AAVE", "stkAAVE"}}, {.name = "circle", .symbols = {"USDC"}}},
        families
    );
    REQUIRE(out);
    return *std::move(out);
}

std::string of(const SymbolBook& book, const std::string& symbol) {
    const auto found = book.find(symbol);
    return found ? found->name + " " + std::string(symbol_found_name(found->found)) : "nobody";
}

std::vector<SymbolFault> faults_of(
    const std::vector<SymbolList>& lists, const std::vector<SymbolFamily>& families
) {
    const auto out = SymbolBook::of(labels(), lists, families);
    REQUIRE_FALSE(out);
    return out.error();
}

}  // namespace

TEST_CASE("a symbol is listed, or that of a label, or of a family", "[symbols]") {
    const SymbolBook book = book_of({family("aEth{token}", "aave", "aEthUSDC")});
    CHECK(of(book, "AAVE") == "aave listed");
    CHECK(of(book, "STKAAVE") == "aave listed");
    CHECK(of(book, "GHO") == "aave labelled");
    CHECK(of(book, "aEthUSDC") == "aave family");
    CHECK(of(book, "AETHGHO") == "aave family");
    CHECK(of(book, "AETHB") == "nobody");
    CHECK(of(book, "AETH") == "nobody");
    CHECK(of(book, "") == "nobody");
}

TEST_CASE("a symbol that labels give to several is nobody's", "[symbols]") {
    CHECK(of(book_of({family("USD*D*X", "curve", "USDADBX")}), "usdx") == "nobody");
}

TEST_CASE("a symbol that is listed as nobody's is nobody's", "[symbols]") {
    const auto book = SymbolBook::of(
        labels(),
        {{.name = "", .symbols = {"gho", "A-UNI-V2"}}},
        {family("*-UNI-V2", "uniswap", "B-UNI-V2")}
    );
    REQUIRE(book);
    CHECK(of(*book, "GHO") == "nobody");
    CHECK(of(*book, "A-UNI-V2") == "nobody");
    CHECK(of(*book, "B-UNI-V2") == "uniswap family");
    CHECK(book->issuers() == std::set<std::string>{"uniswap"});
}

TEST_CASE("what families of two issuers fit is nobody's", "[symbols]") {
    const SymbolBook book =
        book_of({family("*-f-pool", "curve", "A-f-pool"), family("yvA*", "yearn", "yvAB")});
    CHECK(of(book, "AB-F-POOL") == "curve family");
    CHECK(of(book, "YVAB") == "yearn family");
    CHECK(of(book, "YVAB-F-POOL") == "nobody");
}

TEST_CASE("exceptions of a family are not its issuer's", "[symbols]") {
    SymbolFamily pairs = family("*-UNI-V2", "uniswap", "WETH-GHO-UNI-V2");
    pairs.except = {"*MATIC*"};
    const SymbolBook book = book_of({pairs});
    CHECK(of(book, "WETH-GHO-UNI-V2") == "uniswap family");
    CHECK(of(book, "WMATIC-GHO-UNI-V2") == "nobody");
    CHECK(of(book, "-UNI-V2") == "nobody");
    CHECK(of(book, "WETH-GHO-UNI-V2-GAUGE") == "nobody");
}

TEST_CASE("dates are of a day, a month and a year", "[symbols]") {
    const SymbolBook book = book_of({family("PT-*-{date}", "frax", "PT-GHO-27JUN2024")});
    CHECK(of(book, "PT-GHO-7JUN2024") == "frax family");
    CHECK(of(book, "PT-GHO-1734480037") == "nobody");
    CHECK(of(book, "PT-GHO-27JUL20245") == "nobody");
    CHECK(of(book, "PT-GHO-27XXX2024") == "nobody");
    CHECK(of(book, "PT-GHO-JUN2024") == "nobody");
}

TEST_CASE("what is wrong with symbols and families is told", "[symbols]") {
    const auto twice = faults_of(
        {{.name = "aave", .symbols = {"A"}}, {.name = "frax", .symbols = {"B", "a"}}}, {}
    );
    REQUIRE(twice.size() == 1);
    CHECK_FALSE(twice[0].of_family);
    CHECK(twice[0].at == 1);
    CHECK(twice[0].earlier == std::optional<std::size_t>(0));
    CHECK(twice[0].what == "\"a\" has two issuers: list it of one, or of none");
    const auto nobody = faults_of({{.name = "aav", .symbols = {"A"}}}, {});
    REQUIRE(nobody.size() == 1);
    CHECK(nobody[0].nobody == "aav");

    SymbolFamily hole = family("*-ABC", "aave", "X-ABC");
    hole.except = {"{tokn}ABC"};
    const auto faults = faults_of(
        {},
        {family("A*", "aave", "ABC"),
         family("ABC{", "aave", "ABC"),
         family("ABC*", "aave", "ABC"),
         family("ABC*", "nobody", "ABCD"),
         hole}
    );
    REQUIRE(faults.size() == 5);
    CHECK(std::ranges::all_of(faults, [](const SymbolFault& fault) { return fault.of_family; }));
    CHECK(faults[0].what == "\"A*\" is too wide: give at least 2 letters of the names");
    CHECK(faults[1].what == "cannot read \"ABC{\": of braces there are only {token} and {date}");
    CHECK(faults[2].what == "\"ABC*\" does not fit \"ABC\", which it is said to be like");
    CHECK(faults[3].nobody == "nobody");
    CHECK(faults[4].at == 4);
}

TEST_CASE("nothing of a symbol is believed of a token that has an address", "[symbols]") {
    const SymbolBook book = book_of({family("aEth{token}", "aave", "aEthUSDC")});
    for (const std::string symbol : {"AAVE", "USDC", "GHO", "aEthUSDC"}) {
        CAPTURE(symbol);
        REQUIRE(book.find(symbol));
        TokenFacts facts;
        facts.token = *Address::from_hex("0x00000000000000000000000000000000deadbeef");
        facts.symbol = symbol;
        const Resolution out = resolve(labels(), 1, facts);
        CHECK(out.found == Found::kNothing);
        CHECK(out.name.find("aave") == std::string::npos);
        CHECK(out.name.find("circle") == std::string::npos);
    }
}
