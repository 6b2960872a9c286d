// SPDX-License-Identifier: Apache-2.0
// What PageRank, communities, default cascades, DebtRank and clearing cost in CPU time on the graph
// of FILE, and what they come to, so that others can be held to it; as JSON. Started by
// tests/bench/network/run. FILE: NODES EDGES SEEDS, NODES times EQUITY EXTERNAL, EDGES times SOURCE
// TARGET WEIGHT, SEEDS nodes. usage: network_bench FILE FEW. FEW: of how many of the seeds cascades
// and distress are told.
#include "bench/cpu_seconds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/clearing.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/page_rank.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace faultline;           // NOLINT(google-build-using-namespace)
using namespace faultline::network;  // NOLINT(google-build-using-namespace)

/// igraph's solver stops here, too.
constexpr double kRankTolerance = 1e-10;
constexpr double kDistressTolerance = 1e-9;
constexpr double kLossGivenDefault = 0.6;
constexpr double kLongEnoughSeconds = 0.3;

struct Input {
    Node nodes = 0;
    std::vector<double> equities;
    std::vector<double> external;
    std::vector<Edge> edges;
    std::vector<Node> seeds;
};

Input read_input(const char* path) {
    std::ifstream in(path);
    Input out;
    std::size_t edges = 0;
    std::size_t seeds = 0;
    in >> out.nodes >> edges >> seeds;
    out.equities.resize(out.nodes);
    out.external.resize(out.nodes);
    out.edges.resize(edges);
    out.seeds.resize(seeds);
    for (Node node = 0; node < out.nodes; ++node) {
        in >> out.equities[node] >> out.external[node];
    }
    for (Edge& edge : out.edges) {
        in >> edge.source >> edge.target >> edge.weight;
    }
    for (Node& seed : out.seeds) {
        in >> seed;
    }
    if (!in) {
        throw std::runtime_error(std::string(path) + " is not a whole graph");
    }
    return out;
}

/// CPU seconds of one pass, of as many as make a figure.
template <class Pass>
double seconds_of(Pass pass) {
    pass();  // warm
    const double start = bench::cpu_seconds();
    double passes = 0;
    double used = 0;
    do {
        pass();
        ++passes;
        used = bench::cpu_seconds() - start;
    } while (used < kLongEnoughSeconds);
    return used / passes;
}

void bench_cascades(const Graph& graph, const Input& input, std::size_t few, JsonWriter& json) {
    Cascade cascade(graph, input.equities, kLossGivenDefault);
    const auto run = [&](std::span<const Node> seeds) {
        for (const Node& seed : seeds) {
            cascade.run(std::span(&seed, 1));
        }
    };
    const std::span<const Node> some = std::span(input.seeds).first(few);
    json.key("all_cascades_s").real(seconds_of([&] { run(input.seeds); }));
    json.key("cascades_s").real(seconds_of([&] { run(some); }));
    json.key("defaulted").begin_array();
    for (const Node& seed : some) {
        cascade.run(std::span(&seed, 1));
        std::vector<Node> down(cascade.defaulted().begin(), cascade.defaulted().end());
        std::ranges::sort(down);
        json.begin_array();
        for (const Node node : down) {
            json.number(node);
        }
        json.end_array();
    }
    json.end_array();
}

void write_reals(JsonWriter& json, std::string_view key, std::span<const double> values) {
    json.key(key).begin_array();
    for (const double one : values) {
        json.real(one);
    }
    json.end_array();
}

void bench_debt_rank(const Graph& graph, const Input& input, std::size_t few, JsonWriter& json) {
    DebtRank debt_rank(graph, input.equities);
    std::vector<double> distress(graph.node_count());
    const DebtRankOptions options{.tolerance = kDistressTolerance, .most_rounds = 1'000};
    std::vector<double> sums(few);
    const double seconds = seconds_of([&] {
        for (std::size_t at = 0; at < few; ++at) {
            std::ranges::fill(distress, 0.0);
            distress[input.seeds[at]] = 1;
            debt_rank.run(distress, options);
            sums[at] = std::accumulate(distress.begin(), distress.end(), 0.0);
        }
    });
    json.key("debt_rank_s").real(seconds);
    write_reals(json, "distress", sums);
}

void bench_clearing(const Graph& graph, const Input& input, JsonWriter& json) {
    Clearing clearing;
    json.key("clearing_s").real(seconds_of([&] { clearing = clear(graph, input.external, {}); }));
    json.key("clearing_rounds").number(clearing.rounds);
    json.key("clearing_defaults")
        .number(static_cast<std::uint64_t>(std::ranges::count(clearing.defaulted, 1)));
    write_reals(json, "payments", clearing.payments);
}

void bench_graph(const Input& input, std::size_t few) {
    const Result<Graph> graph = Graph::from_edges(input.nodes, input.edges);
    if (!graph) {
        throw std::runtime_error(graph.error().message());
    }
    JsonWriter json;
    json.begin_object();
    PageRank rank;
    const double rank_s = seconds_of([&] {
        rank =
            page_rank(*graph, {.damping = 0.85, .tolerance = kRankTolerance, .most_rounds = 500});
    });
    json.key("page_rank_s").real(rank_s);
    json.key("page_rank_rounds").number(rank.rounds);
    write_reals(json, "ranks", rank.ranks);
    double modularity = 0;
    const double leiden_s =
        seconds_of([&] { modularity = communities(*graph, {}).value().modularity.value_or(0); });
    json.key("leiden_s").real(leiden_s);
    json.key("modularity").real(modularity);
    bench_cascades(*graph, input, few, json);
    bench_debt_rank(*graph, input, few, json);
    bench_clearing(*graph, input, json);
    std::cout << json.end_object().take() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 3) {
            throw std::runtime_error("usage: network_bench FILE FEW");
        }
        const Input input = read_input(argv[1]);
        bench_graph(input, std::min<std::size_t>(std::stoul(argv[2]), input.seeds.size()));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "network_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
