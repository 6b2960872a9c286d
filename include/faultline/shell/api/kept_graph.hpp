// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/report.hpp>

#include <functional>
#include <optional>

namespace faultline::api {

/// Makes the index that questions about a graph use.
using MakeIndex = std::function<graph::LookThrough(const graph::Snapshot&)>;

/// An exposure graph with what questions need of it, which costs far more than most questions: made
/// when the first one is asked, and then kept as long as this is. Whoever asks about the same block
/// shares one. Thread: loop.
class KeptGraph {
  public:
    /// `make_index` is called once at most, with snapshot().
    explicit KeptGraph(graph::Labelled labelled, MakeIndex make_index = new_index);
    KeptGraph(const KeptGraph&) = delete;
    KeptGraph& operator=(const KeptGraph&) = delete;

    [[nodiscard]] const graph::Snapshot& snapshot() const noexcept { return labelled_.snapshot; }

    [[nodiscard]] const graph::Labelled& labelled() const noexcept { return labelled_; }

    [[nodiscard]] const graph::LookThrough& through() const;

    /// The network of protocols and issuers with its figures. Errors: network::network_report().
    [[nodiscard]] const Result<network::NetworkReport>& network() const;

    static graph::LookThrough new_index(const graph::Snapshot& snapshot);

  private:
    graph::Labelled labelled_;
    MakeIndex make_index_;
    mutable std::optional<graph::LookThrough> through_;
    mutable std::optional<Result<network::NetworkReport>> network_;
};

}  // namespace faultline::api
