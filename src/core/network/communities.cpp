// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <igraph/igraph.h>  // NOLINT(misc-include-cleaner): of all igraph has, its one header
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

constexpr double kRefinementRandomness = 0.01;  // beta of the paper, igraph's own choice
constexpr std::uint32_t kNotNumbered = std::numeric_limits<std::uint32_t>::max();
// The largest weight is from 1 to 2^64: from what its randomness is meant for to where squares of
// strengths are far from the ends of a double.
constexpr int kLeastExponent = 0;
constexpr int kMostExponent = 63;

// NOLINTBEGIN(misc-include-cleaner): as above.
// NOLINTBEGIN(misc-const-correctness): igraph writes views through pointers to const.

/// igraph's process-wide state as we need it, for one call: errors returned instead of an abort,
/// and a generator of our own with a known seed.
class IgraphCall {
  public:
    explicit IgraphCall(std::uint32_t seed)
        : handler_(igraph_set_error_handler(igraph_error_handler_ignore)),
          generator_(igraph_rng_default()),
          ready_(igraph_rng_init(&own_, &igraph_rngtype_mt19937) == IGRAPH_SUCCESS) {
        if (ready_) {
            igraph_rng_seed(&own_, seed);
            igraph_rng_set_default(&own_);
        }
    }

    ~IgraphCall() {
        if (ready_) {
            igraph_rng_set_default(generator_);
            igraph_rng_destroy(&own_);
        }
        igraph_set_error_handler(handler_);
    }

    IgraphCall(const IgraphCall&) = delete;
    IgraphCall& operator=(const IgraphCall&) = delete;
    IgraphCall(IgraphCall&&) = delete;
    IgraphCall& operator=(IgraphCall&&) = delete;

    [[nodiscard]] bool ready() const { return ready_; }

  private:
    igraph_error_handler_t* handler_;
    igraph_rng_t* generator_;
    igraph_rng_t own_{};
    bool ready_;
};

/// The graph without directions as igraph takes it, and what Leiden makes of it.
class Leiden {
  public:
    Leiden() = default;

    ~Leiden() {
        if (built_) {
            igraph_destroy(&graph_);
        }
        if (allocated_) {
            igraph_vector_int_destroy(&membership_);
        }
    }

    Leiden(const Leiden&) = delete;
    Leiden& operator=(const Leiden&) = delete;
    Leiden(Leiden&&) = delete;
    Leiden& operator=(Leiden&&) = delete;

    bool build(const Graph& graph) {
        std::vector<igraph_integer_t> ends;
        ends.reserve(graph.edge_count() * 2);
        for (Node source = 0; source < graph.node_count(); ++source) {
            for (const Node target : graph.out().row(source).nodes) {
                ends.push_back(source);
                ends.push_back(target);
            }
        }
        igraph_vector_int_t view{};
        const igraph_vector_int_t* const pairs =
            igraph_vector_int_view(&view, ends.data(), static_cast<igraph_integer_t>(ends.size()));
        built_ = igraph_create(&graph_, pairs, graph.node_count(), false) == IGRAPH_SUCCESS;
        allocated_ = igraph_vector_int_init(&membership_, 0) == IGRAPH_SUCCESS;
        return built_ && allocated_;
    }

    bool run(
        std::span<const double> weights,
        std::span<const double> strengths,
        double resolution,
        std::uint32_t iterations
    ) {
        igraph_vector_t edge_weights{};
        igraph_vector_t node_weights{};
        igraph_vector_view(
            &edge_weights, weights.data(), static_cast<igraph_integer_t>(weights.size())
        );
        igraph_vector_view(
            &node_weights, strengths.data(), static_cast<igraph_integer_t>(strengths.size())
        );
        const igraph_error_t done = igraph_community_leiden(
            &graph_,
            &edge_weights,
            &node_weights,
            resolution,
            kRefinementRandomness,
            false,
            iterations,
            &membership_,
            nullptr,
            nullptr
        );
        return done == IGRAPH_SUCCESS;
    }

    [[nodiscard]] std::uint32_t community_of(std::size_t node) const {
        return static_cast<std::uint32_t>(
            igraph_vector_int_get(&membership_, static_cast<igraph_integer_t>(node))
        );
    }

  private:
    igraph_t graph_{};
    igraph_vector_int_t membership_{};
    bool built_ = false;
    bool allocated_ = false;
};

// NOLINTEND(misc-const-correctness)
// NOLINTEND(misc-include-cleaner)

/// Numbers communities in the order of their first node; returns how many there are.
std::uint32_t number_in_order(std::span<std::uint32_t> of) {
    std::vector<std::uint32_t> names(of.size(), kNotNumbered);
    std::uint32_t count = 0;
    for (std::uint32_t& community : of) {
        std::uint32_t& name = names[community];
        if (name == kNotNumbered) {
            name = count++;
        }
        community = name;
    }
    return count;
}

double total_of(std::span<const double> values) {
    Sum out;
    for (const double value : values) {
        out.add(value);
    }
    return out.value();
}

Communities each_alone(std::size_t nodes) {
    Communities out{
        .of = std::vector<std::uint32_t>(nodes),
        .count = static_cast<std::uint32_t>(nodes),
        .modularity = std::nullopt,
    };
    std::iota(out.of.begin(), out.of.end(), 0U);
    return out;
}

/// The same with weights that can be multiplied with each other, made by a power of two, so that
/// their ratios stay as they are; nullopt where those of `graph` can be.
std::optional<Graph> moderated(const Graph& graph) {
    const std::vector<double>& weights = graph.out().weights;
    const double most = weights.empty() ? 0 : std::ranges::max(weights);
    if (most <= 0) {
        return std::nullopt;
    }
    const int exponent = std::ilogb(most);
    const int shift = std::clamp(exponent, kLeastExponent, kMostExponent) - exponent;
    if (shift == 0) {
        return std::nullopt;
    }
    std::vector<Edge> edges;
    edges.reserve(graph.edge_count());
    for (Node source = 0; source < graph.node_count(); ++source) {
        const Row row = graph.out().row(source);
        for (std::size_t at = 0; at < row.size(); ++at) {
            edges.push_back(
                {.source = source,
                 .target = row.nodes[at],
                 .weight = std::ldexp(row.weights[at], shift)}
            );
        }
    }
    auto made = Graph::from_edges(graph.node_count(), edges);
    FAULTLINE_ASSERT(made);  // Each pair is there once, and no weight exceeds 2^64.
    return *std::move(made);
}

}  // namespace

Result<Communities> communities(const Graph& graph, const CommunityOptions& options) {
    if (const auto moderate = moderated(graph)) {
        return communities(*moderate, options);
    }
    const double both = 2 * total_of(graph.out().weights);
    if (both <= 0) {
        return each_alone(graph.node_count());
    }
    const IgraphCall call(options.seed);
    Leiden leiden;
    const std::vector<double> strong = strengths(graph, Side::kBoth);
    const double resolution = options.resolution / both;
    if (!call.ready() || !leiden.build(graph) ||
        !leiden.run(graph.out().weights, strong, resolution, options.iterations)) {
        return Error(
                   Code::kUnavailable,
                   "communities of " + std::to_string(graph.node_count()) + " nodes and " +
                       std::to_string(graph.edge_count()) + " edges: igraph gave up"
        )
            .advise("free memory, or look at a part of the graph");
    }
    Communities out{
        .of = std::vector<std::uint32_t>(graph.node_count()),
        .count = 0,
        .modularity = std::nullopt,
    };
    for (std::size_t node = 0; node < out.of.size(); ++node) {
        out.of[node] = leiden.community_of(node);
    }
    out.count = number_in_order(out.of);
    out.modularity = modularity(graph, out.of, options.resolution);
    return out;
}

std::optional<double> modularity(
    const Graph& graph, std::span<const std::uint32_t> of, double resolution
) {
    if (const auto moderate = moderated(graph)) {
        return modularity(*moderate, of, resolution);
    }
    const double weight = total_of(graph.out().weights);
    if (weight <= 0) {
        return std::nullopt;
    }
    const std::uint32_t most = of.empty() ? 0 : std::ranges::max(of);
    std::vector<Sum> strong(std::size_t{most} + 1);
    Sum inside;
    for (Node source = 0; source < graph.node_count(); ++source) {
        const Row row = graph.out().row(source);
        for (std::size_t at = 0; at < row.size(); ++at) {
            const Node target = row.nodes[at];
            strong[of[source]].add(row.weights[at]);
            strong[of[target]].add(row.weights[at]);
            if (of[source] == of[target]) {
                inside.add(row.weights[at]);
            }
        }
    }
    Sum expected;
    for (const Sum& community : strong) {
        const double share = community.value() / (2 * weight);
        expected.add(share * share);
    }
    return inside.value() / weight - resolution * expected.value();
}

}  // namespace faultline::network
