// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/api/kept_graph.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace faultline::app {

/// Exposure graphs of one chain that were asked for lately, each made once: the newest, and a few
/// of earlier ones. Requests and metrics share them. Thread: loop.
class GraphShelf {
  public:
    using Graph = std::shared_ptr<const api::KeptGraph>;

    /// Of earlier graphs; tens of megabytes each, with 100,000 edges.
    static constexpr std::size_t kEarlier = 3;

    /// `labels` outlive it.
    GraphShelf(
        const graph::Labels& labels,
        eth::ChainId chain,
        api::MakeIndex make_index = api::KeptGraph::new_index
    );

    /// The newest graph, nullptr before the first live block; or the newest that is kept at or
    /// before a time, with the errors of Engine::graph_as_of(). @pre the engine is settled
    Result<Graph> get(
        const engine::Engine& engine, const std::optional<engine::AsOf>& as_of = std::nullopt
    );

    /// The graph of a stamp as GraphHistory has it, made where it is not here. Without a stamp it
    /// is made and not kept. `newest` takes the place of the newest one before it.
    Result<Graph> get(
        const std::optional<std::uint64_t>& stamp,
        bool newest,
        const std::function<Result<graph::Snapshot>()>& make
    );

  private:
    struct Kept {
        std::uint64_t stamp = 0;
        Graph graph;
    };

    [[nodiscard]] Graph find(std::uint64_t stamp);
    void keep(std::uint64_t stamp, bool newest, Graph graph);

    const graph::Labels& labels_;
    eth::ChainId chain_;
    api::MakeIndex make_index_;
    std::optional<Kept> newest_;
    std::deque<Kept> earlier_;  ///< Who was asked for last is first.
};

}  // namespace faultline::app
