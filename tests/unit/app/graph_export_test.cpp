// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/core/graph/edge.hpp>

#include <catch2/catch.hpp>

#include <app/command_line.hpp>
#include <app/graph_export.hpp>
#include <optional>
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

TEST_CASE("holdings without a value are told by protocol, as a week has none of them", "[app]") {
    graph::GraphMaker maker;
    maker.liquidity("market:core", "USDC", "USDC", 60)
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
        .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker");
    CHECK(app::left_out_text(maker.make()).empty());
    maker.liquidity("market:core", "X", "X", std::nullopt)
        .liquidity("market:core", "Y", "Y", std::nullopt)
        .liquidity("market:vat", "X", "X", std::nullopt);
    CHECK(
        app::left_out_text(maker.make()) ==
        "left out, as nothing tells their value: 2 holdings of aave, 1 holding of maker; what the "
        "file says of those protocols is too low\n"
    );
}
