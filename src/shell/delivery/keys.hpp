// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Keys of what delivery reads and writes.
namespace faultline::delivery::keys {

/// Where all bookkeeping lies in kMeta.
inline constexpr std::string_view kPrefix = "delivery/";

/// What is noted about one row and one receiver.
enum class Note : std::uint8_t {
    kDone,    ///< The receiver needs the row no more, but another one does.
    kTried,   ///< When the first attempt failed; 8 bytes, Unix milliseconds.
    kSent,    ///< The row waited for finality, and the receiver may have it by now.
    kStands,  ///< The receiver has it, and it stands: the row, which may be gone from the outbox.
    kHeld,    ///< The receiver is not told of it yet: a KeptRow, which is gone from the outbox.
    /// It stands, and the receiver was not told of it, by no route or because it is new: the
    /// alert's fingerprint. The numbers of the latter are no rows' (Outbox::kBeforeRows).
    kUntold,
};

struct NoteKey {
    std::string receiver;
    Note note = Note::kDone;
    std::uint64_t sequence = 0;
};

/// kMeta: names of receivers that there ever were.
Bytes receivers();

/// kOutbox.
Bytes outbox(std::uint64_t sequence);
/// nullopt when the key is not 8 bytes.
std::optional<std::uint64_t> sequence_of(BytesView outbox_key);

/// kDead.
Bytes dead(std::uint64_t sequence, std::string_view receiver);

/// kMeta: "delivery/<receiver>/<note>/" and the sequence number.
Bytes note(const NoteKey& key);
/// What such keys of one receiver begin with.
Bytes note_prefix(std::string_view receiver, Note note);
/// nullopt when this is no key of ours.
std::optional<NoteKey> note_of(BytesView meta_key);

}  // namespace faultline::delivery::keys
