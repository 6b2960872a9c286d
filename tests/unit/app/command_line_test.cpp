// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <app/exit_code.hpp>
#include <app/version.hpp>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using faultline::test::Bench;

namespace {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
    std::vector<std::string> stores;  ///< Of the configurations the daemon was started with.
    std::vector<std::string> asked;   ///< Of replay and record.
    std::optional<simnode::Options> node;
    std::optional<app::SinkOptions> sink;
};

Said say(const std::vector<std::string>& arguments, const Bench& bench = {}, int run_status = 0) {
    std::ostringstream out;
    std::ostringstream err;
    Said said;
    const app::CommandLinePorts ports{
        .out = out,
        .err = err,
        .surroundings = bench.world.surroundings(),
        .run =
            [&](const app::DaemonConfig& config) {
                said.stores.push_back(config.store_path);
                return run_status;
            },
        .replay_tape =
            [&](const app::ReplayTape& tape) {
                said.asked.push_back("tape " + tape.file + (tape.verify ? " verify" : ""));
                return run_status;
            },
        .replay_blocks =
            [&](const app::DaemonConfig& config, const app::ReplayBlocks& blocks) {
                said.asked.push_back(
                    "blocks of " + config.store_path + " " + blocks.chain + " " +
                    (blocks.from ? std::to_string(*blocks.from) : "-") + ".." +
                    (blocks.to ? std::to_string(*blocks.to) : "-")
                );
                return run_status;
            },
        .record =
            [&](const app::DaemonConfig& config, const app::Record& recording) {
                said.asked.push_back(
                    "record " + config.store_path + " " + recording.tape + " " + recording.chain +
                    " " + std::to_string(recording.truth_every) + " " +
                    (recording.to ? std::to_string(*recording.to) : "-")
                );
                return run_status;
            },
        .bootstrap =
            [&](const app::DaemonConfig& config, const app::BootstrapCommand& asked) {
                said.asked.push_back(
                    "bootstrap " + config.store_path + " " + asked.chain + " " +
                    asked.accounts_file + " " +
                    (asked.search_from ? std::to_string(*asked.search_from) : "-") +
                    (asked.again ? " again" : "")
                );
                return run_status;
            },
        .resync =
            [&](const app::DaemonConfig& config, const app::Resync& asked) {
                said.asked.push_back("resync " + config.store_path + " " + asked.chain);
                return run_status;
            },
        .graph_export =
            [&](const app::DaemonConfig& config, const app::GraphExport& asked) {
                said.asked.push_back(
                    "graph " + config.store_path + " " + asked.chain + " " + asked.format + " " +
                    asked.as_of + " " + asked.out
                );
                return run_status;
            },
        .simnode =
            [&](simnode::Options options, std::ostream&, std::ostream&) {
                said.node = std::move(options);
                return run_status;
            },
        .sink =
            [&](const app::SinkOptions& options, std::ostream&, std::ostream&) {
                said.sink = options;
                return run_status;
            },
    };
    said.status = app::command_line(arguments, ports);
    said.out = out.str();
    said.err = err.str();
    return said;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("run starts the daemon with the configuration and ends with its status", "[app]") {
    for (const int status : {0, 1, 4, 130}) {
        const Said said = say({"run", "conf/f.yaml"}, {}, status);
        CHECK(said.status == status);
        CHECK(said.stores == std::vector<std::string>{"conf/data"});
        CHECK(said.err.empty());
    }
}

TEST_CASE("run takes faultline.yaml of the working folder when no file is named", "[app]") {
    Bench bench;
    bench.world.files["faultline.yaml"] = test::kMain;
    bench.world.files["chains/eth.yaml"] = test::kEth;
    CHECK(say({"run"}, bench).stores == std::vector<std::string>{"data"});
    const Said none = say({"run"});
    CHECK(none.status == 3);
    CHECK(holds(none.err, "faultline.yaml: cannot read faultline.yaml"));
    CHECK(holds(none.err, "faultline config example"));
}

TEST_CASE("A wrong configuration starts nothing and ends with 3", "[app]") {
    Bench bench;
    bench.replace("level: info", "level: x").replace("below: 1.02", "below: 0");
    const Said run = say({"run", "conf/f.yaml"}, bench);
    CHECK(run.status == 3);
    CHECK(run.stores.empty());
    CHECK(run.out.empty());
    CHECK(holds(run.err, "conf/f.yaml:3:14 log.level: got \"x\""));
    CHECK(holds(run.err, "conf/f.yaml:11:44 rules[0].below: is 0"));
    CHECK(holds(run.err, "2 errors in the configuration; nothing was started\n"));
    const Said check = say({"check", "conf/f.yaml"}, bench);
    CHECK(check.status == 3);
    CHECK(check.out.empty());
    CHECK(holds(check.err, "2 errors in the configuration\n"));
}

TEST_CASE("check prints warnings and a summary without secrets, and starts nothing", "[app]") {
    Bench bench;
    bench.replace(
        "receivers:\n  - {name: ops, kind: webhook, url: \"http://sink.example/hunter2\"}\n", ""
    );
    const Said said = say({"check", "conf/f.yaml"}, bench);
    CHECK(said.status == 0);
    CHECK(said.stores.empty());
    CHECK(
        said.err ==
        "conf/f.yaml receivers: warning: there is no receiver, so alerts are only kept, logged and "
        "counted\n"
    );
    CHECK(
        said.out ==
        "ok: conf/f.yaml: 1 chain, 1 market, 1 rule, 0 receivers, 0 labels\n  ethereum: chain id "
        "1, from "
        "block 100, endpoint local, markets core\n"
    );
}

TEST_CASE("config prints the reference and the example", "[app]") {
    CHECK(say({"config", "describe"}).out == app::config_reference());
    CHECK(say({"config", "example"}).out == app::config_example());
}

TEST_CASE("version prints the version", "[app]") {
    const std::string expected = "faultline " + std::string(app::kVersion) + "\n";
    CHECK(say({"version"}).out == expected);
    CHECK(say({"--version"}).out == expected);
    CHECK(say({"--version"}).status == 0);
}

TEST_CASE("help tells a newcomer what to type and what the exit status means", "[app]") {
    const Said said = say({"--help"});
    CHECK(said.status == 0);
    CHECK(said.err.empty());
    for (const char* part :
         {"run",
          "check",
          "config",
          "version",
          "faultline config example > faultline.yaml",
          "Exit status: 0",
          "130"}) {
        CHECK(holds(said.out, part));
    }
    for (const char* command :
         {"run",
          "check",
          "config",
          "bootstrap",
          "replay",
          "record",
          "resync",
          "graph",
          "dexposure",
          "version"}) {
        const Said one = say({command, "--help"});
        CHECK(one.status == 0);
        CHECK(holds(one.out, std::string("faultline ") + command));
    }
    std::istringstream lines(said.out);
    for (std::string line; std::getline(lines, line);) {
        CHECK(line.size() <= 100);
    }
}

TEST_CASE("A wrong command line ends with 2 and says what would be right", "[app]") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> table{
        {{},
         "faultline: what to do? Give one of run, check, config, bootstrap, replay, record, "
         "resync, graph, rules, outbox, silence, alert, import, "
         "dexposure, simnode, sink, version\n"},
        {{"chekc", "f"}, "faultline: there is no command \"chekc\"; did you mean \"check\"?\n"},
        {{"frobnicate"}, "faultline: there is no command \"frobnicate\"\n"},
        {{"check"}, "faultline: CONFIG is required\n"},
        {{"check", "a", "b"}, "faultline: The following argument was not expected: b\n"},
        {{"config"}, "faultline: print what? Give describe or example after config\n"},
        {{"--frobnicate"}, "faultline: there is no option \"--frobnicate\"\n"},
        {{"run", "--daemon"}, "faultline: The following argument was not expected: --daemon\n"},
    };
    for (const auto& [arguments, message] : table) {
        const Said said = say(arguments);
        CHECK(said.status == 2);
        CHECK(said.out.empty());
        CHECK(said.stores.empty());
        CHECK(said.err == message + "faultline --help shows what can be asked for.\n");
    }
}

TEST_CASE("An output that cannot be written is a failure", "[app]") {
    std::ostringstream broken;
    broken.setstate(std::ios::badbit);
    std::ostringstream err;
    const app::CommandLinePorts ports{
        .out = broken,
        .err = err,
        .surroundings = Bench().world.surroundings(),
        .run = {},
        .replay_tape = {},
        .replay_blocks = {},
        .record = {},
        .bootstrap = {},
        .resync = {},
        .graph_export = {}
    };
    CHECK(app::command_line({"config", "describe"}, ports) == 1);
    CHECK(err.str() == "faultline: cannot write the output\n");
}

TEST_CASE("a graph is exported in one of the formats there are", "[app]") {
    using Asked = std::vector<std::string>;
    CHECK(say({"graph", "export", "conf/f.yaml"}).asked == Asked{"graph conf/data  graphml  "});
    CHECK(
        say({"graph", "export", "conf/f.yaml", "--format", "csv", "--as-of", "7", "--out", "g"})
            .asked == Asked{"graph conf/data  csv 7 g"}
    );
    CHECK(say({"graph", "export", "--format", "dot"}).asked.empty());
    CHECK(say({"graph"}).asked.empty());
}

TEST_CASE("replay takes a tape, or the store of a configuration, and never both", "[app]") {
    using Asked = std::vector<std::string>;
    CHECK(say({"replay", "--tape", "t.zst"}).asked == Asked{"tape t.zst"});
    CHECK(
        say({"replay", "--tape", "t.zst", "--verify"}, {}, 1).asked == Asked{"tape t.zst verify"}
    );
    CHECK(say({"replay", "--tape", "t.zst"}, {}, 1).status == 1);
    CHECK(say({"replay", "conf/f.yaml"}).asked == Asked{"blocks of conf/data  -..-"});
    CHECK(
        say({"replay", "conf/f.yaml", "--from", "5", "--to", "9", "--chain", "eth"}).asked ==
        Asked{"blocks of conf/data eth 5..9"}
    );
    for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
             {"replay", "--tape", "t.zst", "conf/f.yaml"},
             {"replay", "--tape", "t.zst", "--from", "5"},
             {"replay", "conf/f.yaml", "--verify"},
             {"replay", "conf/f.yaml", "--from", "-1"},
             {"replay", "conf/f.yaml", "--to", "soon"},
         }) {
        const Said said = say(wrong);
        INFO(said.err);
        CHECK(said.status == 2);
        CHECK(said.asked.empty());
        CHECK(holds(said.err, "faultline --help shows what can be asked for."));
    }
    CHECK(say({"replay", "none.yaml"}).status == 3);
}

TEST_CASE("record takes a configuration and the tape to write", "[app]") {
    using Asked = std::vector<std::string>;
    CHECK(
        say({"record", "conf/f.yaml", "--tape", "t.zst"}).asked ==
        Asked{"record conf/data t.zst  0 -"}
    );
    CHECK(
        say({"record",
             "conf/f.yaml",
             "--tape",
             "t",
             "--truth-every",
             "7",
             "--to",
             "99",
             "--chain",
             "eth"})
            .asked == Asked{"record conf/data t eth 7 99"}
    );
    CHECK(say({"record", "conf/f.yaml"}).status == 2);
    CHECK(say({"record", "none.yaml", "--tape", "t.zst"}).status == 3);
}

TEST_CASE("bootstrap takes a configuration, and a list of accounts or where to search", "[app]") {
    using Asked = std::vector<std::string>;
    CHECK(say({"bootstrap", "conf/f.yaml"}).asked == Asked{"bootstrap conf/data   -"});
    CHECK(
        say({"bootstrap", "conf/f.yaml", "--chain", "eth", "--accounts", "a.txt", "--again"})
            .asked == Asked{"bootstrap conf/data eth a.txt - again"}
    );
    CHECK(
        say({"bootstrap", "conf/f.yaml", "--search-from", "12"}).asked ==
        Asked{"bootstrap conf/data   12"}
    );
    CHECK(say({"bootstrap", "conf/f.yaml", "--search-from", "soon"}).status == 2);
    CHECK(say({"bootstrap", "none.yaml"}).status == 3);
}

TEST_CASE("simnode takes a tape, a pace and faults", "[app]") {
    const Said plain = say({"simnode", "--tape", "t.zst"});
    REQUIRE(plain.node.has_value());
    CHECK(plain.node->tape == "t.zst");
    CHECK(plain.node->listen == "127.0.0.1:8545");
    CHECK(plain.node->from_head == 0);
    CHECK(plain.node->blocks_per_second == 1);
    const Said full =
        say({"simnode", "--tape",      "t.zst",       "--listen",   "[::1]:1",
             "--pace",  "2.5",         "--from-head", "end",        "--wait",
             "--fault", "429:0.5",     "--fault",     "mute@5-9",   "--seed",
             "7",       "--finalized", "10",          "--max-logs", "100"},
            {},
            4);
    CHECK(full.status == 4);
    REQUIRE(full.node.has_value());
    CHECK(full.node->from_head == std::numeric_limits<eth::BlockNum>::max());
    CHECK(full.node->blocks_per_second == 2.5);
    CHECK(full.node->wait_for_client);
    REQUIRE(full.node->faults.size() == 2);
    CHECK(
        full.node->faults[1] ==
        simnode::FaultRule{
            .kind = simnode::FaultKind::kSocketMute, .rate = 0.05, .from = 5, .to = 9
        }
    );
    CHECK(full.node->seed == 7);
    CHECK(full.node->finalized_depth == 10);
    CHECK(full.node->logs_most == 100);
}

TEST_CASE("a simulated node that cannot be meant is refused", "[app]") {
    for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
             {"simnode"},
             {"simnode", "--tape", "t", "--fault", "dorp"},
             {"simnode", "--tape", "t", "--pace", "-1"},
             {"simnode", "--tape", "t", "--from-head", "later"},
             {"simnode", "--tape", "t", "--fault-file", "/no/such/file"},
             {"simnode", "--tape", "t", "more"},
         }) {
        const Said said = say(wrong);
        CHECK(said.status == 2);
        CHECK_FALSE(said.err.empty());
        CHECK_FALSE(said.node.has_value());
    }
    CHECK(holds(say({"simnode", "--tape", "t", "--fault", "dorp"}).err, "kinds are drop"));
}

TEST_CASE("simnode --help explains every fault", "[app]") {
    const Said said = say({"simnode", "--help"});
    CHECK(said.status == 0);
    for (const auto& one : simnode::fault_descriptions()) {
        CHECK(holds(said.out, std::string(one.name) + " "));
        CHECK(holds(said.out, std::string(one.text)));
    }
}

TEST_CASE("sink listens and keeps as told", "[app]") {
    const Said said = say({"sink", "--listen", "127.0.0.1:1", "--file", "f"});
    REQUIRE(said.sink.has_value());
    CHECK(said.sink->listen == "127.0.0.1:1");
    CHECK(said.sink->file == "f");
    CHECK(say({"sink", "--port", "1"}).status == 2);
}
