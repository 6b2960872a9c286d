// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/shell/config/document.hpp>

#include <catch2/catch.hpp>

#include <app/daemon_config.hpp>
#include <app/label_files.hpp>
#include <optional>
#include <string>
#include <vector>

using namespace faultline;
using faultline::test::Bench;
using graph::LabelRole;
using Messages = std::vector<std::string>;

namespace {

const Address kSteth = *Address::from_hex("0xae7ab96520de3a18e5e111b5eaab095312d7fe84");
const std::string kNames = R"(names:
  - {slug: lido, title: Lido, category: Liquid Staking}
  - {slug: aave_v3, title: Aave V3, protocol: true}
  - {slug: some_bridge, title: Some Bridge}
)";
const std::string kTokens = R"(chain_id: 1
tokens:
  - {at: coin, symbol: ETH, decimals: 18}
  - {at: "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84", symbol: stETH, issuer: lido, decimals: 18}
  - {at: "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0", issuer: lido, wraps: "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84", bridge: some_bridge}
  - {at: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", native: true}
contracts:
  - {at: "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2", role: protocol, name: aave_v3, title: Core}
)";

/// The small configuration of bench.hpp with these files, which it names.
Bench labelled(const std::string& names, const std::string& tokens) {
    Bench bench;
    bench.world.files["conf/l/names.yaml"] = names;
    bench.world.files["conf/l/eth.yaml"] = tokens;
    bench.world.files["conf/f.yaml"] += "labels: [l/names.yaml, l/eth.yaml]\n";
    return bench;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("Labels are read from the files that the configuration names", "[app][labels]") {
    const Bench bench = labelled(kNames, kTokens);
    CHECK(bench.messages().empty());
    const auto loaded = bench.load();
    REQUIRE(loaded);
    const graph::Labels& labels = loaded->labels;
    const graph::Label* steth = labels.find(1, kSteth, LabelRole::kToken);
    REQUIRE(steth != nullptr);
    CHECK(steth->name == "lido");
    CHECK(steth->decimals == 18);
    CHECK(labels.name("lido")->category == "Liquid Staking");
    CHECK(labels.name("aave_v3")->is_protocol);
    CHECK(labels.find(1, Address{}, LabelRole::kToken)->symbol == "ETH");
    REQUIRE(labels.native(1) != nullptr);
    CHECK(labels.native(1)->address.hex() == "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
    const Address pool = *Address::from_hex("0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2");
    CHECK(labels.title(1, pool, LabelRole::kProtocol) == "Core");
    const Address wsteth = *Address::from_hex("0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0");
    CHECK(labels.find(1, wsteth, LabelRole::kToken)->wraps == kSteth);
    CHECK(labels.find(1, wsteth, LabelRole::kToken)->bridge == "some_bridge");
}

TEST_CASE(
    "Shipped labels are taken where they are, and missed where they are not", "[app][labels]"
) {
    Bench bench;
    REQUIRE(bench.load());
    CHECK(bench.load()->labels.all().empty());
    bench.world.files["conf/labels/names.yaml"] = kNames;
    bench.world.files["conf/labels/ethereum.yaml"] = kTokens;
    REQUIRE(bench.load());
    CHECK(bench.load()->labels.all().size() == 5);
    bench.world.files["conf/f.yaml"] += "labels: []\n";
    REQUIRE(bench.load());
    CHECK(bench.load()->labels.all().empty());
}

TEST_CASE("A file of labels that is named must be there", "[app][labels]") {
    Bench bench;
    bench.world.files["conf/f.yaml"] += "labels: [l/none.yaml]\n";
    CHECK(
        bench.messages() ==
        Messages{"conf/f.yaml:14:10 labels[0]: cannot read conf/l/none.yaml: no such file"}
    );
}

TEST_CASE("What is wrong in a file of labels is told at its place, all at once", "[app][labels]") {
    const std::string names = with(kNames, "Liquid Staking", "Liquid Stacking");
    std::string tokens = with(kTokens, "symbol: stETH, issuer", "symbol: stETH, isuer");
    tokens = with(tokens, "role: protocol", "role: protocl");
    tokens = with(tokens, "decimals: 18}\n  - {at: \"0xae", "decimals: 78}\n  - {at: \"0xae");
    const Messages said = labelled(names, tokens).messages();
    REQUIRE(said.size() == 4);
    CHECK(
        said[0] ==
        "conf/l/names.yaml:2:41 names[0].category: got \"Liquid Stacking\" (no such category; did "
        "you mean "
        "\"Liquid Staking\"?), expected category of DefiLlama (default none)"
    );
    CHECK(said[1].starts_with("conf/l/eth.yaml:3:39 tokens[0].decimals: got \"78\""));
    CHECK(said[2].starts_with("conf/l/eth.yaml:4:71 tokens[1].isuer: there is no such field"));
    CHECK(said[3].starts_with("conf/l/eth.yaml:8:62 contracts[0].role: got \"protocl\""));
}

TEST_CASE("Labels that wrap in a circle are refused at their place", "[app][labels]") {
    const std::string circle =
        "chain_id: 1\n"
        "tokens:\n"
        "  - {at: \"0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84\", wraps: "
        "\"0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0\"}\n"
        "  - {at: \"0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0\", wraps: "
        "\"0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84\"}\n";
    const Messages said = labelled(kNames, circle).messages();
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("conf/l/eth.yaml:4:5 tokens[1]: labels wrap in a circle: 0x"));
    CHECK(said[0].ends_with("; the other is at conf/l/eth.yaml:3:5"));
}

TEST_CASE("Symbols and families are checked at their places", "[app][labels]") {
    const std::string symbols =
        kTokens +
        "symbols:\n"
        "  - {issuer: lido, of: [LDO]}\n"
        "  - {issuer: aave_v3, of: [ldo]}\n"
        "families:\n"
        "  - {pattern: \"aEth{token}\", issuer: aave_v3, like: aEthstETH}\n"
        "  - {pattern: \"aEth{tokens}\", issuer: aave_v3, like: aEthstETH}\n";
    CHECK(
        labelled(kNames, symbols).messages() ==
        Messages{
            "conf/l/eth.yaml:11:5 symbols[1]: \"ldo\" has two issuers: list it of one, or of none; "
            "the other is at conf/l/eth.yaml:10:5",
            "conf/l/eth.yaml:14:5 families[1]: cannot read \"aEth{tokens}\": of braces there are "
            "only {token} and {date}"
        }
    );
}

TEST_CASE("A label of nobody names who is near", "[app][labels]") {
    const Messages said =
        labelled(kNames, with(kTokens, "stETH, issuer: lido", "stETH, issuer: lidoo")).messages();
    CHECK(
        said == Messages{"conf/l/eth.yaml:4:5 tokens[1]: no name \"lidoo\" is given under `names`; "
                         "did you mean \"lido\"?"}
    );
}

TEST_CASE("Labels that contradict each other are refused with both places", "[app][labels]") {
    Bench bench = labelled(
        kNames + "  - {slug: lido, title: Lido Finance}\n",
        kTokens +
            "  - {at: \"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2\", role: protocol, name: lido}\n"
    );
    CHECK(
        bench.messages() ==
        Messages{
            "conf/l/names.yaml:5:5 names[3]: \"lido\" has two meanings; the other is at "
            "conf/l/names.yaml:2:5",
            "conf/l/eth.yaml:9:5 contracts[1]: 0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2 has two "
            "labels as protocol; the other is at conf/l/eth.yaml:8:5"
        }
    );
}

TEST_CASE("Labels are of a chain", "[app][labels]") {
    const Messages said = labelled(kNames, with(kTokens, "chain_id: 1\n", "")).messages();
    REQUIRE(said.size() == 2);
    CHECK(
        said[0] ==
        "conf/l/eth.yaml:2:3 tokens: are of no chain: give chain_id at the top of the file"
    );
}

TEST_CASE("A broken file of labels refuses the whole configuration", "[app][labels]") {
    CHECK_FALSE(labelled(kNames, "tokens: [").load());
    CHECK_FALSE(labelled(kNames, "just words").load());
}

TEST_CASE("The shipped labels follow wstETH to stETH to ether", "[app][labels]") {
    config::Surroundings surroundings = config::process_surroundings();
    surroundings.variable = [](const std::string& name) {
        return name == "FAULTLINE_RPC" ? std::optional<std::string>("wss://node.example/key")
                                       : std::nullopt;
    };
    const auto loaded = app::load_config(
        std::string(FAULTLINE_SOURCE_DIR) + "/config/faultline.yaml", surroundings
    );
    REQUIRE(loaded);
    const auto wraps = [&loaded](const Address& token) {
        const graph::Label* label = loaded->labels.find(1, token, LabelRole::kToken);
        REQUIRE(label != nullptr);
        return label->wraps;
    };
    const Address wsteth = *Address::from_hex("0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0");
    CHECK(wraps(wsteth) == kSteth);
    CHECK(wraps(kSteth) == Address::from_hex("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2").value());
}
