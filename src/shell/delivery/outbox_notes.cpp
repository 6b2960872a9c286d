// SPDX-License-Identifier: Apache-2.0
// What is noted about rows and receivers.
#include "keys.hpp"
#include "letter_store.hpp"
#include "outbox.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::delivery {

using store::Durability;
using store::Family;

Bytes Outbox::note_key(Receiver receiver, keys::Note note, std::uint64_t sequence) const {
    return keys::note({.receiver = receivers_.at(receiver), .note = note, .sequence = sequence});
}

Result<bool> Outbox::is_done(Receiver receiver, std::uint64_t sequence) const {
    FAULTLINE_TRY(
        const auto note,
        parts_.store.get(Family::kMeta, note_key(receiver, keys::Note::kDone, sequence))
    );
    return note.has_value();
}

Result<std::optional<UnixMillis>> Outbox::stored_first_failure(
    Receiver receiver, std::uint64_t sequence
) const {
    FAULTLINE_TRY(
        const auto note,
        parts_.store.get(Family::kMeta, note_key(receiver, keys::Note::kTried, sequence))
    );
    if (!note) {
        return std::optional<UnixMillis>();
    }
    FAULTLINE_TRY(const auto at_ms, ledger::decode<std::uint64_t>(*note));
    return std::optional(UnixMillis{static_cast<std::int64_t>(at_ms)});
}

runtime::Task<UnixMillis> Outbox::first_failure(
    Receiver receiver, std::uint64_t sequence, UnixMillis now
) {
    const auto stored = stored_first_failure(receiver, sequence);
    if (stored && *stored) {
        co_return **stored;
    }
    store::Batch batch;
    batch.put(
        Family::kMeta,
        note_key(receiver, keys::Note::kTried, sequence),
        ledger::encode(static_cast<std::uint64_t>(now.value))
    );
    // Failing only makes us more patient: the next failure of the row writes it again.
    const auto committed = co_await parts_.committer.commit(batch, Durability::kBuffered);
    if (!committed) {
        parts_.log.warn(
            "delivery_note_failed",
            "Cannot note when delivery began to fail: " + committed.error().message()
        );
    }
    co_return now;
}

Result<bool> Outbox::was_sent(Receiver receiver, std::uint64_t sequence) const {
    FAULTLINE_TRY(
        const auto note,
        parts_.store.get(Family::kMeta, note_key(receiver, keys::Note::kSent, sequence))
    );
    return note.has_value();
}

Result<std::optional<Bytes>> Outbox::kept_row(Receiver receiver, std::uint64_t sequence) const {
    return parts_.store.get(Family::kMeta, note_key(receiver, keys::Note::kHeld, sequence));
}

Result<std::vector<Outbox::Row>> Outbox::notes(Receiver receiver, keys::Note wanted) const {
    std::vector<Row> rows;
    const auto visit = [&rows](std::uint64_t sequence, BytesView value) -> Result<bool> {
        rows.push_back({.sequence = sequence, .value = Bytes(value.begin(), value.end())});
        return true;
    };
    FAULTLINE_TRY_VOID(letters::each_note(parts_.store, receivers_.at(receiver), wanted, visit));
    return rows;
}

/// Whether a note is of use when its row is gone from the outbox.
Result<bool> Outbox::outlives_row(const keys::NoteKey& key) const {
    switch (key.note) {
        case keys::Note::kStands:
        case keys::Note::kHeld:
        case keys::Note::kUntold:
            return true;
        case keys::Note::kTried: {
            const auto kept = keys::note(
                {.receiver = key.receiver, .note = keys::Note::kHeld, .sequence = key.sequence}
            );
            FAULTLINE_TRY(const auto found, parts_.store.get(Family::kMeta, kept));
            return found.has_value();
        }
        case keys::Note::kDone:
        case keys::Note::kSent:
            return false;
    }
    return false;
}

}  // namespace faultline::delivery
