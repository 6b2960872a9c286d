// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/turn.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace faultline::desk {

/// What somebody did: who, what, when and why. Never changed; the newest are kept.
struct Operation {
    std::uint64_t sequence = 0;  ///< Counts from 1.
    UnixMillis at;
    std::string what;  ///< "silence_added", "silence_expired", "alert_acknowledged"
    std::string who;
    std::string about;  ///< "silence 3: rule=\"x\" until 2026-11-30T20:00:00Z"
    std::string why;    ///< May be empty for an acknowledgement.
};

/// All outlive the desk.
struct DeskParts {
    store::Store& store;
    store::Committer& committer;
    runtime::Clock& clock;
    obs::Log& log;
    obs::Metrics& metrics;
};

/// Keeps what operators decide about alerts, for all chains, with the trail of who decided it.
///
/// What is returned as done is on disk, and survives power loss. A decision whose commit fails is
/// not taken. Decisions are taken one after the other, in the order in which they were asked for.
/// Thread: loop.
class Desk {
  public:
    static constexpr std::size_t kMostSilences = 1'000;     ///< That are not over.
    static constexpr std::size_t kMostOperations = 10'000;  ///< The oldest go.

    /// Reads what was decided before. kCorrupt names what cannot be read.
    static Result<std::unique_ptr<Desk>> open(DeskParts parts);

    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() = default;

    /// Adds it, under an id of its own. kInvalid as alerts::check() says, and when there are too
    /// many; kUnavailable when the disk does not take it.
    runtime::Task<Result<alerts::Silence>> add(alerts::Silence silence);

    /// Ends one now. kMissing: there is none of that id; kInvalid: it is over, or nobody says why.
    runtime::Task<Result<alerts::Silence>> expire(
        std::uint64_t id, std::string author, std::string reason
    );

    /// kInvalid without an author. `rule` is for the trail, which says once what is acknowledged
    /// again in the same words.
    runtime::Task<Result<void>> acknowledge(alerts::Acknowledgement acknowledged, std::string rule);

    [[nodiscard]] const alerts::Decisions& decisions() const noexcept { return decisions_; }

    /// The newest operations, the newest first.
    [[nodiscard]] std::vector<Operation> operations(std::size_t most) const;

    /// Called after each decision.
    void on_decision(std::function<void()> observer) { on_decision_ = std::move(observer); }

    /// Counts silences, and says when one ends by itself. Endless: ends by cancellation.
    runtime::Task<> run();

  private:
    explicit Desk(DeskParts parts);

    Result<void> load();
    Result<void> load_entry(BytesView key, BytesView value);
    runtime::Task<Result<void>> commit(Bytes key, Bytes value, Operation operation);
    void show();

    DeskParts parts_;
    runtime::Queue deciding_;  ///< Each is judged by what those before it left.
    alerts::Decisions decisions_;
    std::map<std::uint64_t, Operation> operations_;
    std::uint64_t next_silence_ = 1;
    std::uint64_t next_operation_ = 1;
    std::set<std::uint64_t> active_;  ///< Silences that were when run() looked last.
    std::function<void()> on_decision_;
    obs::Gauge& pending_;
    obs::Gauge& active_count_;
    obs::Gauge& expired_;
};

}  // namespace faultline::desk
