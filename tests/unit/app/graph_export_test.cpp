// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <app/graph_export.hpp>
#include <sstream>

using namespace faultline;

TEST_CASE("a graph as of nothing is refused, with what to give", "[app]") {
    std::ostringstream out;
    std::ostringstream err;
    const app::CommandLinePorts ports{
        .out = out,
        .err = err,
        .surroundings = {},
        .run = {},
        .replay_tape = {},
        .replay_blocks = {},
        .record = {},
        .bootstrap = {},
        .resync = {},
        .graph_export = {}
    };
    CHECK(app::command_line({"graph", "export", "no.yaml", "--as-of", ""}, ports) == 2);
    CHECK(out.str().empty());
    CHECK(
        err.str().starts_with("faultline: --as-of: is empty: give a block number or a time such"
                              " as 2026-11-30T09:00:00Z, or leave it out for the newest block\n")
    );
    CHECK(app::as_of_fault("7").empty());
}
