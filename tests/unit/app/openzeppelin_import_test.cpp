// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <app/json_document.hpp>
#include <filesystem>
#include <string>
#include <unit/app/openzeppelin_world.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::import_test;

TEST_CASE("A network becomes a chain whose secrets are kept apart", "[import]") {
    const World world;
    const Said said = world.import();
    INFO(said.out << said.err);
    REQUIRE(said.status == 0);
    const std::string config = world.text("faultline.yaml");
    CHECK(holds(config, "  - name: ethereum-mainnet\n    chain_id: 1\n"));
    CHECK(holds(config, "url_file: secrets/ethereum-mainnet-1-url"));
    CHECK(holds(config, "url: \"${SECOND_RPC}\""));
    CHECK(holds(config, "deployments: [chains/ethereum.yaml]"));
    CHECK(world.text("secrets/ethereum-mainnet-1-url") == "https://rpc.test/key-hunter2\n");
    CHECK(world.text("chains/ethereum.yaml").size() > 1000);
    const auto rights = fs::status(world.out("secrets/ethereum-mainnet-1-url")).permissions();
    CHECK((rights & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    CHECK(holds(said.out, "networks/eth.json /rpc_urls/0/weight: "));
    CHECK(holds(said.out, "networks/eth.json /block_time_ms: "));
    CHECK(holds(said.out, "needs the environment variable SECOND_RPC"));
    CHECK_FALSE(holds(said.out + said.err + config, "hunter2"));

    const Said again = world.import();
    CHECK(again.status == 4);
    CHECK(holds(again.err, "is there already and not empty"));
}

TEST_CASE("Each kind of trigger becomes a receiver, or is listed", "[import]") {
    World world;
    world.variables["SMTP_USER"] = "me";
    world.variables["FAULTLINE_HOOK_X_API_KEY"] = "k";
    world.variables["FAULTLINE_MAIL_ENV_PASSWORD"] = "x";
    world.variables["FAULTLINE_CHAT_TOKEN"] = "1:abc";
    world.put("triggers/all.json", R"({
  "Pager Duty/1": {"name": "n", "trigger_type": "slack", "config": {
    "slack_url": {"type": "Plain", "value": "https://hooks.slack.com/hunter2"}, "message": {"title": "t", "body": "b"},
    "retry_policy": {"max_retries": 3}}},
  "chat": {"name": "n", "trigger_type": "telegram", "config": {
    "token": {"type": "HashicorpCloudVault", "value": "bot"}, "chat_id": "-100", "message": {"title": "t", "body": "b"}}},
  "mail": {"name": "n", "trigger_type": "email", "config": {
    "host": "mx.test", "port": 587, "username": {"type": "plain", "value": "a@b.test"},
    "password": {"type": "plain", "value": "p:hunter2/"}, "message": {"title": "t", "body": "b"},
    "sender": "a@b.test", "recipients": ["c@d.test", "e@f.test"]}},
  "mail-env": {"name": "n", "trigger_type": "email", "config": {
    "host": "mx.test", "username": {"type": "environment", "value": "SMTP_USER"},
    "password": {"type": "plain", "value": "hunter2"}, "message": {"title": "t", "body": "b"},
    "sender": "a@b.test", "recipients": ["c@d.test"]}},
  "hook": {"name": "n", "trigger_type": "webhook", "config": {
    "url": {"type": "plain", "value": "http://127.0.0.1/hunter2"}, "method": "POST",
    "secret": {"type": "plain", "value": "hunter2-hunter2-hunter2"},
    "headers": {"Content-Type": "application/json", "X-Api-Key": "hunter2"}, "payload_mode": "raw"}},
  "put": {"name": "n", "trigger_type": "webhook", "config": {
    "url": {"type": "plain", "value": "https://x.test/"}, "method": "PUT"}},
  "short": {"name": "n", "trigger_type": "webhook", "config": {
    "url": {"type": "plain", "value": "https://x.test/"}, "secret": {"type": "plain", "value": "hunter2"}}},
  "bad": {"name": "n", "trigger_type": "discord", "config": {"discord_url": {"type": "plain", "value": "hunter2"}}},
  "run": {"name": "n", "trigger_type": "script", "config": {"language": "Bash", "script_path": "x.sh", "timeout_ms": 1}},
  "fax": {"name": "n", "trigger_type": "fax", "config": {}}})");
    const Said said = world.import();
    INFO(said.out << said.err);
    const std::string config = world.text("faultline.yaml");
    INFO(config);
    CHECK(said.status == 0);
    CHECK_FALSE(holds(said.out + said.err + config, "hunter2"));
    CHECK(holds(config, "  - name: pager-duty-1\n    kind: slack\n"));
    CHECK(holds(config, "token: \"${FAULTLINE_CHAT_TOKEN}\"\n    chat_id: \"-100\""));
    CHECK(world.text("secrets/mail-server") == "smtp://a%40b.test:p%3Ahunter2%2F@mx.test:587\n");
    CHECK(holds(config, "    body: openzeppelin_monitor\n"));
    CHECK(holds(config, "allow_private: true"));
    CHECK(holds(config, "\"X-Api-Key\": \"${FAULTLINE_HOOK_X_API_KEY}\""));
    CHECK(world.text("secrets/hook-secret") == "hunter2-hunter2-hunter2\n");
    for (const char* listed :
         {"triggers/all.json /Pager Duty~11/config/message: ",
          "triggers/all.json /Pager Duty~11/config/retry_policy: ",
          "triggers/all.json /chat/config/token: secrets are not read from HashiCorp",
          "triggers/all.json /mail-env/config/password: put it into the variable",
          "triggers/all.json /put/config/method: ",
          "triggers/all.json /short/config/secret: ",
          "triggers/all.json /bad/config/discord_url: this is no http",
          "triggers/all.json /run: scripts are not run",
          "triggers/all.json /fax/trigger_type: "}) {
        INFO(listed);
        CHECK(holds(said.out, listed));
    }
}

TEST_CASE("Events that rules tell of become rules, the rest is listed", "[import]") {
    const World world;
    world.put("monitors/m.json", R"~({"name": "Admin watch", "networks": ["eth"], "paused": false,
  "addresses": [{"address": "0x01"}],
  "match_conditions": {
    "functions": [{"signature": "f()", "expression": null}],
    "events": [{"signature": "Upgraded(address)", "expression": null},
               {"signature": "RoleGranted(bytes32,address,address)", "expression": "role == 1"},
               {"signature": "LiquidationCall(address,address,address,uint256,uint256,address,bool)"},
               {"signature": "Transfer(address,address,uint256)"}],
    "transactions": []},
  "trigger_conditions": [{"script_path": "x"}], "triggers": ["a"]})~");
    world.put(
        "monitors/p.json", R"~({"name": "Off", "networks": [], "paused": true, "addresses": [],
  "match_conditions": {"functions": [], "events": [{"signature": "Upgraded(address)"}], "transactions": []},
  "trigger_conditions": [], "triggers": []})~"
    );
    const Said said = world.import();
    INFO(said.out << said.err);
    REQUIRE(said.status == 0);
    const std::string config = world.text("faultline.yaml");
    CHECK(holds(config, "  - name: admin-watch\n    kind: governance\n    severity: warning\n"));
    CHECK(holds(config, "    of: [role, upgraded]\n"));
    CHECK(holds(config, "  - name: admin-watch-2\n    kind: liquidation_burst\n"));
    for (const char* listed :
         {"monitors/m.json /match_conditions/functions/0: ",
          "monitors/m.json /match_conditions/events/1/expression: ",
          "monitors/m.json /match_conditions/events/3: ",
          "monitors/m.json /trigger_conditions/0: ",
          "monitors/m.json /addresses: ",
          "monitors/m.json /triggers: ",
          "monitors/p.json /paused: "}) {
        INFO(listed);
        CHECK(holds(said.out, listed));
    }
    CHECK(holds(said.out, "2 rules"));
}

TEST_CASE("What cannot be imported leaves nothing behind", "[import]") {
    const World broken;
    broken.put("monitors/m.json", "{\"name\": \"x\",\n  \"hunter2\",}");
    const Said malformed = broken.import();
    CHECK(malformed.status == 3);
    CHECK(holds(malformed.err, "monitors/m.json:2:12: this is no JSON; expected a colon"));
    CHECK_FALSE(holds(malformed.err, "hunter2"));
    CHECK_FALSE(fs::exists(broken.out("")));

    const World other;
    other.put("networks/eth.json", R"({"network_type": "Solana", "slug": "s", "rpc_urls": []})");
    const Said none = other.import();
    CHECK(none.status == 3);
    CHECK(holds(none.out, "networks/eth.json: chains of type Solana are not followed"));
    CHECK(holds(none.err, "no chain could be carried over"));
    CHECK_FALSE(fs::exists(other.out("")));
}

TEST_CASE("JSON is read as its standard has it", "[import]") {
    const auto good =
        app::parse_json("f", R"( {"a": [1, -0.5e+3, true, null], "b": "\u00e9\ud83e\udd8a\n\/"} )");
    REQUIRE(good.has_value());
    CHECK(good->find("a")->items.size() == 4);
    CHECK(good->string("b") == "é🦊\n/");
    for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{
             {"", "f:1:1"},
             {"{", "f:1:2"},
             {"[1,]", "f:1:4"},
             {"{\"a\": 1,}", "f:1:9"},
             {"[01]", "f:1:2"},
             {"[1.]", "f:1:2"},
             {"[+1]", "f:1:2"},
             {"[NaN]", "f:1:2"},
             {"['a']", "f:1:2"},
             {"{\"a\":1,\n\"a\":2}", "f:2:1"},
             {"\"a", "f:1:3"},
             {"\"\\x\"", "f:1:2"},
             {"\"\\ud83e\"", "f:1:8"},
             {"\"a\nb\"", "f:1:3"},
             {"1 // x", "f:1:3"},
             {std::string(100, '['), "f:1:66"},
         }) {
        INFO(text);
        const auto bad = app::parse_json("f", text);
        REQUIRE(!bad.has_value());
        CHECK(std::string(bad.error().message()).starts_with(place + ": this is no JSON"));
    }
}
