// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::delivery {

/// What became of a receiver's attempts, since the process started.
struct Heard {
    std::optional<UnixMillis> last_success;
    std::optional<UnixMillis> last_failure;
    std::string last_error;  ///< Of that failure, with what to do; holds no secret.
    bool blocked = false;    ///< The last attempt was turned away until a person changes something.
};

/// How it stands between one chain and one receiver.
struct Standing {
    std::string receiver;
    /// "ok", "limited" (it asked for nothing until limited_until), "down" (several alerts in a row
    /// failed), "blocked" (it turns us away), "stopped" (nothing is sent until a restart),
    /// "dry_run".
    std::string state;
    std::optional<UnixMillis> limited_until;  ///< Of "limited" only.
    std::size_t waiting = 0;  ///< Transitions of the outbox in memory; it may have more.
    std::size_t held = 0;  ///< Firings held back from it: notes, and rows behind those `waiting`.
    std::size_t dead_letters = 0;
    Heard heard;
};

struct DeliveryOptions {
    std::string chain_name;           ///< Said in every body; label of the outbox metrics.
    std::string version;              ///< For the User-Agent header.
    std::vector<Receiver> receivers;  ///< Names are unique.
    alerts::Routes routes;            ///< Which of them hear of what.
    std::vector<alerts::Inhibition> inhibitions;
    LinkBases links = {};  ///< Where links of its alerts begin.
};

/// All outlive the delivery.
struct DeliveryParts {
    store::Store& store;
    store::Committer& committer;
    net::HttpClient& client;
    RateLimits& limits;  ///< Shared with the other chains, which have the same receivers.
    runtime::Clock& clock;
    runtime::Random& random;
    obs::Log& log;
    obs::Metrics& metrics;
    /// Whether a block is on our branch and that final; false whenever that is not known.
    std::function<bool(const eth::BlockRef&, eth::Finality)> is_final;
    /// Whether an alert of that rule, of a block of that time and first seen then, is of the past
    /// while the present is not known yet; nullptr: never.
    std::function<bool(const std::string& rule, UnixSeconds block_at, UnixMillis first_seen)>
        is_replay = nullptr;
    /// Silences and acknowledgements, of all chains; nullptr: there are none.
    const alerts::Decisions* decisions = nullptr;
    /// What fires on this chain; asked for at the start, and often where there are inhibitions.
    std::function<std::vector<alerts::FiringAlert>()> firing = nullptr;
};

/// Carries the outbox of one chain to its receivers.
///
/// The outbox is Family::kOutbox: 8-byte big-endian sequence number to alerts::encode(transition),
/// written by the engine with the block that caused it, sequence numbers rising from commit to
/// commit. A row leaves when every receiver has acknowledged it, refused it for good or does not
/// want it; until then, what each receiver is done with is in Family::kMeta under "delivery/".
///
/// Each receiver gets each transition at least once, always with the same key, and those of one
/// alert in order. Alerts do not wait for each other, nor receivers for each other. Nothing is
/// dropped: what a receiver refuses, or does not take within give_up_after, becomes a DeadLetter.
/// A receiver that is added later gets what is still in the outbox; without receivers the outbox is
/// emptied, which is logged and counted.
///
/// A transition that waits for finality holds its alert's later ones back until then. When its
/// block is orphaned first, it and its retraction annul each other: the receiver hears of neither.
///
/// Who is told at all is the routes' say. What is silenced, inhibited or not escalated yet is held
/// back in the same way, for one receiver each: a firing that is over before it was told leaves
/// with its end. Such a row leaves the outbox and is a note of the receiver's meanwhile.
///
/// Memory grows with what fires and is held back, not with the outbox. Thread: loop.
class Delivery {
  public:
    Delivery(DeliveryOptions options, DeliveryParts parts);
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery();

    /// The outbox has new rows.
    void notify();

    /// Operators decided something: what was held back may be told now.
    void decisions_changed();

    /// Delivers until cancelled. An attempt that is cancelled is repeated by the next process; an
    /// acknowledgement that is being committed is committed.
    runtime::Task<> run();

    [[nodiscard]] std::vector<std::string> receiver_names() const;
    /// In the order of configuration.
    [[nodiscard]] std::vector<Standing> standings() const;

    /// As plan_retry() and plan_drop(), committed; the receiver hears of what was put back at once,
    /// before what waits of those alerts. kUnavailable when the store does not take it within
    /// seconds, where it may still be done later. @pre run() is running
    runtime::Task<Result<LetterChange>> retry(LetterChoice choice);
    runtime::Task<Result<LetterChange>> drop(LetterChoice choice, std::string reason);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faultline::delivery
