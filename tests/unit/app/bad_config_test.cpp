// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using faultline::test::Bench;
using Messages = std::vector<std::string>;

namespace {

/// One slip in the small configuration of bench.hpp, and the one message it ends in.
struct Slip {
    std::string from;
    std::string to;
    std::string message;
};

const std::string kIdentifier = "expected name of a-z, 0-9, _ and - (1 to 40, a letter first)";
const std::string kKinds =
    "expected one of webhook, trigger, discord, telegram, slack, pagerduty, opsgenie, "
    "alertmanager, email, "
    "stdout";
const std::string kRoot = "conf/f.yaml";
const std::string kMarkets = "conf/chains/eth.yaml";

// Lines of kMain: store 1, api 2, log 3, chains 4-9, rules 10-11, receivers 12-13.
const std::vector<Slip> kSlips{
    // Syntax.
    {"[core]}", "[core}", kRoot + ":11:82: not valid YAML: illegal flow end"},
    {"store: {path: data}",
     "\tstore: {path: data}",
     kRoot + ":1:7: not valid YAML: illegal map value"},
    {"rules:", "store:", kRoot + ":10:1 store: given twice, first in line 1"},
    {"rules:",
     "---\nrules:",
     kRoot + ":10:1: a second document begins here; a configuration is one document"},
    {"api: {",
     "api: &a {",
     kRoot + ":2:6: anchors and aliases are not supported; write the value out"},
    // Unknown and missing fields.
    {"api:", "apis:", kRoot + ":2:1 apis: there is no such field; did you mean \"api\"?"},
    {"level: info",
     "levle: info",
     kRoot + ":3:7 log.levle: there is no such field; did you mean \"level\"?"},
    {"    endpoints:",
     "    endpoint:",
     kRoot + ":7:5 chains[0].endpoint: there is no such field; did you mean \"endpoints\"?"},
    {"  - name: ethereum\n    chain_id",
     "  - chain_id",
     kRoot + ":5:5 chains[0].name: missing, " + kIdentifier},
    {", url: \"ws://node.example:8546/hunter2\"",
     "",
     kRoot +
         ":8:9 chains[0].endpoints[0].url: missing, expected URL (ws://, wss://, http://, https://)"
    },
    {"below: 1.02, ",
     "",
     kRoot + ":11:5 rules[0].below: missing, expected number such as 1.5, 5% or 30bps"},
    {"kind: webhook, ", "", kRoot + ":13:5 receivers[0].kind: missing, " + kKinds},
    {"    pool: \"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2\"\n",
     "",
     kMarkets + ":3:5 aave_v3[0].pool: missing, expected address (0x and 40 hex digits)"},
    {"    deployed_at: 100\n",
     "    deployed_at: early\n",
     kMarkets + ":8:18 aave_v3[0].deployed_at: got \"early\", expected integer "
                "0..1000000000000 (default not known)"},
    // Links, which every receiver sees.
    {"api: {",
     "external_url: ftp://faultline.example\napi: {",
     kRoot + ":2:15 external_url: got a URL, expected URL (http://, https://) (default none)"},
    {"api: {",
     "external_url: \"https://me:hunter2@faultline.example\"\napi: {",
     kRoot + ":2:15 external_url: holds a user or password before the @, which every receiver of "
             "an alert would see; leave them out"},
    {"api: {",
     "external_url: \"https://faultline.example/?key=hunter2\"\napi: {",
     kRoot + ":2:15 external_url: has more than a path behind its host, or a character that has no "
             "place in a link; write it as https://host/path"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    explorer: \"https://me:hunter2@etherscan.io\"\n",
     kRoot + ":7:15 chains[0].explorer: holds a user or password before the @, which every "
             "receiver of an alert would see; leave them out"},
    // Values.
    {"path: data",
     "path: ''",
     kRoot + ":1:15 store.path: got \"\" (empty), expected path of a folder (default data)"},
    {"127.0.0.1:9464",
     "127.0.0.1",
     kRoot + ":2:15 api.listen: got \"127.0.0.1\" (no port), expected host:port (default "
             "127.0.0.1:9464)"},
    {"127.0.0.1:9464",
     "127.0.0.1:94640",
     kRoot + ":2:15 api.listen: got \"127.0.0.1:94640\" (the port must be 0 to 65535), expected "
             "host:port (default 127.0.0.1:9464)"},
    {"127.0.0.1:9464",
     "::1:9464",
     kRoot + ":2:15 api.listen: got \"::1:9464\" (write an IPv6 address in brackets), expected "
             "host:port (default 127.0.0.1:9464)"},
    {"127.0.0.1:9464",
     ":9464",
     kRoot + ":2:15 api.listen: got \":9464\" (no IP address of this machine, nor localhost, "
             "before the port), expected host:port "
             "(default 127.0.0.1:9464)"},
    {"level: info",
     "level: inf",
     kRoot + ":3:14 log.level: got \"inf\" (did you mean \"info\"?), expected one of debug, info, "
             "warn, error (default info)"},
    {"format: text",
     "format: yaml",
     kRoot + ":3:28 log.format: got \"yaml\", expected one of text, json (default text)"},
    {"name: ethereum",
     "name: Ethereum",
     kRoot + ":5:11 chains[0].name: got \"Ethereum\", " + kIdentifier},
    {"name: ethereum",
     "name: ../escape",
     kRoot + ":5:11 chains[0].name: got \"../escape\", " + kIdentifier},
    {"    chain_id: 1\n",
     "    chain_id: 0x1\n",
     kRoot + ":6:15 chains[0].chain_id: got \"0x1\", expected integer 1..9223372036854775807"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    poll_interval: 4\n",
     kRoot + ":7:20 chains[0].poll_interval: got \"4\" (no unit; write ms, s, m, h or d after the "
             "number), expected duration 50ms..30s (default 4s)"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    undo_window_blocks: 0\n",
     kRoot +
         ":7:25 chains[0].undo_window_blocks: got \"0\", expected integer 1..100000 (default 256)"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    backfill_range_blocks: many\n",
     kRoot + ":7:28 chains[0].backfill_range_blocks: got \"many\", expected integer 1..4096 "
             "(default 2000)"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    start_block: latest\n",
     kRoot + ":7:18 chains[0].start_block: got \"latest\", expected integer 0..1000000000000 "
             "(default the earliest deployed_at of its markets)"},
    {"kind: health_factor",
     "kind: healthfactor",
     kRoot + ":11:22 rules[0].kind: there is no kind \"healthfactor\"; did you mean "
             "\"health_factor\"?; kinds are auction_health, bad_debt, bank_run, cap_usage, "
             "concentration, conservation_broken, debt_at_risk, debt_ceiling, depeg, "
             "depth_shortfall, "
             "exposure_limit, expression, governance, health_factor, heartbeat, "
             "liquidation_burst, network_metric, oracle_jump, oracle_stale, outflow, "
             "pool_imbalance, price_deviation, psm_drain, rate_anomaly, source_changed, "
             "stress_loss, utilisation"},
    {"kind: health_factor, below: 1.02",
     "kind: stress_loss",
     kRoot + ":11:22 rules[0].kind: rules of kind stress_loss wait for stress tests of the live "
             "graph, which do not run yet; leave the rule out until then"},
    {"kind: health_factor, below: 1.02",
     "kind: depeg",
     kRoot + ":11:5 rules[0].tokens: missing, expected list of address (0x and 40 hex digits)"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: health_factor, below: 1.02, on_error: fire",
     kRoot + ":11:60 rules[0].on_error: is fire, and no accounts are named: each position of a "
             "market would be an alert at once. Name accounts, or leave it out: "
             "positions_unvalued tells of positions without figures"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: health_factor, below: 1.02, labels: {market: mine}",
     kRoot + ":11:67 rules[0].labels.market: alerts of this rule have a label \"market\" already: "
             "choose another name"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: governance, of: [upgrade]",
     kRoot + ":11:5 rules[0]: there is no change \"upgrade\"; there are upgraded, admin, role, "
             "queued, cancelled, executed, parameter, paused"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: network_metric, metric: page_rank, node: whole",
     kRoot + ":11:5 rules[0]: page_rank is of protocols: node has to be one (protocol:aave_v3), or "
             "any"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: heartbeat, every: 1h, repeat: 2h",
     kRoot + ":11:52 rules[0].repeat: a rule of kind heartbeat is told again after `every`: leave "
             "repeat out"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: expression, expression: \"utilization > 1\"",
     kRoot + ":11:46 rules[0].expression: there is no signal utilization, docs/signals.md lists "
             "them; did you mean \"utilisation\"?"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: exposure_limit, from: protocl, to: token, above: 1",
     kRoot + ":11:5 rules[0]: exposure has to say of=\"...\" and on=\"...\" (the id of a node such "
             "as protocol:aave_v3, a kind of node such as token, or any), measure=\"usd\", "
             "\"share_of_assets\" or \"share_of_depth\", through=\"look_through\" or "
             "\"direct\", and claimed=\"true\", or \"false\" to leave out what only tokens say"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: exposure_limit, from: protocol, to: token, measure: share_of_assets, above: 110%",
     kRoot + ":11:98 rules[0].above: is 1.1, expected a share from 0 to 1, such as 0.25 or 25%"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: concentration, above: -5%",
     kRoot + ":11:44 rules[0].above: is -0.05, expected a share from 0 to 1, such as 0.25 or "
             "25%"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: debt_at_risk, health: 105, above: 1",
     kRoot + ":11:5 rules[0]: debt_below_health has to say which health factor, from 0.01 to 100, "
             "such as health=\"1.05\""},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: expression, expression: \"accounts_below_health > 1\"",
     kRoot + ":11:5 rules[0]: accounts_below_health has to say which health factor, from 0.01 to "
             "100, such as health=\"1.05\""},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]",
     "kind: expression, expression: \"account_debt > 1\"",
     kRoot + ":11:5 rules[0]: account_debt has to name the account, in lower case: "
             "account=\"0x...\" (0x and 40 hex digits); of all accounts, rules of kind "
             "health_factor fire for each, those of kind debt_at_risk for all together"},
    {"kind: health_factor, below: 1.02, resolve_at: 1.05",
     "kind: utilisation, above: 5%, resolve_at: 6%",
     kRoot + ":11:5 rules[0]: resolve_at lies beyond above, so an alert would resolve while its "
             "condition still holds"},
    {"below: 1.02",
     "below: 1,02",
     kRoot + ":11:46 rules[0].02: there is no such field; known are name, kind, severity, below, "
             "resolve_at, min_debt, top, markets, accounts, for_blocks, for, keep_firing_for, "
             "cooldown, repeat, wait_for, mute, on_no_data, on_stale, on_error, labels, summary, "
             "runbook, group"},
    {"below: 1.02",
     "below: 0",
     kRoot + ":11:44 rules[0].below: is 0, expected a health factor from 0.01 to 100"},
    {"below: 1.02",
     "below: 1.0200000000000000001",
     kRoot + ":11:44 rules[0].below: got \"1.0200000000000000001\" (more than 18 decimals), "
             "expected number such as 1.5, 5% or 30bps"},
    {"markets: [core]",
     "min_debt: 1.000000001",
     kRoot + ":11:78 rules[0].min_debt: is 1.000000001, expected 0 or more, with up to 8 "
             "decimals"},
    {"markets: [core]",
     "for_blocks: 0",
     kRoot + ":11:80 rules[0].for_blocks: got \"0\", expected integer 1..100000 (default 1)"},
    {"markets: [core]",
     "severity: fatal",
     kRoot + ":11:78 rules[0].severity: got \"fatal\", expected one of info, warning, critical "
             "(default warning)"},
    {"markets: [core]",
     "accounts: [vitalik.eth]",
     kRoot +
         ":11:79 rules[0].accounts[0]: got \"vitalik.eth\", expected address (0x and 40 hex digits)"
    },
    {"kind: webhook",
     "kind: discrod",
     kRoot + ":13:23 receivers[0].kind: got \"discrod\" (did you mean \"discord\"?), " + kKinds},
    {"kind: webhook",
     "kind: discord, chat_id: \"7\"",
     kRoot + ":13:32 receivers[0].chat_id: there is no such field where kind is discord; known are "
             "name, kind, url, url_file, allow_private, thread_id, timeout, give_up_after, "
             "dry_run, send_pending"},
    {"kind: webhook",
     "kind: slack, ulr_file: x",
     kRoot + ":13:30 receivers[0].ulr_file: there is no such field; did you mean \"url_file\"?"},
    {"kind: webhook, url: \"http://sink.example/hunter2\"",
     "kind: telegram, token: \"1:hunter2\"",
     kRoot + ":13:5 receivers[0].chat_id: missing, expected number or @name"},
    {"kind: webhook, url: \"http://sink.example/hunter2\"",
     "kind: telegram, token: \"hunter2/x\", chat_id: \"7\"",
     kRoot + ":13:40 receivers[0].token: expected token (digits, a colon, letters)"},
    {"kind: webhook",
     "kind: webhook, previous_signing_secret: \"hunter2hunter2hunter2\"",
     kRoot + ":13:57 receivers[0].previous_signing_secret: there is no signing_secret that it was "
             "before; give that one, too"},
    {"http://sink.example/hunter2",
     "http://169.254.169.254/hunter2",
     kRoot + ":13:37 receivers[0].url: its host is a link-local address, which nobody on the "
             "internet has; where that is meant, set allow_private: true"},
    {"kind: webhook",
     "kind: webhook, timeout: 1h",
     kRoot + ":13:41 receivers[0].timeout: got \"1h\", expected duration 100ms..5m (default 10s)"},
    {"kind: webhook",
     "kind: webhook, give_up_after: forever",
     kRoot + ":13:47 receivers[0].give_up_after: got \"forever\", expected duration 1s..30d "
             "(default 1d)"},
    {"kind: webhook",
     "kind: webhook, send_pending: on",
     kRoot +
         ":13:46 receivers[0].send_pending: got \"on\", expected one of true, false (default false)"
    },
    {"kind: webhook",
     "kind: webhook, headers: {\"X Y\": a}",
     kRoot + ":13:49 receivers[0].headers.X Y: this is no valid name of an HTTP header"},
    {"kind: webhook",
     "kind: webhook, headers: {content-Type: a}",
     kRoot + ":13:56 receivers[0].headers.content-Type: this header is set by faultline itself"},
    {"kind: webhook",
     "kind: webhook, headers: {A: \"hunter2\\r\\nB: x\"}",
     kRoot + ":13:45 receivers[0].headers.A: it holds a control character: expected text"},
    {"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2",
     "0x87870bca3F3fD6335C3F4ce8392D69350B4fA4E2",
     kMarkets + ":5:11 aave_v3[0].pool: got \"0x87870bca3F3fD6335C3F4ce8392D69350B4fA4E2\" (its "
                "capital letters do not match the EIP-55 checksum, so a digit may be mistyped; if "
                "it is right write 0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2), expected address "
                "(0x and 40 hex digits)"},
    {"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2",
     "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E",
     kMarkets + ":5:11 aave_v3[0].pool: got \"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E\", "
                "expected address (0x and 40 hex digits)"},
    {"0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2",
     "0x0000000000000000000000000000000000000000",
     kMarkets + ":5:11 aave_v3[0].pool: got \"0x0000000000000000000000000000000000000000\" (the "
                "zero address), expected address (0x and 40 hex digits)"},
    // URLs: nothing of them is shown.
    {"ws://node.example:8546/hunter2",
     "${RPC_URL}",
     kRoot + ":8:28 chains[0].endpoints[0].url: the environment variable RPC_URL is not set"},
    {"url: \"ws://node.example:8546/hunter2\"",
     "url_file: rpc.txt",
     kRoot + ":8:33 chains[0].endpoints[0].url_file: cannot read conf/rpc.txt: no such file"},
    {"http://sink.example/hunter2",
     "ws://sink.example/hunter2",
     kRoot + ":13:37 receivers[0].url: the scheme is ws: expected URL (http://, https://)"},
    {"url: \"ws://node.example:8546/hunter2\"",
     "url: \"http://node/hunter2\", http_url: \"http://node/hunter2\"",
     kRoot + ":8:61 chains[0].endpoints[0].http_url: url is an http URL already; leave http_url "
             "out, or make url a ws or wss URL"},
    // Fields that do not go together.
    {"\n    deployments",
     "\n      - {name: local, url: \"http://b\"}\n    deployments",
     kRoot + ":9:16 chains[0].endpoints[1].name: the name \"local\" is already used at "
             "conf/f.yaml:8:16"},
    {"\n    deployments",
     "\n      - {name: other, url: \"ws://node.example:8546/hunter2\"}\n    deployments",
     kRoot + ":9:28 chains[0].endpoints[1].url: is the URL of endpoint \"local\" as well; one "
             "endpoint under two names agrees with itself. Remove one"},
    {"hunter2\"}\n    deployments",
     "hunter2\", role: verify_only}\n    deployments",
     kRoot + ":8:7 chains[0].endpoints: none may be asked: give at least one the role primary or "
             "fallback"},
    {"\n    deployments",
     "\n    quorum: 3\n    deployments",
     kRoot + ":9:13 chains[0].quorum: is 3, but there are 1 endpoints to agree"},
    {"chain_id: 1\naave",
     "chain_id: 10\naave",
     kMarkets + ":1:11 chain_id: is 10, but the chain that names this file (conf/f.yaml:6:15) has 1"
    },
    {"chains/eth.yaml",
     "chains/ethereum.yaml",
     kRoot + ":9:19 chains[0].deployments[0]: cannot read conf/chains/ethereum.yaml: no such file"},
    {"    deployments: [chains/eth.yaml]\n",
     "",
     kRoot + ":5:5 chains[0]: names no market to follow; give deployments, or a list such as "
             "aave_v3"},
    {"[chains/eth.yaml]",
     "[chains/eth.yaml, chains/eth.yaml]",
     kMarkets +
         ":3:11 aave_v3[0].name: the name \"core\" is already used at conf/chains/eth.yaml:3:11"},
    {"    chain_id: 1\n",
     "    chain_id: 1\n    start_block: 101\n",
     kRoot + ":7:18 chains[0].start_block: market core began at block 100; starting at 101 would "
             "miss the 1 blocks before and give wrong balances. Leave start_block out, or set it "
             "to 100 or less"},
    {"0x54586bE62E3c3580375aE3723C145253060Ca0C2",
     "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2",
     kMarkets + ":7:13 aave_v3[0].oracle: is the same address as pool"},
    {"resolve_at: 1.05",
     "resolve_at: 1.01",
     kRoot + ":11:62 rules[0].resolve_at: is smaller than below, so an alert would resolve while "
             "its condition still holds; make it 1.02 or more"},
    {"markets: [core]",
     "markets: [cor]",
     kRoot + ":11:78 rules[0].markets[0]: there is no market \"cor\"; did you mean \"core\"?"},
    {"receivers:",
     "  - {name: hf, kind: health_factor, below: 1}\nreceivers:",
     kRoot + ":12:12 rules[1].name: the name \"hf\" is already used at conf/f.yaml:11:12"},
    {"name: hf",
     "name: market_degraded",
     kRoot + ":11:12 rules[0].name: \"market_degraded\" is what alerts about the watching itself "
             "bear, which are always on; choose another name"},
};

}  // namespace

TEST_CASE("Each slip ends in one message that says where, what and what is expected", "[app]") {
    for (const Slip& slip : kSlips) {
        Bench bench;
        bench.replace(slip.from, slip.to);
        const Messages messages = bench.messages();
        INFO(slip.from << " -> " << slip.to);
        CHECK_FALSE(bench.load().has_value());
        CHECK(messages == Messages{slip.message});
        for (const std::string& message : messages) {
            CHECK(message.find("hunter2") == std::string::npos);
        }
    }
}
