// SPDX-License-Identifier: Apache-2.0
// What PageRank, communities, default cascades and DebtRank cost in CPU time on the graph of FILE,
// and what they come to, so that others can be held to it; as JSON. Started by
// tests/bench/network/run. FILE: NODES EDGES SEEDS, NODES equities, EDGES times SOURCE TARGET
// WEIGHT, SEEDS nodes. usage: network_bench FILE FEW. FEW: how many of the seeds the sums are of.
#include "bench/cpu_seconds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/cascade.hpp>
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
    out.edges.resize(edges);
    out.seeds.resize(seeds);
    for (double& equity : out.equities) {
        in >> equity;
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
    std::uint64_t defaults = 0;
    const auto run = [&](std::span<const Node> seeds) {
        defaults = 0;
        for (const Node& seed : seeds) {
            defaults += cascade.run(std::span(&seed, 1)).defaults;
        }
    };
    const double all = seconds_of([&] { run(input.seeds); });
    json.key("all_cascades_s").real(all);
    const double some = seconds_of([&] { run(std::span(input.seeds).first(few)); });
    json.key("cascades_s").real(some);
    json.key("defaults").number(defaults);
}

void bench_debt_rank(const Graph& graph, const Input& input, std::size_t few, JsonWriter& json) {
    DebtRank debt_rank(graph, input.equities);
    std::vector<double> distress(graph.node_count());
    const DebtRankOptions options{.tolerance = kDistressTolerance, .most_rounds = 1'000};
    double sum = 0;
    const double seconds = seconds_of([&] {
        sum = 0;
        for (std::size_t at = 0; at < few; ++at) {
            std::ranges::fill(distress, 0.0);
            distress[input.seeds[at]] = 1;
            debt_rank.run(distress, options);
            sum += std::accumulate(distress.begin(), distress.end(), 0.0);
        }
    });
    json.key("debt_rank_s").real(seconds);
    json.key("distress").real(sum);
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
    json.key("ranks").begin_array();
    for (const double one : rank.ranks) {
        json.real(one);
    }
    json.end_array();
    double modularity = 0;
    const double leiden_s =
        seconds_of([&] { modularity = communities(*graph, {}).value().modularity.value_or(0); });
    json.key("leiden_s").real(leiden_s);
    json.key("modularity").real(modularity);
    bench_cascades(*graph, input, few, json);
    bench_debt_rank(*graph, input, few, json);
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
