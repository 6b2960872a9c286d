// SPDX-License-Identifier: Apache-2.0
#include "keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::delivery::keys {
namespace {

constexpr std::size_t kSequenceBytes = sizeof(std::uint64_t);

std::string_view middle(Note note) {
    switch (note) {
        case Note::kDone:
            return "/done/";
        case Note::kTried:
            return "/tried/";
        case Note::kSent:
            return "/sent/";
        case Note::kStands:
            return "/stands/";
        case Note::kHeld:
            return "/held/";
        case Note::kUntold:
            return "/untold/";
    }
    return "/unknown/";
}

void append(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

void append(Bytes& out, std::uint64_t sequence) {
    const Bytes bytes = ledger::encode(sequence);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

Bytes receivers() {
    Bytes out;
    append(out, kPrefix);
    append(out, "receivers");
    return out;
}

Bytes outbox(std::uint64_t sequence) {
    return ledger::encode(sequence);
}

std::optional<std::uint64_t> sequence_of(BytesView outbox_key) {
    const auto sequence = ledger::decode<std::uint64_t>(outbox_key);
    return sequence ? std::optional(*sequence) : std::nullopt;
}

Bytes dead(std::uint64_t sequence, std::string_view receiver) {
    Bytes out;
    append(out, sequence);
    append(out, receiver);
    return out;
}

Bytes note_prefix(std::string_view receiver, Note note) {
    Bytes out;
    append(out, kPrefix);
    append(out, receiver);
    append(out, middle(note));
    return out;
}

Bytes note(const NoteKey& key) {
    Bytes out = note_prefix(key.receiver, key.note);
    append(out, key.sequence);
    return out;
}

std::optional<NoteKey> note_of(BytesView meta_key) {
    if (meta_key.size() < kSequenceBytes) {
        return std::nullopt;
    }
    const BytesView number = meta_key.last(kSequenceBytes);
    const BytesView rest = meta_key.first(meta_key.size() - kSequenceBytes);
    std::string text(rest.begin(), rest.end());
    if (!text.starts_with(kPrefix)) {
        return std::nullopt;
    }
    // Read from the end: a receiver's name may hold anything.
    for (const Note each :
         {Note::kDone, Note::kTried, Note::kSent, Note::kStands, Note::kHeld, Note::kUntold}) {
        if (text.size() >= kPrefix.size() + middle(each).size() && text.ends_with(middle(each))) {
            text.resize(text.size() - middle(each).size());
            return NoteKey{
                .receiver = text.substr(kPrefix.size()),
                .note = each,
                .sequence = sequence_of(number).value_or(0)
            };
        }
    }
    return std::nullopt;
}

}  // namespace faultline::delivery::keys
