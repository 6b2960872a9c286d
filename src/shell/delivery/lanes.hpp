// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

/// Who may be sent next to one receiver: a lane per alert, in which only the first row may leave.
/// Lanes wait for nobody but themselves, with two exceptions. A receiver that asks for a pause gets
/// it. And when several lanes in a row fail, the receiver itself is taken to be down: then one
/// attempt at a time probes it, lane by lane, until something succeeds.
///
/// Decides only; knows no clock and sends nothing.
class Lanes {
  public:
    /// One transition of an alert: an alert has at most one at a block.
    struct Fact {
        std::string episode;
        eth::BlockRef block;
        std::uint32_t occurrence = 0;
        bool operator==(const Fact&) const = default;
    };

    /// What a row waits for before it may leave.
    struct Gate {
        Fact fact;
        eth::Finality level = eth::Finality::kLatest;
    };

    struct Row {
        std::uint64_t sequence = 0;
        Instant seen;              ///< When delivery first saw it.
        std::optional<Gate> gate;  ///< Until open() finds it reached.
    };

    struct Job {
        std::string fingerprint;
        Row row;
        std::uint32_t failures = 0;  ///< Of this row, in this process.
    };

    struct Failure {
        Duration at_least{};          ///< Wait no shorter,
        Duration at_most{};           ///< but no longer than this.
        bool pause_receiver = false;  ///< The wait holds for all lanes.
        bool counts = true;           ///< It is a sign that the receiver is down.
    };

    explicit Lanes(runtime::Random& random);

    /// @pre sequences rise
    void add(const std::string& fingerprint, Row row);

    /// Opens the gate of each first row for which `reached` holds.
    void open(const std::function<bool(const Gate&)>& reached, Instant now);

    /// The fact was taken back: when it is the lane's last row and still behind its gate, the row
    /// leaves unsent.
    std::optional<Row> annul(const std::string& fingerprint, const Fact& fact);

    /// The next row to send; it is in flight until done() or failed().
    std::optional<Job> take(Instant now);

    /// When take() can give something; nullopt when that takes a change first.
    [[nodiscard]] std::optional<Instant> next_due() const;

    /// The row left its lane. `answered`: the receiver took it or refused it, so it is alive.
    void done(const Job& job, Instant now, bool answered);

    /// Returns the wait before the row's next attempt.
    Duration failed(const Job& job, Instant now, const Failure& failure);

    [[nodiscard]] bool down() const noexcept { return failing_.size() >= kDownAfter; }

    /// Whether a row of that alert is being sent, or could be.
    [[nodiscard]] bool busy(const std::string& fingerprint) const;

    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }

    /// Rows in memory.
    [[nodiscard]] std::size_t held() const noexcept { return held_; }

    /// Rows behind gates.
    [[nodiscard]] std::size_t gated() const noexcept { return gated_rows_; }

    /// When the first row that is behind its gate was seen; nullopt when there is none.
    [[nodiscard]] std::optional<Instant> gated_since() const;

    /// Different lanes that must fail, without a success between, for the receiver to be down.
    static constexpr std::size_t kDownAfter = 4;

  private:
    struct Lane {
        std::vector<Row> rows;
        runtime::Backoff backoff;
        std::uint32_t failures = 0;
    };

    [[nodiscard]] Instant paused_until() const;
    /// Lets the first row of a lane wait for its time or for its gate.
    void queue(const std::string& fingerprint, const Row& first, Instant due);

    runtime::Random& random_;
    std::map<std::string, Lane> lanes_;
    /// Lanes not in flight, by when their first row may leave.
    std::map<std::pair<Instant, std::uint64_t>, std::string> due_;
    std::set<std::string> gated_;    ///< Lanes whose first row is behind its gate.
    std::set<std::string> failing_;  ///< Since the last success; no more than kDownAfter.
    runtime::Backoff receiver_backoff_;
    Instant asked_until_;  ///< The receiver's own wish; a success does not end it.
    Instant down_until_;
    std::size_t in_flight_ = 0;
    std::size_t held_ = 0;
    std::size_t gated_rows_ = 0;
};

}  // namespace faultline::delivery
