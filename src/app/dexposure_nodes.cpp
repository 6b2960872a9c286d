// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <algorithm>
#include <app/dexposure_nodes.hpp>
#include <app/dexposure_weeks.hpp>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace faultline::app {
namespace {

using network::Node;
using network::WhatIf;

/// A second of a week of the published size, where nobody waits for an answer.
constexpr std::uint64_t kMostSteps = 10 * network::kMostSteps;

constexpr const char* kNotTried = "-";
constexpr const char* kGrows = "grows";

constexpr std::size_t kColumns = 16;
using Line = std::array<std::string, kColumns>;

Line heading() {
    return {
        "id",
        "TVL usd",
        "out",
        "in",
        "PageRank",
        "SIS",
        "interconn.",
        "core",
        "community",
        "reach",
        "radius",
        "contagion usd",
        "DebtRank",
        "clearing usd",
        "token HHI",
        "top token",
    };
}

std::string ratio(double value) {
    constexpr int kDecimals = 6;
    return decimals(value, kDecimals);
}

std::string usd(double value) {
    return decimals(value, 2);
}

Line line_of(const NodeMetrics& node) {
    const auto tried = [&node](auto&& shown) {
        return node.if_it_fails ? std::string(shown(*node.if_it_fails)) : kNotTried;
    };
    const network::TokenSpread& tokens = node.tokens;
    return {
        shown_id(node.id),
        usd(node.size_usd),
        std::to_string(node.links_out),
        std::to_string(node.links_in),
        ratio(node.page_rank),
        ratio(node.importance),
        ratio(node.interconnectedness),
        std::to_string(node.core),
        std::to_string(node.community),
        tried([](const WhatIf& of) { return std::to_string(of.contagion.reach); }),
        tried([](const WhatIf& of) { return std::to_string(of.contagion.radius); }),
        tried([](const WhatIf& of) { return usd(of.contagion.loss); }),
        tried([](const WhatIf& of) { return of.debt_rank ? ratio(*of.debt_rank) : kGrows; }),
        tried([](const WhatIf& of) {
            return of.clearing_loss_usd ? usd(*of.clearing_loss_usd) : kGrows;
        }),
        tokens.hhi ? ratio(*tokens.hhi) : "not defined",
        tokens.top && tokens.top_share ? shown_id(tokens.top) + " " + percent(*tokens.top_share)
                                       : "not defined",
    };
}

/// Names at both ends to the left, numbers to the right.
std::string table(const std::vector<Line>& lines) {
    std::array<std::size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (std::size_t at = 0; at < kColumns; ++at) {
            widths[at] = std::max(widths[at], line[at].size());
        }
    }
    std::string out;
    for (const Line& line : lines) {
        out += "  " + line.front() + std::string(widths.front() - line.front().size(), ' ');
        for (std::size_t at = 1; at + 1 < kColumns; ++at) {
            out += "  " + std::string(widths[at] - line[at].size(), ' ') + line[at];
        }
        out += "  " + line.back() + "\n";
    }
    return out;
}

void write_what_if(JsonWriter& json, const std::optional<WhatIf>& of) {
    json.key("if_it_fails");
    if (!of) {
        json.null();
        return;
    }
    json.begin_object();
    json.field("contagion_reach", of->contagion.reach);
    json.field("contagion_radius", of->contagion.radius);
    json.key("contagion_loss_usd").real(of->contagion.loss);
    write_figure(json, "debt_rank", of->debt_rank);
    write_figure(json, "clearing_loss_usd", of->clearing_loss_usd);
    json.end_object();
}

void write_node(JsonWriter& json, const NodeMetrics& node) {
    json.begin_object().key("id");
    if (node.id) {
        json.string(*node.id);
    } else {
        json.null();
    }
    json.key("size_usd").real(node.size_usd);
    json.field("links_out", node.links_out).field("links_in", node.links_in);
    json.key("page_rank").real(node.page_rank);
    json.key("systemic_importance").real(node.importance);
    json.key("interconnectedness").real(node.interconnectedness);
    json.field("core", node.core).field("community", node.community);
    write_tokens(json, node.tokens);
    write_what_if(json, node.if_it_fails);
    json.end_object();
}

}  // namespace

Result<std::size_t> parse_nodes(std::string_view text) {
    if (text == "all") {
        return kAllNodes;
    }
    std::size_t count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || end != text.data() + text.size() || count == 0) {
        return Error(
                   Code::kInvalid,
                   "--nodes takes how many, or all, not \"" + std::string(text) + "\""
        )
            .advise("Give --nodes 10 for the ten largest, or leave it out for none");
    }
    return count;
}

Result<std::vector<NodeMetrics>> node_metrics(
    const network::Snapshot& week,
    const network::SnapshotGraph& made,
    const network::NetworkFigures& figures,
    std::size_t count
) {
    const std::vector<Node> shown = network::largest(made.sizes, count);
    const std::vector<double> dues = network::strengths(made.graph, network::Side::kIn);
    std::vector<Node> tried = shown;
    std::ranges::sort(tried, [&dues](Node a, Node b) {
        return dues[a] > dues[b] || (dues[a] == dues[b] && a < b);
    });
    FAULTLINE_TRY(const auto failures, network::what_ifs(made, tried, kMostSteps));
    std::vector<NodeMetrics> out;
    out.reserve(shown.size());
    for (const Node node : shown) {
        out.push_back(
            {.id = week.nodes[node].id,
             .size_usd = made.sizes[node],
             .links_out = made.graph.out().row(node).size(),
             .links_in = made.graph.in().row(node).size(),
             .page_rank = figures.ranks[node],
             .importance = figures.importance[node],
             .interconnectedness = figures.interconnectedness[node],
             .core = figures.cores[node],
             .community = figures.communities[node],
             .tokens = network::token_spread(week.nodes[node].composition),
             .if_it_fails = failures[node]}
        );
    }
    return out;
}

std::string nodes_text(const std::vector<NodeMetrics>& nodes) {
    if (nodes.empty()) {
        return {};
    }
    std::vector<Line> lines{heading()};
    std::size_t left = 0;
    for (const NodeMetrics& node : nodes) {
        lines.push_back(line_of(node));
        left += node.if_it_fails ? 0 : 1;
    }
    std::string out = table(lines);
    if (left > 0) {
        out += "  " + std::to_string(left) +
               " were not let fail, as others owe more and there are " +
               "many: faultline dexposure stress --shock ID=1 tries one\n";
    }
    return out;
}

void write_nodes(JsonWriter& json, const std::vector<NodeMetrics>& nodes) {
    json.begin_array();
    for (const NodeMetrics& node : nodes) {
        write_node(json, node);
    }
    json.end_array();
}

}  // namespace faultline::app
