// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

/// All outlive the outbox.
struct OutboxParts {
    store::Store& store;
    store::Committer& committer;
    runtime::Clock& clock;
    runtime::Random& random;
    obs::Log& log;
};

/// The rows that wait for receivers, and what each receiver is done with.
///
/// A row is deleted in the batch that records the last receiver's being done with it; before, a
/// note per receiver says so. So there is no instant at which a crash forgets either. That is
/// decided by one coroutine, which sees the effect of one decision before it takes the next.
class Outbox {
  public:
    struct Row {
        std::uint64_t sequence = 0;
        Bytes value;
    };

    /// A row one receiver needs no more.
    struct Finished {
        std::uint64_t sequence = 0;
        std::optional<DeadLetter> dead;  ///< It was given up.
        /// The receiver has to be told again of it while it stands: the row.
        std::optional<Bytes> stands = std::nullopt;
        /// The row of which it has to be told no more.
        std::optional<std::uint64_t> ended = std::nullopt;
        /// It is not told of it yet: an encoded KeptRow.
        std::optional<Bytes> keep = std::nullopt;
        bool kept = false;  ///< Finished::keep was given for it before.
        /// No route told it of this alert, which stands: its fingerprint.
        std::optional<std::string> untold = std::nullopt;
        /// The row for which that was said before, and is so no more.
        std::optional<std::uint64_t> told = std::nullopt;
    };

    /// From here on, numbers of rows are those of Finished::untold notes about what was before all
    /// rows that a new receiver was told of. No row will ever have them.
    static constexpr std::uint64_t kBeforeRows = std::uint64_t{1} << 63U;

    /// Position in the list of receivers.
    using Receiver = std::size_t;

    Outbox(OutboxParts parts, std::vector<std::string> receivers);

    /// Rows from `from` on, at most `limit`.
    [[nodiscard]] Result<std::vector<Row>> page(std::uint64_t from, std::size_t limit) const;
    [[nodiscard]] Result<std::optional<Bytes>> row(std::uint64_t sequence) const;
    /// Whether that receiver is done with a row that is still there for another one.
    [[nodiscard]] Result<bool> is_done(Receiver receiver, std::uint64_t sequence) const;

    /// When the first attempt failed. Written at the first call for a row, so it survives restarts;
    /// `now` when it could not be stored.
    runtime::Task<UnixMillis> first_failure(
        Receiver receiver, std::uint64_t sequence, UnixMillis now
    );
    [[nodiscard]] Result<std::optional<UnixMillis>> stored_first_failure(
        Receiver receiver, std::uint64_t sequence
    ) const;

    /// Whether that receiver may have been sent a row that waited for finality: it can no longer
    /// leave in silence when its block is orphaned.
    [[nodiscard]] Result<bool> was_sent(Receiver receiver, std::uint64_t sequence) const;
    /// Notes it, before the first attempt; returns when it is on disk.
    runtime::Task<> note_sent(Receiver receiver, std::uint64_t sequence);

    /// What Finished::stands left behind and Finished::ended did not end.
    [[nodiscard]] Result<std::vector<Row>> standing(Receiver receiver) const {
        return notes(receiver, keys::Note::kStands);
    }

    /// What Finished::keep left behind and nothing finished; values are encoded KeptRows.
    [[nodiscard]] Result<std::vector<Row>> kept(Receiver receiver) const {
        return notes(receiver, keys::Note::kHeld);
    }

    /// What Finished::untold left behind; values are fingerprints.
    [[nodiscard]] Result<std::vector<Row>> untold(Receiver receiver) const {
        return notes(receiver, keys::Note::kUntold);
    }

    [[nodiscard]] Result<std::optional<Bytes>> kept_row(Receiver receiver, std::uint64_t sequence)
        const;
    /// Replaces it; returns when it is on disk.
    runtime::Task<> keep(Receiver receiver, std::uint64_t sequence, Bytes kept_row);

    /// Returns when it is committed. A cancelled caller leaves its request behind, which may still
    /// be carried out.
    runtime::Task<> finish(Receiver receiver, std::vector<Finished> rows);

    /// A change that no decision of ours may overlap: it is planned when those before are
    /// committed.
    struct Change {
        std::function<Result<store::Batch>()> make_batch;
        std::function<void()> then;  ///< Called when it is committed, whoever still waits for it.
    };

    /// Commits it, trying once, so that its caller learns what the store says. kUnavailable after
    /// `limit`; it is still carried out then, as when its caller is cancelled.
    runtime::Task<Result<void>> change(Change change, std::optional<Duration> limit = std::nullopt);

    /// Notes that receivers which were never there before were told of nothing yet: of what fires
    /// now (fingerprints), or ends by a row of the outbox without firing by an earlier one. Returns
    /// when that is on disk. Before their channels run.
    runtime::Task<> greet(std::vector<std::string> firing);

    /// Whether no earlier process can have sent it anything: once, of a receiver that is new.
    bool is_new(Receiver receiver) { return new_.erase(receiver) > 0; }

    /// Removes notes of receivers that are gone, and rows nobody waits for any more. Returns when
    /// done; a store that fails is asked again.
    runtime::Task<> recover();

    /// Commits what finish() and change() are given. Endless: ends by cancellation.
    runtime::Task<> run();

    /// Called with the sequence number of each row that was deleted.
    void on_deleted(std::function<void(std::uint64_t)> observer) {
        on_deleted_ = std::move(observer);
    }

    /// Called with the receiver of each dead letter that was written.
    void on_dead(std::function<void(const std::string&)> observer) {
        on_dead_ = std::move(observer);
    }

  private:
    struct Request;
    struct Plan;

    [[nodiscard]] Result<std::vector<Row>> notes(Receiver receiver, keys::Note wanted) const;
    void plan_notes(Plan& plan, Receiver receiver, const Finished& row) const;
    [[nodiscard]] Bytes note_key(Receiver receiver, keys::Note note, std::uint64_t sequence) const;
    /// Receivers that no list in the store names; none where there is no list.
    [[nodiscard]] Result<std::set<Receiver>> strangers() const;
    [[nodiscard]] Result<store::Batch> greeting(
        const std::set<Receiver>& strangers, const std::vector<std::string>& firing
    ) const;
    Result<void> plan(Plan& plan, Receiver receiver, const Finished& row) const;
    [[nodiscard]] Result<bool> others_done(
        const Plan& plan, Receiver receiver, std::uint64_t sequence
    ) const;
    Result<void> erase_row(Plan& plan, std::uint64_t sequence) const;
    [[nodiscard]] Result<Plan> plan_all(const std::vector<std::shared_ptr<Request>>& group) const;
    [[nodiscard]] Result<Plan> plan_recovery(Bytes& from, bool& more) const;
    [[nodiscard]] Result<bool> outlives_row(const keys::NoteKey& key) const;
    Result<void> plan_note(Plan& plan, const keys::NoteKey& key, BytesView stored) const;
    runtime::Task<> carry_out(Request& request);
    void tell(const Plan& plan) const;
    runtime::Task<> commit(std::function<Result<Plan>()> make_plan);

    OutboxParts parts_;
    std::vector<std::string> receivers_;
    std::set<Receiver> new_;
    std::vector<std::shared_ptr<Request>> requests_;
    runtime::Event requested_;
    std::function<void(std::uint64_t)> on_deleted_;
    std::function<void(const std::string&)> on_dead_;
};

}  // namespace faultline::delivery
