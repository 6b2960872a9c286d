// SPDX-License-Identifier: Apache-2.0
// Says what core/network makes of graphs, for others to compare: against_others.py. Reads from
// stdin, separated by white space, any number of
//     NODES EDGES  then NODES times SIZE EQUITY EXTERNAL SHOCK  then EDGES times SOURCE TARGET
//     WEIGHT
// and prints a line of JSON for each.
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/clearing.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/topology.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace faultline;           // NOLINT(google-build-using-namespace)
using namespace faultline::network;  // NOLINT(google-build-using-namespace)

/// Of both sides; the script has the same.
constexpr double kLossGivenDefault = 0.6;
constexpr double kExternalRecovery = 0.9;
constexpr double kClaimRecovery = 0.8;

struct Question {
    Node nodes = 0;
    std::vector<Edge> edges;
    std::vector<double> sizes;
    std::vector<double> equities;
    std::vector<double> external;
    std::vector<double> shocks;
};

/// Also takes nan and inf, which operator>> does not.
double read_real() {
    std::string text;
    if (!(std::cin >> text)) {
        throw std::runtime_error("stdin ends within a graph");
    }
    return std::stod(text);
}

bool read_question(Question& out) {
    std::size_t edges = 0;
    if (!(std::cin >> out.nodes >> edges)) {
        return false;
    }
    for (Node node = 0; node < out.nodes; ++node) {
        out.sizes.push_back(read_real());
        out.equities.push_back(read_real());
        out.external.push_back(read_real());
        out.shocks.push_back(read_real());
    }
    for (std::size_t edge = 0; edge < edges; ++edge) {
        Edge& one = out.edges.emplace_back();
        std::cin >> one.source >> one.target;
        one.weight = read_real();
    }
    return true;
}

class Answer {
  public:
    Answer() { json_.begin_object(); }

    void say(std::string_view key, double value) { json_.key(key).real(value); }

    void say(std::string_view key, std::optional<double> value) {
        json_.key(key);
        value ? json_.real(*value) : json_.null();
    }

    void say(std::string_view key, const std::string& text) { json_.key(key).string(text); }

    template <class Value>
    void say(std::string_view key, std::span<const Value> values) {
        json_.key(key).begin_array();
        for (const Value value : values) {
            if constexpr (std::is_floating_point_v<Value>) {
                json_.real(value);
            } else {
                json_.number(value);
            }
        }
        json_.end_array();
    }

    void print() { std::cout << json_.end_object().take() << '\n'; }

  private:
    JsonWriter json_;
};

void say_shape(const Question& asked, const Graph& graph, Answer& answer) {
    answer.say("density", density(graph));
    answer.say("reciprocity", reciprocity(graph));
    answer.say("assortativity", degree_assortativity(graph));
    const std::vector<std::uint32_t> cores = core_numbers(graph);
    answer.say("cores", std::span(cores));
    const PageRank rank = page_rank(graph, {});
    answer.say("ranks", std::span(std::as_const(rank.ranks)));
    const std::vector<double> in = strengths(graph, Side::kIn);
    answer.say("hhi", hhi(in));
    answer.say("gini", gini(in));
    answer.say("gini_by_lorenz_sum", gini_by_lorenz_sum(in));
    answer.say("top_share", top_share(in, 3));
    answer.say("entropy", value_entropy(degrees(graph, Side::kBoth)));
    const std::vector<double> importance = systemic_importance(graph, rank.ranks, asked.sizes, {});
    answer.say("importance", std::span(importance));
    const std::vector<double> joined = interconnectedness(graph);
    answer.say("interconnectedness", std::span(joined));
    const Result<Communities> found = communities(graph, {});
    if (!found) {
        throw std::runtime_error(found.error().message());
    }
    answer.say("communities", std::span(found->of));
    answer.say("modularity", found->modularity);
}

void say_losses(const Question& asked, const Graph& graph, Answer& answer) {
    DebtRank debt_rank(graph, asked.equities);
    std::vector<double> distress = asked.shocks;
    debt_rank.run(distress, {});
    answer.say("debt_rank", std::span(std::as_const(distress)));

    std::vector<Shock> shocks;
    std::vector<Node> seeds;
    for (Node node = 0; node < asked.nodes; ++node) {
        if (asked.shocks[node] > 0) {
            shocks.push_back({.node = node, .share = asked.shocks[node]});
            seeds.push_back(node);
        }
    }
    ContagionSimulator simulator(graph, asked.sizes);
    const Contagion contagion = simulator.run(shocks, {});
    answer.say("losses", simulator.losses());
    answer.say("unabsorbed", contagion.unabsorbed);

    Cascade cascade(graph, asked.equities, kLossGivenDefault);
    answer.say("cascade_loss", cascade.run(seeds).loss);
    std::vector<Node> defaulted(cascade.defaulted().begin(), cascade.defaulted().end());
    std::ranges::sort(defaulted);
    answer.say("defaulted", std::span(std::as_const(defaulted)));

    ClearingOptions options;
    const Clearing full = clear(graph, asked.external, options);
    answer.say("payments", std::span(full.payments));
    options.external_recovery = kExternalRecovery;
    options.claim_recovery = kClaimRecovery;
    const Clearing costly = clear(graph, asked.external, options);
    answer.say("costly_payments", std::span(costly.payments));
}

void answer(const Question& asked) {
    Answer answer;
    const Result<Graph> graph = Graph::from_edges(asked.nodes, asked.edges);
    if (!graph) {
        answer.say("refused", graph.error().message());
    } else {
        say_shape(asked, *graph, answer);
        say_losses(asked, *graph, answer);
    }
    answer.print();
}

}  // namespace

int main() {
    try {
        Question asked;
        while (read_question(asked)) {
            answer(asked);
            asked = {};
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "network_answers: %s\n", error.what());
        return 1;
    }
    return 0;
}
