// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/engine/evaluation_counts.hpp>

#include <cstddef>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// What one event changed: everything that goes into its batch.
struct Outcome {
    std::vector<ledger::RowChange> rows;
    std::vector<alerts::Transition> transitions;
    std::vector<protocol::Incident> incidents;
    EvaluationCounts evaluated;
    std::size_t news_dropped = 0;  ///< Beyond those that are kept at once.
};

/// What reverting one block takes. One that does not move the tip is of the block that a bootstrap
/// read, below which nothing is known: every applied block moves it.
struct UndoRecord {
    eth::BlockRef ref;
    std::vector<ledger::RowChange> changes;  ///< As stored, without what rows became.
    std::vector<Bytes>
        transitions;  ///< Encoded alerts::Transition, in the order they were committed.

    /// What else was changed at that block: of a row that was changed before, what it was first.
    void add(const Outcome& outcome);

    /// The bytes of the record of a block that changed so much, without copies of its rows.
    static Bytes encoded(const eth::BlockRef& ref, const Outcome& outcome);

    auto fields(this auto& self) { return std::tie(self.ref, self.changes, self.transitions); }
};

}  // namespace faultline::engine
