// SPDX-License-Identifier: Apache-2.0
// What `faultline dexposure` takes, and what it is asked for then.
#include "bench.hpp"
#include "dexposure_file.hpp"

#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_stress.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

using namespace faultline;
using faultline::test::Bench;
using faultline::test::TextFile;

namespace {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
    std::vector<std::string> asked;  ///< Of metrics.
    std::optional<app::DexposureStress> stress;
};

app::CommandLinePorts ports_to(std::ostringstream& out, std::ostringstream& err) {
    return {
        .out = out,
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
}

/// With nothing done but kept what was asked for.
Said say(const std::vector<std::string>& arguments, int run_status = 0) {
    std::ostringstream out;
    std::ostringstream err;
    Said said;
    app::CommandLinePorts ports = ports_to(out, err);
    ports.dexposure_metrics =
        [&](const app::DexposureMetrics& asked, std::ostream&, std::ostream&) {
            said.asked.push_back(
                "metrics " + asked.file + " " + (asked.week ? asked.week->text() : "-") + " " +
                asked.categories + " " + asked.format + " " + std::to_string(asked.nodes)
            );
            return run_status;
        };
    ports.dexposure_stress = [&](const app::DexposureStress& asked, std::ostream&, std::ostream&) {
        said.stress = asked;
        return run_status;
    };
    said.status = app::command_line(arguments, ports);
    said.out = out.str();
    said.err = err.str();
    return said;
}

}  // namespace

TEST_CASE("dexposure takes a file, and a week and shocks that can be meant", "[app]") {
    using Asked = std::vector<std::string>;
    CHECK(say({"dexposure", "metrics", "f.json"}, 1).asked == Asked{"metrics f.json -  text 0"});
    CHECK(
        say({"dexposure",
             "metrics",
             "f.json",
             "--week",
             "2022-05-09",
             "--categories",
             "m.csv",
             "--nodes",
             "5",
             "--format",
             "json"})
            .asked == Asked{"metrics f.json 2022-05-09 m.csv json 5"}
    );
    const Said full =
        say({"dexposure",
             "stress",
             "--week",
             "2022-05-09",
             "--shock",
             "182=0.5",
             "f.json",
             "--shock",
             "WETH=20%",
             "--model",
             "cascade",
             "--shock-top",
             "3=1"},
            1);
    CHECK(full.status == 1);
    REQUIRE(full.stress.has_value());
    CHECK(full.stress->file == "f.json");
    CHECK(full.stress->week.text() == "2022-05-09");
    CHECK(full.stress->shocks == std::vector<app::DexposureShock>{{"182", 0.5}, {"WETH", 0.2}});
    CHECK(full.stress->top == app::DexposureTopShock{.count = 3, .share = 1});
    CHECK(full.stress->model == "cascade");
    CHECK(full.stress->format == "text");
    for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
             {"dexposure"},
             {"dexposure", "metrics"},
             {"dexposure", "metrics", "f", "--week", "2022-02-30"},
             {"dexposure", "metrics", "f", "--format", "csv"},
             {"dexposure", "metrics", "f", "--nodes", "0"},
             {"dexposure", "metrics", "f", "--nodes", "some"},
             {"dexposure", "stress", "f", "--shock", "1=1"},
             {"dexposure", "stress", "f", "--week", "2022-05-09"},
             {"dexposure", "stress", "f", "--week", "soon", "--shock", "1=1"},
             {"dexposure", "stress", "f", "--week", "2022-05-09", "--shock", "1"},
             {"dexposure", "stress", "f", "--week", "2022-05-09", "--shock-top", "0=1"},
             {"dexposure", "stress", "f", "--week", "2022-05-09", "--shock", "1=1", "--model", "x"},
         }) {
        const Said said = say(wrong);
        INFO(said.err);
        CHECK(said.status == 2);
        CHECK(said.asked.empty());
        CHECK_FALSE(said.stress.has_value());
        CHECK(said.err.starts_with("faultline"));
    }
}

TEST_CASE("dexposure does what it is asked for without a configuration", "[app]") {
    const TextFile file("command.json", test::kCreditorOfNothing);
    std::ostringstream out;
    std::ostringstream err;
    const auto ports = ports_to(out, err);
    CHECK(app::command_line({"dexposure", "metrics", file.path()}, ports) == 0);
    CHECK(out.str().starts_with("2022-05-09: 2 nodes, 1 link\n"));
    CHECK(
        app::command_line(
            {"dexposure", "stress", file.path(), "--week", "2022-05-09", "--shock", "182=50%"},
            ports
        ) == 0
    );
    CHECK(out.str().find("50.00 % of 100.00 usd") != std::string::npos);
    CHECK(err.str().empty());
    CHECK(app::command_line({"dexposure", "metrics", "/no/such"}, ports) == 1);
}
