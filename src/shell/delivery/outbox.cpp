// SPDX-License-Identifier: Apache-2.0
#include "outbox.hpp"

#include "keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
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

using store::Durability;
using store::Family;

/// What a caller of finish() or change() waits for.
struct Outbox::Request {
    Receiver receiver = 0;
    std::vector<Finished> rows;
    std::optional<Change> change;
    Result<void> changed;
    runtime::Event committed;
};

/// One batch and what is true once it is committed, for later decisions of the same batch.
struct Outbox::Plan {
    store::Batch batch;
    /// Buffered: an acknowledgement lost to a power cut is a repeat with the same key. A dead
    /// letter is synced: repeated, it might be taken, after later ones of its alert.
    Durability durability = Durability::kBuffered;
    std::set<std::pair<Receiver, std::uint64_t>> done;
    std::set<std::uint64_t> deleted;
    std::vector<std::string> dead;  ///< Receivers of dead letters.
    /// Rows that are kept for a receiver from this batch on.
    std::set<std::pair<Receiver, std::uint64_t>> keeps;
    std::size_t dropped = 0;  ///< Firings that were held back from receivers that are gone.
};

Outbox::Outbox(OutboxParts parts, std::vector<std::string> receivers)
    : parts_(parts), receivers_(std::move(receivers)) {}

Result<std::vector<Outbox::Row>> Outbox::page(std::uint64_t from, std::size_t limit) const {
    std::vector<Row> rows;
    Result<void> readable;
    FAULTLINE_TRY_VOID(parts_.store.scan(
        Family::kOutbox,
        keys::outbox(from),
        [&](BytesView key, BytesView value) {
            const auto sequence = keys::sequence_of(key);
            if (!sequence) {
                readable = Error(
                    Code::kCorrupt,
                    "the outbox has a key of " + std::to_string(key.size()) + " bytes"
                );
                return false;
            }
            rows.push_back({.sequence = *sequence, .value = Bytes(value.begin(), value.end())});
            return rows.size() < limit;
        }
    ));
    if (!readable) {
        return std::move(readable).error();
    }
    return rows;
}

Result<std::optional<Bytes>> Outbox::row(std::uint64_t sequence) const {
    return parts_.store.get(Family::kOutbox, keys::outbox(sequence));
}

runtime::Task<> Outbox::note_sent(Receiver receiver, std::uint64_t sequence) {
    std::function<Result<Plan>()> make_plan = [this, receiver, sequence]() -> Result<Plan> {
        Plan plan;
        plan.durability = Durability::kSynced;
        plan.batch.put(Family::kMeta, note_key(receiver, keys::Note::kSent, sequence), {});
        return plan;
    };
    co_await commit(std::move(make_plan));
}

runtime::Task<> Outbox::keep(Receiver receiver, std::uint64_t sequence, Bytes kept_row) {
    std::function<Result<Plan>()> make_plan = [this, receiver, sequence, &kept_row] {
        Plan plan;
        plan.durability = Durability::kSynced;
        plan.batch.put(Family::kMeta, note_key(receiver, keys::Note::kHeld, sequence), kept_row);
        return Result<Plan>(std::move(plan));
    };
    co_await commit(std::move(make_plan));
}

runtime::Task<> Outbox::greet(std::vector<std::string> firing) {
    std::function<Result<Plan>()> make_plan = [this, &firing]() -> Result<Plan> {
        Plan plan;
        plan.durability = Durability::kSynced;
        FAULTLINE_TRY(new_, strangers());
        FAULTLINE_TRY(plan.batch, greeting(new_, firing));
        return plan;
    };
    co_await commit(std::move(make_plan));
}

runtime::Task<> Outbox::finish(Receiver receiver, std::vector<Finished> rows) {
    auto request = std::make_shared<Request>();
    request->receiver = receiver;
    request->rows = std::move(rows);
    requests_.push_back(request);
    requested_.notify();
    // No deadline: what a receiver acknowledged stays a fact while the disk is away.
    co_await request->committed.wait();
}

runtime::Task<Result<void>> Outbox::change(Change change, std::optional<Duration> limit) {
    auto request = std::make_shared<Request>();
    request->change = std::move(change);
    requests_.push_back(request);
    requested_.notify();
    if (!limit) {
        // No deadline, as with finish().
        co_await request->committed.wait();
        co_return request->changed;
    }
    const bool done = co_await request->committed.wait_for(parts_.clock, *limit);
    if (!done) {
        co_return Error(Code::kUnavailable, "the store has not taken the change yet")
            .advise("It may still be done: look at the outbox again");
    }
    co_return request->changed;
}

runtime::Task<> Outbox::carry_out(Request& request) {
    if (!request.change) {
        co_return;
    }
    const auto batch = request.change->make_batch();
    if (!batch) {
        request.changed = batch.error();
        co_return;
    }
    if (!batch->empty()) {
        request.changed = co_await parts_.committer.commit(*batch, Durability::kSynced);
    }
    if (request.changed) {
        request.change->then();
    }
}

runtime::Task<> Outbox::run() {
    // Endless: ends by cancellation.
    for (;;) {
        while (requests_.empty()) {
            co_await requested_.wait();
        }
        const auto group = std::exchange(requests_, {});
        std::function<Result<Plan>()> make_plan = [this, &group] {
            return plan_all(group);
        };
        co_await commit(std::move(make_plan));
        for (const auto& request : group) {
            co_await carry_out(*request);
            request->committed.notify();
        }
    }
}

Result<Outbox::Plan> Outbox::plan_all(const std::vector<std::shared_ptr<Request>>& group) const {
    Plan out;
    for (const auto& request : group) {
        for (const Finished& row : request->rows) {
            FAULTLINE_TRY_VOID(plan(out, request->receiver, row));
        }
    }
    return out;
}

Result<void> Outbox::plan(Plan& plan, Receiver receiver, const Finished& row) const {
    plan_notes(plan, receiver, row);
    if (row.kept) {
        return {};
    }
    FAULTLINE_TRY(const bool last, others_done(plan, receiver, row.sequence));
    if (last) {
        return erase_row(plan, row.sequence);
    }
    plan.batch.put(Family::kMeta, note_key(receiver, keys::Note::kDone, row.sequence), {});
    if (!row.keep) {
        plan.batch.erase(Family::kMeta, note_key(receiver, keys::Note::kTried, row.sequence));
    }
    plan.batch.erase(Family::kMeta, note_key(receiver, keys::Note::kSent, row.sequence));
    plan.done.emplace(receiver, row.sequence);
    return {};
}

/// What is noted of a row that one receiver needs no more.
void Outbox::plan_notes(Plan& plan, Receiver receiver, const Finished& row) const {
    const auto key = [&](keys::Note note, std::uint64_t sequence) {
        return note_key(receiver, note, sequence);
    };
    if (row.dead) {
        plan.durability = Durability::kSynced;
        plan.batch.put(
            Family::kDead, keys::dead(row.sequence, row.dead->receiver), encode(*row.dead)
        );
        plan.dead.push_back(row.dead->receiver);
    }
    if (row.ended) {
        plan.batch.erase(Family::kMeta, key(keys::Note::kStands, *row.ended));
    }
    if (row.stands) {
        plan.batch.put(Family::kMeta, key(keys::Note::kStands, row.sequence), *row.stands);
    }
    if (row.kept) {
        plan.batch.erase(Family::kMeta, key(keys::Note::kHeld, row.sequence));
        plan.batch.erase(Family::kMeta, key(keys::Note::kTried, row.sequence));
    }
    if (row.keep) {
        plan.batch.put(Family::kMeta, key(keys::Note::kHeld, row.sequence), *row.keep);
        plan.keeps.emplace(receiver, row.sequence);
    }
    if (row.told) {
        plan.batch.erase(Family::kMeta, key(keys::Note::kUntold, *row.told));
    }
    if (row.untold) {
        const Bytes fingerprint(row.untold->begin(), row.untold->end());
        plan.batch.put(Family::kMeta, key(keys::Note::kUntold, row.sequence), fingerprint);
    }
}

Result<bool> Outbox::others_done(const Plan& plan, Receiver receiver, std::uint64_t sequence)
    const {
    for (Receiver other = 0; other < receivers_.size(); ++other) {
        if (other == receiver || plan.done.contains({other, sequence})) {
            continue;
        }
        FAULTLINE_TRY(const bool done, is_done(other, sequence));
        if (!done) {
            return false;
        }
    }
    return true;
}

Result<void> Outbox::erase_row(Plan& plan, std::uint64_t sequence) const {
    plan.batch.erase(Family::kOutbox, keys::outbox(sequence));
    for (Receiver each = 0; each < receivers_.size(); ++each) {
        plan.batch.erase(Family::kMeta, note_key(each, keys::Note::kDone, sequence));
        plan.batch.erase(Family::kMeta, note_key(each, keys::Note::kSent, sequence));
        // Who is yet to be told of what it keeps still gives up when it would have.
        FAULTLINE_TRY(const auto kept, kept_row(each, sequence));
        if (!kept && !plan.keeps.contains({each, sequence})) {
            plan.batch.erase(Family::kMeta, note_key(each, keys::Note::kTried, sequence));
        }
    }
    plan.deleted.insert(sequence);
    return {};
}

void Outbox::tell(const Plan& plan) const {
    if (plan.dropped > 0) {
        parts_.log.warn(
            "held_firings_dropped",
            "Firings that were held back from receivers which are no longer configured will not be "
            "told there; `/v1/alerts` shows what fires",
            {{"count", plan.dropped}}
        );
    }
    if (on_deleted_) {
        std::ranges::for_each(plan.deleted, on_deleted_);
    }
    if (on_dead_) {
        std::ranges::for_each(plan.dead, on_dead_);
    }
}

/// Makes the plan anew for each try: reads may have failed, too.
runtime::Task<> Outbox::commit(std::function<Result<Plan>()> make_plan) {
    runtime::Backoff backoff({});
    std::string said;
    // Bounded by the store coming back: an acknowledgement is never forgotten while we live.
    for (;;) {
        auto plan = make_plan();
        Result<void> committed;
        if (!plan) {
            committed = std::move(plan).error();
        } else if (!plan->batch.empty()) {
            committed = co_await parts_.committer.commit(plan->batch, plan->durability);
        }
        if (committed) {
            tell(*plan);
            co_return;
        }
        std::string message = std::move(committed).error().message();
        if (message != said) {
            parts_.log.error(
                "delivery_commit_failed",
                "Cannot record what was delivered: " + message,
                {{"retrying", true}}
            );
            said = std::move(message);
        }
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
}

runtime::Task<> Outbox::recover() {
    Bytes from(keys::kPrefix.begin(), keys::kPrefix.end());
    bool more = true;
    while (more) {
        Bytes next;
        std::function<Result<Plan>()> make_plan = [&] {
            next = from;
            return plan_recovery(next, more);
        };
        co_await commit(std::move(make_plan));
        from = std::move(next);
    }
}

/// Looks at one page of notes from `from` on, and moves `from` behind it.
Result<Outbox::Plan> Outbox::plan_recovery(Bytes& from, bool& more) const {
    constexpr std::size_t kPageNotes = 256;
    std::vector<Bytes> page;
    FAULTLINE_TRY_VOID(parts_.store.scan(Family::kMeta, from, [&](BytesView key, BytesView) {
        if (!keys::note_of(key)) {
            return key.size() >= keys::kPrefix.size() &&
                   std::ranges::equal(key.first(keys::kPrefix.size()), keys::kPrefix);
        }
        page.emplace_back(key.begin(), key.end());
        return page.size() < kPageNotes;
    }));
    more = page.size() == kPageNotes;
    Plan out;
    for (const Bytes& key : page) {
        FAULTLINE_TRY_VOID(plan_note(out, *keys::note_of(key), key));
    }
    if (more) {
        from = page.back();
        from.push_back(0);
    }
    return out;
}

Result<void> Outbox::plan_note(Plan& plan, const keys::NoteKey& key, BytesView stored) const {
    FAULTLINE_TRY(const auto wanted, row(key.sequence));
    const auto receiver = std::ranges::find(receivers_, key.receiver);
    if (receiver == receivers_.end()) {
        plan.batch.erase(Family::kMeta, stored);
        plan.dropped += key.note == keys::Note::kHeld ? 1 : 0;
        return {};
    }
    if (!wanted) {
        FAULTLINE_TRY(const bool outlives, outlives_row(key));
        if (!outlives) {
            plan.batch.erase(Family::kMeta, stored);
        }
        return {};
    }
    if (key.note != keys::Note::kDone || plan.deleted.contains(key.sequence)) {
        return {};
    }
    const auto index = static_cast<Receiver>(receiver - receivers_.begin());
    FAULTLINE_TRY(const bool last, others_done(plan, index, key.sequence));
    return last ? erase_row(plan, key.sequence) : Result<void>();
}

}  // namespace faultline::delivery
