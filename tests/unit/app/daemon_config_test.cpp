// SPDX-License-Identifier: Apache-2.0
#include "aave_markets.hpp"
#include "bench.hpp"

#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <catch2/catch.hpp>

#include <app/chain_identity.hpp>
#include <app/config_types.hpp>
#include <app/daemon_config.hpp>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>

using namespace faultline;
using namespace faultline::app;
using faultline::test::Bench;
using Messages = std::vector<std::string>;

namespace {

std::string file_text(const std::string& name) {
    std::ifstream in(std::string(FAULTLINE_SOURCE_DIR) + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

namespace {

const delivery::WebhookSettings& webhook_of(const delivery::Receiver& receiver) {
    return std::get<delivery::WebhookSettings>(receiver.settings);
}

}  // namespace

TEST_CASE("A small configuration becomes the options of each module", "[app]") {
    const auto loaded = Bench().load();
    REQUIRE(loaded);
    CHECK(loaded->warnings.empty());
    CHECK(loaded->store_path == "conf/data");
    CHECK(loaded->api_listen == "127.0.0.1:9464");
    CHECK(loaded->log_level == obs::Level::kInfo);
    REQUIRE(loaded->chains.size() == 1);
    const ChainConfig& chain = loaded->chains[0];
    CHECK(chain.follow.chain_name == "ethereum");
    CHECK(chain.follow.chain_id == 1);
    CHECK(chain.follow.start_block == 100);
    CHECK(chain.follow.poll_interval == std::chrono::seconds(4));
    CHECK(chain.follow.undo_window_blocks == 256);
    CHECK(chain.follow.backfill_range_blocks == 2000);
    CHECK(chain.endpoints.at(0).name == "local");
    REQUIRE(faultline::test::aave_markets(chain).size() == 1);
    CHECK(faultline::test::aave_markets(chain)[0].name == "core");
    CHECK(
        faultline::test::aave_markets(chain)[0].pool.hex() ==
        "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2"
    );
    REQUIRE(loaded->rules.health.size() == 1);
    CHECK(loaded->rules.health[0].below_wad == U256(1'020'000'000'000'000'000ULL));
    CHECK(loaded->rules.health[0].resolve_at_wad == U256(1'050'000'000'000'000'000ULL));
    CHECK(loaded->rules.health[0].terms.severity == rules::Severity::kWarning);
    CHECK(loaded->rules.health[0].terms.patience.for_blocks == 1);
    REQUIRE(loaded->receivers.size() == 1);
    CHECK(webhook_of(loaded->receivers[0]).url.host == "sink.example");
    CHECK(loaded->receivers[0].give_up_after == std::chrono::hours(24));
}

TEST_CASE("One WebSocket URL gives both connections", "[app]") {
    const auto endpoint = [](const std::string& fields) {
        const auto loaded =
            Bench().replace("url: \"ws://node.example:8546/hunter2\"", fields).load();
        REQUIRE(loaded);
        return loaded->chains.at(0).endpoints.at(0);
    };
    const auto plain = endpoint("url: \"ws://node:8546/key?a=b\"");
    REQUIRE(plain.ws);
    CHECK(plain.ws->scheme == "ws");
    CHECK(plain.http.scheme == "http");
    CHECK(plain.http.host == "node");
    CHECK(plain.http.port == 8546);
    CHECK(plain.http.target == "/key?a=b");

    const auto tls = endpoint("url: \"wss://node/key\"");
    CHECK(tls.ws->port == 443);
    CHECK(tls.http.scheme == "https");
    CHECK(tls.http.port == 443);

    const auto two = endpoint("url: \"wss://node/key\", http_url: \"https://other/rpc\"");
    CHECK(two.ws->host == "node");
    CHECK(two.http.host == "other");

    const auto polling = endpoint("url: \"http://node:8545\"");
    CHECK_FALSE(polling.ws);
    CHECK(polling.http.port == 8545);
}

TEST_CASE("One server under two names is refused, however it is written", "[app]") {
    const std::string second = GENERATE(
        std::string(R"(url: "http://node:8546/")"),
        std::string(R"(url: "ws://other:1/", http_url: "http://node:8546/")"),
        std::string(R"(url: "ws://node:8546")")
    );
    Bench bench;
    bench.replace(
        "url: \"ws://node.example:8546/hunter2\"",
        "url: \"ws://node:8546/\"}\n      - {name: b, " + second
    );
    const Messages messages = bench.messages();
    REQUIRE(messages.size() == 1);
    CAPTURE(messages.front());
    CHECK(messages.front().contains("agrees with itself"));
}

TEST_CASE("A URL may come from the environment or a file", "[app]") {
    Bench bench;
    bench.world.variables["RPC"] = "wss://node/from-env";
    bench.world.files["conf/secret/hook"] = "https://sink/from-file\n";
    bench.replace("\"ws://node.example:8546/hunter2\"", "\"${RPC}\"");
    bench.replace(
        "url: \"http://sink.example/hunter2\"",
        "url_file: secret/hook, headers: {Authorization: \"Bearer ${RPC}\"}"
    );
    const auto loaded = bench.load();
    REQUIRE(loaded);
    CHECK(loaded->chains[0].endpoints[0].http.target == "/from-env");
    CHECK(webhook_of(loaded->receivers[0]).url.target == "/from-file");
    CHECK(webhook_of(loaded->receivers[0]).headers.at(0).second == "Bearer wss://node/from-env");
}

TEST_CASE("The start is the earliest market unless an earlier block is given", "[app]") {
    Bench bench;
    bench.world.files["conf/chains/eth.yaml"] += test::kPrime;
    CHECK(bench.load()->chains[0].follow.start_block == 50);
    CHECK(
        bench
            .replace("chain_id: 1\n    endpoints", "chain_id: 1\n    start_block: 7\n    endpoints")
            .load()
            ->chains[0]
            .follow.start_block == 7
    );
}

TEST_CASE(
    "A market whose deployment is not known can only be followed from a bootstrap", "[config]"
) {
    Bench bench;
    bench.world.files["conf/chains/eth.yaml"] += test::kPrime;
    CHECK_FALSE(bench.load()->chains[0].needs_bootstrap);
    bench.replace("    deployed_at: 50\n", "");
    const app::ChainConfig chain = bench.load()->chains[0];
    CHECK(chain.needs_bootstrap);
    const auto starts = app::check_can_start(chain);
    REQUIRE_FALSE(starts);
    CHECK(
        starts.error().message() ==
        "chain \"ethereum\" has no block to start at: deployed_at of prime is not given. run "
        "`faultline bootstrap --chain ethereum` once, or give deployed_at to follow from there"
    );
    bench.replace("chain_id: 1\n    endpoints", "chain_id: 1\n    start_block: 7\n    endpoints");
    CHECK_FALSE(bench.load()->chains[0].needs_bootstrap);
    CHECK(app::check_can_start(bench.load()->chains[0]));
}

TEST_CASE(
    "resolve_at is below unless given, and markets may be written in the main file", "[app]"
) {
    Bench bench;
    bench.replace(" resolve_at: 1.05,", "");
    std::string inline_market = "    aave_v3:\n";
    inline_market += test::kPrime;
    for (std::size_t at = inline_market.find("\n  "); at != std::string::npos;
         at = inline_market.find("\n  ", at + 3)) {
        inline_market.insert(at + 1, "    ");
    }
    bench.replace(
        "    deployments: [chains/eth.yaml]\n",
        "    deployments: [chains/eth.yaml]\n" + inline_market
    );
    const auto loaded = bench.load();
    REQUIRE(loaded);
    CHECK(loaded->rules.health[0].resolve_at_wad == loaded->rules.health[0].below_wad);
    REQUIRE(faultline::test::aave_markets(loaded->chains[0]).size() == 2);
    CHECK(faultline::test::aave_markets(loaded->chains[0])[1].name == "prime");
}

TEST_CASE("What is allowed but probably not meant is a warning", "[app]") {
    Bench bench;
    bench.world.files["conf/f.yaml"] =
        std::string(test::kMain).substr(0, std::string(test::kMain).find("rules:"));
    CHECK(
        bench.messages() ==
        Messages{
            "conf/f.yaml receivers: warning: there is no receiver, so alerts are only kept, logged "
            "and counted",
            "conf/f.yaml rules: warning: there is no rule, so only the watching itself will raise "
            "alerts"
        }
    );
    CHECK(bench.load().has_value());
}

TEST_CASE("A second look that comes too late for the undo window is a warning", "[app]") {
    Bench bench;
    bench.replace(
        "chain_id: 1\n    endpoints", "chain_id: 1\n    undo_window_blocks: 6\n    endpoints"
    );
    const Messages messages = bench.messages();
    REQUIRE(messages.size() == 1);
    CAPTURE(messages.front());
    CHECK(messages.front().contains("warning: is 6, but with undo_window_blocks 6 a block so old"));
}

TEST_CASE("Earlier graphs are kept as long as the configuration says", "[app]") {
    Bench bench;
    CHECK(bench.load()->chains.front().keep_graph.hours_for_seconds == 30 * 86'400);
    bench.replace(
        "chain_id: 1\n    endpoints",
        "chain_id: 1\n    keep_graph_blocks: 2h\n    keep_graph_hours: 72h\n    endpoints"
    );
    const auto loaded = bench.load();
    REQUIRE(loaded);
    CHECK(loaded->chains.front().keep_graph.blocks_for_seconds == 7'200);
    CHECK(loaded->chains.front().keep_graph.hours_for_seconds == 72 * 3'600);
    bench.replace("keep_graph_hours: 72h", "keep_graph_hours: 1h");
    const Messages messages = bench.messages();
    REQUIRE(messages.size() == 1);
    CHECK(messages.front().contains("keep_graph_hours: is shorter than keep_graph_blocks"));
}

TEST_CASE("A rule that no block has the work for is refused", "[app]") {
    Bench bench;
    CHECK(bench.load()->chains.front().rule_work_per_block == 65'536);
    bench.replace(
        "chain_id: 1\n    endpoints", "chain_id: 1\n    rule_work_per_block: 1000\n    endpoints"
    );
    std::string sum = "zscore(price[1h])";
    for (int i = 0; i < 4; ++i) {
        sum += " + zscore(price[1h])";
    }
    bench.replace(
        "rules:\n",
        "rules:\n  - {name: many, kind: expression, severity: info, expression: \"" + sum +
            " > 1\"}\n"
    );
    const Messages messages = bench.messages();
    REQUIRE(messages.size() == 1);
    CAPTURE(messages.front());
    CHECK(messages.front().contains("rule_work_per_block: a rule may take half of it, 500"));
    CHECK(messages.front().contains("rule many takes 6"));
}

TEST_CASE("Addresses are checked against EIP-55", "[app]") {
    // The examples of the EIP itself.
    for (const char* text :
         {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
          "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
          "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
          "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
          "0x52908400098527886E0F7030069857D2E4169EE7",
          "0xde709f2102306220921060314715629080e2fb77"}) {
        CHECK(checksummed(Address::from_hex(text).value()) == text);
        std::string swapped = text;
        const std::size_t at = swapped.find_first_of("abcdefABCDEF", 2);
        swapped[at] = static_cast<char>(swapped[at] ^ 0x20);
        Bench bench;
        bench.replace("0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2", text);
        CHECK(bench.messages().empty());
        const bool one_case = swapped.find_first_of("abcdef", 2) == std::string::npos ||
                              swapped.find_first_of("ABCDEF", 2) == std::string::npos;
        Bench wrong;
        wrong.replace("0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2", swapped);
        CHECK(wrong.messages().empty() == one_case);
    }
}

TEST_CASE("A missing file says how to get one", "[app]") {
    Bench bench;
    bench.world.files.erase("conf/f.yaml");
    CHECK(
        bench.messages() == Messages{"conf/f.yaml: cannot read conf/f.yaml: no such file. "
                                     "`faultline config example` prints one to begin with"}
    );
}

TEST_CASE("The shipped example is valid and follows the markets of Ethereum", "[app]") {
    config::Surroundings surroundings = config::process_surroundings();
    surroundings.variable = [](const std::string& name) {
        return name == "FAULTLINE_RPC" ? std::optional<std::string>("wss://node.example/key")
                                       : std::nullopt;
    };
    const auto loaded =
        load_config(std::string(FAULTLINE_SOURCE_DIR) + "/config/faultline.yaml", surroundings);
    if (!loaded) {
        FAIL(loaded.error().front().message());
    }
    CHECK(loaded->warnings.empty());
    CHECK(loaded->store_path == std::string(FAULTLINE_SOURCE_DIR) + "/data");
    REQUIRE(loaded->chains.size() == 1);
    CHECK(loaded->chains[0].follow.start_block == 16'291'006);
    REQUIRE(faultline::test::aave_markets(loaded->chains[0]).size() == 5);
    CHECK(faultline::test::aave_markets(loaded->chains[0])[1].name == "prime");
    REQUIRE(loaded->rules.health.size() == 3);
    CHECK(loaded->rules.health[0].min_debt_base == U256(10'000'000'000ULL));
    CHECK(loaded->rules.signals.size() == 23);
}

TEST_CASE("The shipped market of Aave V2 can be named beside those of V3", "[app]") {
    Bench bench;
    bench.world.files["conf/chains/v2.yaml"] = file_text("config/chains/ethereum-aave-v2.yaml");
    bench.replace("[chains/eth.yaml]", "[chains/eth.yaml, chains/v2.yaml]");
    const auto loaded = bench.load();
    REQUIRE(loaded);
    const ChainConfig& chain = loaded->chains.at(0);
    REQUIRE(faultline::test::aave_markets(chain).size() == 2);
    const aave::MarketConfig v2 = faultline::test::aave_markets(chain)[1];
    CHECK(faultline::test::aave_markets(chain)[0].generation == aave::Generation::kV3);
    CHECK(v2.generation == aave::Generation::kV2);
    CHECK(v2.base_currency.symbol == "ETH");
    CHECK(v2.base_currency.decimals == 18);
    CHECK(v2.unfollowed_assets.size() == 2);
    CHECK(identity_of(chain).fingerprint.find(" aave_v2 v2 (pool 0x7d27") != std::string::npos);
}

TEST_CASE("The contracts that alone are asked for logs belong to the store", "[app]") {
    const auto identity = [](const std::string& more) {
        Bench bench;
        bench.world.files["conf/chains/more.yaml"] = more;
        bench.replace("[chains/eth.yaml]", "[chains/eth.yaml, chains/more.yaml]");
        const auto loaded = bench.load();
        REQUIRE(loaded);
        return identity_of(loaded->chains.at(0)).fingerprint;
    };
    const std::string_view said = ", logs of contracts (tokens and a Maker's core) ";
    const std::string compound = file_text("config/chains/ethereum-compound-v2.yaml");
    const std::string with_tokens = identity(compound);
    CHECK(with_tokens.contains(said));
    std::string fewer = compound;
    const std::size_t line = fewer.find("      - \"0xe65c");
    REQUIRE(line != std::string::npos);
    fewer.erase(line, fewer.find('\n', line) + 1 - line);
    CHECK(identity(fewer) != with_tokens);
    // Who asks any contract only has the identity that it always had.
    CHECK_FALSE(identity(file_text("config/chains/ethereum-aave-v2.yaml")).contains(said));
}

TEST_CASE("docs/config.md is what the program prints", "[app]") {
    INFO("faultline config describe > docs/config.md");
    CHECK(file_text("docs/config.md") == config_reference());
}

TEST_CASE("config/faultline.yaml is what the program prints", "[app]") {
    INFO("faultline config example > config/faultline.yaml");
    CHECK(file_text("config/faultline.yaml") == config_example());
}
