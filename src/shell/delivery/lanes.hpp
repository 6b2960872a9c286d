// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subject.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
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

    /// What a row may wait for.
    enum class Wait : std::uint8_t {
        kNothing,
        kFinality,
        kPolicy
    };

    /// What a row waits for before it may leave.
    struct Gate {
        Fact fact;
        eth::Finality level = eth::Finality::kLatest;
        /// Silences, inhibitions and escalation hold it back; false: only finality does.
        bool held = false;
    };

    /// What the receiver takes the alert to be after the row.
    enum class Says : std::uint8_t {
        kOther,
        kFires,
        kEnds
    };

    struct Row {
        std::uint64_t sequence = 0;
        Instant seen;              ///< When delivery first saw it.
        std::optional<Gate> gate;  ///< Until open() finds nothing to wait for.
        Says says = Says::kOther;
        std::shared_ptr<const Subject> subject = nullptr;  ///< Of what fires.
        bool maybe_sent = false;  ///< The receiver may have it, from an earlier process.
        bool kept = false;        ///< It has left the outbox and is a note of the receiver's.
        bool over = false;        ///< Its end came while it was held back, and waits for finality.
        /// Rows of a group may leave together; empty: alone.
        // The empty initializer lets a declaration leave the member out.
        // NOLINTNEXTLINE(readability-redundant-member-init)
        std::string group = {};
        /// The row by which the receiver was known not to be told of the alert.
        std::optional<std::uint64_t> untold = std::nullopt;
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

    /// Opens the gate of each first row that waits for nothing any more.
    void open(const std::function<Wait(const Row&)>& wait_of, Instant now);

    /// The fact was taken back: when its row is still behind its gate, it leaves unsent, unless the
    /// receiver may have it. Returns what leaves. With one that says that the alert fires or ends
    /// goes all behind it: as the newest is taken back first, that comes to nothing.
    std::vector<Row> annul(const std::string& fingerprint, const Fact& fact);

    /// What leaves unsent.
    struct Over {
        std::string fingerprint;
        std::vector<Row> rows;  ///< In their order.
    };

    /// Firings that are first in their lanes and held back, and whose end is behind them, with all
    /// up to it; the end stays where the receiver may have the firing. While an end waits, for it
    /// may be taken back, both stay, and the firing is not told any more, unless that happens.
    std::vector<Over> take_over(const std::function<Wait(const Row&)>& wait_of);

    /// Nothing tells of the firing of untried() any more, unless its end is taken back. @pre
    /// untried()
    void end_untold(const std::string& fingerprint);

    /// Firings that are first in their lanes, held back, and still in the outbox.
    [[nodiscard]] std::vector<Job> to_keep() const;

    /// Whether the last row of the lane cannot have reached the receiver; then none behind it can.
    [[nodiscard]] bool ends_unsent(const std::string& fingerprint) const;

    /// The lane's last row but for those that say that its alert still fires, when nothing was
    /// tried with it in this process; nullptr otherwise.
    [[nodiscard]] const Row* untried(const std::string& fingerprint) const;

    /// That row and those behind it leave unsent, in their order. @pre untried()
    std::vector<Row> withdraw(const std::string& fingerprint);

    /// The row is not sent now after all, but waits behind this gate. @pre it is in flight
    void hold(const Job& job, Gate gate);

    /// The first row of that lane has left the outbox. @pre there is one
    void keep(const std::string& fingerprint);

    /// Takes out the rows behind the one in flight, up to the first that ends the alert, which
    /// stays.
    std::vector<Row> take_behind(const Job& job);

    [[nodiscard]] bool has(const std::string& fingerprint) const {
        return lanes_.contains(fingerprint);
    }

    /// The next row to send; it is in flight until done() or failed().
    std::optional<Job> take(Instant now);

    /// Further rows of its group that could be taken now; at most so many. None while the receiver
    /// is down: then one is a probe.
    std::vector<Job> take_group(const Job& first, std::size_t most, Instant now);

    /// The row leaves its group, and may be taken at once. @pre it is in flight
    void leave_group(const Job& job, Instant now);

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

    /// Rows in memory that are in the outbox.
    [[nodiscard]] std::size_t in_outbox() const noexcept { return held_ - kept_; }

    /// Rows that wait for finality.
    [[nodiscard]] std::size_t gated() const noexcept { return gated_rows_; }

    /// Rows that silences, inhibitions and escalation hold back.
    [[nodiscard]] std::size_t held_back() const noexcept { return held_back_; }

    /// Whether any first row is behind a gate.
    [[nodiscard]] bool any_gate() const noexcept { return !gated_.empty(); }

    /// When the first row that waits for finality was seen; nullopt when there is none.
    [[nodiscard]] std::optional<Instant> gated_since() const;

    /// Different lanes that must fail, without a success between, for the receiver to be down.
    static constexpr std::size_t kDownAfter = 4;

  private:
    struct Lane {
        std::vector<Row> rows;
        runtime::Backoff backoff;
        std::uint32_t failures = 0;
        Instant due;  ///< Of its entry in due_.
        bool in_flight = false;
    };

    /// Position of the row of untried(); nullopt when there is none.
    [[nodiscard]] static std::optional<std::size_t> untried_at(const Lane& lane);
    /// @pre none of these rows is in flight
    std::vector<Row> take_out(const std::string& fingerprint, std::size_t from, std::size_t to);
    void queue_due(const std::string& fingerprint, Lane& lane, Instant due);
    /// Adds a row to the counts, or takes it out.
    void count(const Row& row, bool comes);
    void set_gate(Row& row, std::optional<Gate> gate);

    [[nodiscard]] Instant paused_until() const;
    /// Lets the first row of a lane wait for its time or for its gate.
    void queue(const std::string& fingerprint, Lane& lane, Instant due);

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
    std::size_t kept_ = 0;
    std::size_t gated_rows_ = 0;
    std::size_t held_back_ = 0;
};

}  // namespace faultline::delivery
