// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/chain_model.hpp"
#include "sim/sim_receiver.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::sim {

/// Invariant 5: every transition that was committed arrives at least once at each receiver that a
/// route leads to, in order for each alert, under a key of its own; what orphaned blocks said is
/// taken back; and no receiver waits for another.
class AlertCheck {
  public:
    /// `safe_depth`: how far below the head the nodes call blocks safe; nullopt when they never do.
    AlertCheck(bool send_pending, std::optional<std::uint64_t> safe_depth)
        : send_pending_(send_pending), safe_depth_(safe_depth) {}

    /// Sequence numbers rise, and no key is committed twice.
    std::optional<std::string> committed(const store::Batch& batch, Instant now);

    /// Nothing is delivered that was not committed, nor to whom no route leads, nor before its
    /// block was as final as its rule asks; to be asked at any time.
    [[nodiscard]] std::optional<std::string> taken(
        const SimReceiver& receiver, eth::BlockNum highest_head
    );

    /// A receiver that never fails has what is not to wait soon after it was committed, whatever
    /// becomes of others. `since`: when process and disk were in trouble last.
    [[nodiscard]] std::optional<std::string> in_time(
        const SimReceiver& receiver, Instant now, Instant since
    );

    /// Whether a row may still be in the outbox when all is quiet: it waits for finality.
    [[nodiscard]] bool may_wait(const alerts::Transition& transition, const ChainModel& chain)
        const;

    /// When all is quiet: everything arrived, in order, and a receiver that honours keys believes
    /// exactly what the rows say is firing.
    [[nodiscard]] std::optional<std::string> all_arrived(
        const SimReceiver& receiver, const engine::Fold& truth, const ChainModel& chain
    ) const;

    /// When all is quiet: what orphaned blocks said is taken back.
    [[nodiscard]] std::optional<std::string> orphans_retracted(const ChainModel& chain) const;

    [[nodiscard]] std::size_t committed_count() const { return committed_.size(); }

    [[nodiscard]] std::size_t count(alerts::Kind kind) const;

  private:
    [[nodiscard]] bool wanted(const SimReceiver& receiver, const alerts::Transition& transition)
        const;
    [[nodiscard]] const alerts::Transition* counterpart(const alerts::Transition& transition) const;
    [[nodiscard]] bool annulled(
        const alerts::Transition& transition, const std::set<std::string>& seen
    ) const;
    [[nodiscard]] std::optional<std::string> believed(
        const SimReceiver& receiver,
        const std::vector<std::string>& keys,
        const std::set<std::string>& waiting,
        const engine::Fold& truth
    ) const;

    bool send_pending_;
    std::optional<std::uint64_t> safe_depth_;
    std::vector<alerts::Transition> committed_;  ///< In order of commits.
    std::map<std::string, std::size_t> by_key_;  ///< Position in committed_.
    std::optional<std::uint64_t> last_sequence_;
    std::vector<Instant> committed_at_;
    std::map<std::string, std::size_t> taken_seen_;  ///< By receiver.
    std::set<std::string> prompt_;                   ///< Keys that arrived where nothing fails.
    std::size_t prompt_seen_ = 0;                    ///< Messages in prompt_.
    std::size_t prompt_checked_ = 0;                 ///< Of committed_, and so in time.
};

}  // namespace faultline::sim
