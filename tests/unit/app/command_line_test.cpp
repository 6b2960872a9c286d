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
    CHECK(holds(run.err, "conf/f.yaml:11:44 rules[0].below: got \"0\""));
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
        "ok: conf/f.yaml: 1 chain, 1 market, 1 rule, 0 receivers\n  ethereum: chain id 1, from "
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
    for (const char* command : {"run", "check", "config", "version"}) {
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
        {{}, "faultline: what to do? Give one of run, check, config, simnode, sink, version\n"},
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
        .out = broken, .err = err, .surroundings = Bench().world.surroundings(), .run = {}
    };
    CHECK(app::command_line({"config", "describe"}, ports) == 1);
    CHECK(err.str() == "faultline: cannot write the output\n");
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
