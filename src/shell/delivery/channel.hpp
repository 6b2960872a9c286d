// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "channel_metrics.hpp"
#include "courier.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "policy.hpp"
#include "subject.hpp"
#include "verdict.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

/// "90 s": whole seconds, rounded up.
std::string seconds_text(Duration duration);

/// Carries the outbox to one receiver: one coroutine reads it page by page, a few send.
class Channel {
  public:
    /// Attempts in flight at a time.
    static constexpr std::size_t kSenders = 4;
    /// Rows read at a time.
    static constexpr std::size_t kPageRows = 128;
    /// Rows remembered (not their bodies); the rest waits in the outbox.
    static constexpr std::size_t kHeldRows = 16'384;

    /// All outlive the channel; `receiver` is its position in `outbox`.
    Channel(
        const DeliveryOptions& options,
        Outbox::Receiver receiver,
        Outbox& outbox,
        const Policy& policy,
        const DeliveryParts& parts
    );

    /// The outbox may have new rows.
    void notify() { more_.notify(); }

    /// What rows wait for may have come: finality, time, somebody's decision.
    void look_at_gates();

    /// Sends nothing more, for good; returns when nothing is in flight.
    runtime::Task<> rest();

    /// How it stands; `dead_letters` is left to who counts them.
    [[nodiscard]] Standing standing() const;

    /// What a channel before this one heard of the receiver.
    void remember(Heard heard) { heard_ = std::move(heard); }

    /// Endless: ends by cancellation.
    runtime::Task<> run();

  private:
    runtime::Task<> read();
    [[nodiscard]] bool take_page(std::vector<Outbox::Finished>& finished);
    using Finished = std::vector<Outbox::Finished>;
    void take_row(const Outbox::Row& row, bool sent, Finished& finished);
    void place(
        const Outbox::Row& row, const alerts::Transition& transition, bool sent, Finished& finished
    );
    void place_firing(
        const Outbox::Row& row,
        const alerts::Transition& transition,
        Lanes::Row lane_row,
        Finished& finished
    );
    void place_other(const alerts::Transition& transition, Lanes::Row lane_row, Finished& finished);
    void place_end(
        const Outbox::Row& row,
        const alerts::Transition& transition,
        Lanes::Row lane_row,
        Finished& finished
    );
    [[nodiscard]] Why why_not(const alerts::Transition& transition, const Subject& subject) const;
    [[nodiscard]] static Outbox::Finished kept_row(
        const Lanes::Row& row, const Bytes& stored, bool maybe_sent
    );
    [[nodiscard]] Subject subject_of(
        const alerts::Transition& transition, const alerts::Labels& labels, Duration after
    ) const;
    [[nodiscard]] Lanes::Wait wait_of(const Lanes::Row& row) const;
    [[nodiscard]] obs::Counter& suppressed(Held held);
    void say_held(const alerts::Transition& transition, const Why& why);
    void say_suppressed(const alerts::Transition& transition, const Why& why);
    runtime::Task<> load_notes();
    void load_kept_row(const Outbox::Row& note, Finished& finished);
    void bury_unreadable(
        std::uint64_t sequence, Bytes stored, std::string reason, Finished& finished
    );
    /// Before the first attempt. False: the row is not sent now, nor by the caller.
    runtime::Task<bool> may_send(
        const Lanes::Job& job, const alerts::Transition& transition, const Bytes& row
    );
    runtime::Task<> hold_back(
        const Lanes::Job& job, const alerts::Transition& transition, const Why& why
    );
    runtime::Task<> send(runtime::Event& wake);
    runtime::Task<> attempt(Lanes::Job job);
    /// What a job is about, when it may be sent; otherwise it was seen to.
    runtime::Task<std::optional<alerts::Transition>> ready(const Lanes::Job& job);
    runtime::Task<> attempt_together(std::vector<Lanes::Job> jobs);
    runtime::Task<> conclude_together(
        const std::vector<Lanes::Job>& jobs,
        const std::vector<alerts::Transition>& together,
        const Verdict& verdict
    );
    void part(const std::vector<Lanes::Job>& jobs, const Verdict& verdict);
    void count_failure(const Verdict& verdict);
    void say_delivered(const Lanes::Job& job, const std::string& key);
    [[nodiscard]] std::string group_of(
        const alerts::Transition& transition,
        const alerts::Labels& labels,
        const std::vector<std::string>& group_by
    ) const;
    runtime::Task<> conclude(const Lanes::Job& job, const std::string& key, Verdict verdict);
    runtime::Task<> acknowledge(const Lanes::Job& job, const std::string& key);
    /// For the book of what the receiver has to be told again of.
    runtime::Task<> keep_standing(Outbox::Finished& row);
    void stood(const Outbox::Finished& row);
    /// Tells again, at each interval, of what stands. Ends by cancellation.
    runtime::Task<> repeat_standing();
    runtime::Task<> load_standing();
    [[nodiscard]] std::vector<alerts::Transition> repeatable() const;
    /// `counts`: it may be a sign that the receiver is down.
    runtime::Task<> retry(
        const Lanes::Job& job, const std::string& key, const Verdict& verdict, bool counts = true
    );
    runtime::Task<> bury(const Lanes::Job& job, std::string reason, bool answered);
    [[nodiscard]] static Outbox::Finished finished_row(const Lanes::Row& row);
    std::optional<std::uint64_t> take_untold(
        const std::string& fingerprint, std::uint64_t sequence
    );
    [[nodiscard]] Outbox::Finished unsent_row(
        const std::string& fingerprint, const Lanes::Row& row
    );
    runtime::Task<Bytes> stored_row(std::uint64_t sequence, bool kept);
    [[nodiscard]] DeadLetter dead_letter(std::uint64_t sequence, Bytes row, std::string reason)
        const;
    void note(const Verdict& verdict);
    void say_failed(
        const Lanes::Job& job, const std::string& key, const Verdict& verdict, Duration wait
    );
    void say_blocked(const std::string& key, const Verdict& verdict, Duration wait);
    void say_down(const Verdict& verdict);
    void say_stopped(const Verdict& verdict);
    void say_not_repeated(const Verdict& verdict);
    void left(const Lanes::Job& job, bool answered);
    void open_gates();
    void gates_moved();
    [[nodiscard]] bool finish_over(const std::vector<Lanes::Over>& all);
    void keep_held(Finished& finished);
    void say_finality_stalls();
    void wake_senders();

    const Receiver& receiver_;
    Outbox::Receiver id_;
    std::string chain_name_;
    Outbox& outbox_;
    const Policy& policy_;
    DeliveryParts parts_;
    Courier courier_;
    ChannelMetrics metrics_;
    Lanes lanes_;
    std::uint64_t next_ = 0;  ///< Rows below are read.
    bool starting_ = true;    ///< Rows that are read may be known to an earlier process.
    Finished over_;           ///< What read() is to finish besides.
    /// By fingerprint: rows of which no route told the receiver. As large as what fires.
    std::map<std::string, std::set<std::uint64_t>> untold_;
    /// By fingerprint: what the receiver has and must hear of again. As large as what fires.
    std::map<std::string, Outbox::Row> standing_;
    unsigned resting_ = 0;  ///< Unless it is 0 nothing else may be sent: it would overtake.
    runtime::Event nothing_in_flight_;
    runtime::Event at_rest_;  ///< The same, for rest().
    Heard heard_;
    bool said_finality_stalls_ = false;
    bool said_stopped_ = false;
    runtime::Event more_;
    std::array<runtime::Event, kSenders> wake_;
};

}  // namespace faultline::delivery
