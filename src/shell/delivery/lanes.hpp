// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstddef>
#include <cstdint>
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
    struct Row {
        std::uint64_t sequence = 0;
        Instant seen;  ///< When delivery first saw it.
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
    };

    explicit Lanes(runtime::Random& random);

    /// @pre sequences rise
    void add(const std::string& fingerprint, Row row);

    /// The next row to send; it is in flight until done() or failed().
    std::optional<Job> take(Instant now);

    /// When take() can give something; nullopt when that takes a change first.
    [[nodiscard]] std::optional<Instant> next_due() const;

    /// The row left its lane. `answered`: the receiver took it or refused it, so it is alive.
    void done(const Job& job, Instant now, bool answered);

    /// Returns the wait before the row's next attempt.
    Duration failed(const Job& job, Instant now, const Failure& failure);

    [[nodiscard]] bool down() const noexcept { return failing_.size() >= kDownAfter; }

    /// Rows in memory.
    [[nodiscard]] std::size_t held() const noexcept { return held_; }

    /// Different lanes that must fail, without a success between, for the receiver to be down.
    static constexpr std::size_t kDownAfter = 4;

  private:
    struct Lane {
        std::vector<Row> rows;
        runtime::Backoff backoff;
        std::uint32_t failures = 0;
    };

    [[nodiscard]] Instant paused_until() const;

    runtime::Random& random_;
    std::map<std::string, Lane> lanes_;
    /// Lanes not in flight, by when their first row may leave.
    std::map<std::pair<Instant, std::uint64_t>, std::string> due_;
    std::set<std::string> failing_;  ///< Since the last success; no more than kDownAfter.
    runtime::Backoff receiver_backoff_;
    Instant asked_until_;  ///< The receiver's own wish; a success does not end it.
    Instant down_until_;
    std::size_t in_flight_ = 0;
    std::size_t held_ = 0;
};

}  // namespace faultline::delivery
