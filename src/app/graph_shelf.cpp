// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/api/kept_graph.hpp>

#include <algorithm>
#include <app/graph_shelf.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace faultline::app {

GraphShelf::GraphShelf(const graph::Labels& labels, eth::ChainId chain, api::MakeIndex make_index)
    : labels_(labels), chain_(chain), make_index_(std::move(make_index)) {}

Result<GraphShelf::Graph> GraphShelf::get(
    const engine::Engine& engine, const std::optional<engine::AsOf>& as_of
) {
    if (!as_of && !engine.fold().graph().as_of()) {
        return Graph();
    }
    return get(engine.graph_stamp(as_of), !as_of, [&]() -> Result<graph::Snapshot> {
        return as_of ? engine.graph_as_of(*as_of) : engine.fold().graph().snapshot();
    });
}

Result<GraphShelf::Graph> GraphShelf::get(
    const std::optional<std::uint64_t>& stamp,
    bool newest,
    const std::function<Result<graph::Snapshot>()>& make
) {
    Graph graph = stamp ? find(*stamp) : nullptr;
    if (graph == nullptr) {
        FAULTLINE_TRY(const graph::Snapshot snapshot, make());
        graph = std::make_shared<const api::KeptGraph>(
            graph::labelled(labels_, chain_, snapshot), make_index_
        );
    }
    if (stamp) {
        keep(*stamp, newest, graph);
    }
    return graph;
}

GraphShelf::Graph GraphShelf::find(std::uint64_t stamp) {
    if (newest_ && newest_->stamp == stamp) {
        return newest_->graph;
    }
    const auto found = std::ranges::find(earlier_, stamp, &Kept::stamp);
    return found == earlier_.end() ? nullptr : found->graph;
}

void GraphShelf::keep(std::uint64_t stamp, bool newest, Graph graph) {
    if (newest) {
        newest_ = Kept{.stamp = stamp, .graph = std::move(graph)};
        return;
    }
    if (newest_ && newest_->stamp == stamp) {
        return;
    }
    std::erase_if(earlier_, [stamp](const Kept& kept) { return kept.stamp == stamp; });
    earlier_.push_front({.stamp = stamp, .graph = std::move(graph)});
    if (earlier_.size() > kEarlier) {
        earlier_.pop_back();
    }
}

}  // namespace faultline::app
