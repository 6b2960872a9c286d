// SPDX-License-Identifier: Apache-2.0
#include "kept_row.hpp"
#include "keys.hpp"
#include "letter_store.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {

using store::Family;
using namespace letters;

namespace {

constexpr std::size_t kSequenceBytes = sizeof(std::uint64_t);

Error bad_key(std::string_view what, BytesView key) {
    return {
        Code::kCorrupt, std::string(what) + " has a key of " + std::to_string(key.size()) + " bytes"
    };
}

/// Where a query begins to read.
std::uint64_t first_of(const LetterQuery& query) {
    return query.exactly.value_or(query.after ? *query.after + 1 : 0);
}

Result<std::optional<UnixMillis>> first_failure_of(
    const store::Store& store, const std::string& receiver, std::uint64_t sequence
) {
    const Bytes key =
        keys::note({.receiver = receiver, .note = keys::Note::kTried, .sequence = sequence});
    FAULTLINE_TRY(const auto found, store.get(Family::kMeta, key));
    if (!found) {
        return std::optional<UnixMillis>();
    }
    FAULTLINE_TRY(const auto at_ms, ledger::decode<std::uint64_t>(*found));
    return std::optional(UnixMillis{static_cast<std::int64_t>(at_ms)});
}

}  // namespace

namespace letters {

bool begins_with(BytesView key, BytesView prefix) {
    return key.size() >= prefix.size() && std::ranges::equal(key.first(prefix.size()), prefix);
}

std::optional<alerts::Transition> transition_of(BytesView row) {
    auto transition = alerts::decode_transition(row);
    return transition ? std::optional(*std::move(transition)) : std::nullopt;
}

Result<bool> has_note(
    const store::Store& store, const std::string& receiver, keys::Note note, std::uint64_t sequence
) {
    const Bytes key = keys::note({.receiver = receiver, .note = note, .sequence = sequence});
    FAULTLINE_TRY(const auto found, store.get(Family::kMeta, key));
    return found.has_value();
}

Result<void> each_note(
    const store::Store& store,
    const std::string& receiver,
    keys::Note wanted,
    const std::function<Result<bool>(std::uint64_t, BytesView)>& visit
) {
    const Bytes prefix = keys::note_prefix(receiver, wanted);
    Result<void> readable;
    FAULTLINE_TRY_VOID(store.scan(Family::kMeta, prefix, [&](BytesView key, BytesView value) {
        const auto note = keys::note_of(key);
        if (!begins_with(key, prefix) || !note || note->note != wanted ||
            note->receiver != receiver) {
            return begins_with(key, prefix);
        }
        auto more = visit(note->sequence, value);
        if (!more) {
            readable = std::move(more).error();
        }
        return more && *more;
    }));
    return readable;
}

Result<void> each_letter(
    const store::Store& store, std::uint64_t from, const std::function<bool(KeptLetter)>& visit
) {
    Result<void> readable;
    const auto read = [&](BytesView key, BytesView value) {
        const auto sequence = keys::sequence_of(key.first(std::min(key.size(), kSequenceBytes)));
        auto letter = decode_dead_letter(value);
        if (!sequence || !letter) {
            readable = sequence ? std::move(letter).error() : bad_key("the dead letters", key);
            return false;
        }
        auto transition = transition_of(letter->transition);
        return visit(
            {.sequence = *sequence,
             .letter = *std::move(letter),
             .transition = std::move(transition)}
        );
    };
    FAULTLINE_TRY_VOID(store.scan(Family::kDead, keys::outbox(from), read));
    return readable;
}

Result<void> each_row(
    const store::Store& store,
    std::uint64_t from,
    const std::function<Result<bool>(std::uint64_t, BytesView)>& visit
) {
    Result<void> readable;
    const auto read = [&](BytesView key, BytesView value) {
        const auto sequence = keys::sequence_of(key);
        if (!sequence) {
            readable = bad_key("the outbox", key);
            return false;
        }
        auto more = visit(*sequence, value);
        if (!more) {
            readable = std::move(more).error();
        }
        return more && *more;
    };
    FAULTLINE_TRY_VOID(store.scan(Family::kOutbox, keys::outbox(from), read));
    return readable;
}

}  // namespace letters

namespace {

/// Who of those that are asked about has yet to take it.
Result<WaitingRow> waiting_row(
    const store::Store& store,
    const std::vector<std::string>& receivers,
    const LetterQuery& query,
    std::uint64_t sequence,
    BytesView value
) {
    WaitingRow out{.sequence = sequence, .transition = transition_of(value), .receivers = {}};
    for (const std::string& receiver : receivers) {
        if (!query.receiver.empty() && query.receiver != receiver) {
            continue;
        }
        FAULTLINE_TRY(const bool done, has_note(store, receiver, keys::Note::kDone, sequence));
        if (!done) {
            FAULTLINE_TRY(auto failed, first_failure_of(store, receiver, sequence));
            out.receivers.push_back({.receiver = receiver, .first_failure = failed, .held = false});
        }
    }
    return out;
}

/// What is held back from one receiver.
Result<void> add_held(
    const store::Store& store,
    const std::string& receiver,
    const LetterQuery& query,
    std::map<std::uint64_t, WaitingRow>& rows
) {
    std::size_t found = 0;
    const auto visit = [&](std::uint64_t sequence, BytesView value) -> Result<bool> {
        if (sequence < first_of(query) || (query.exactly && sequence != *query.exactly)) {
            return true;
        }
        FAULTLINE_TRY(auto failed, first_failure_of(store, receiver, sequence));
        const WaitingRow fresh{
            .sequence = sequence, .transition = transition_of(row_of(value)), .receivers = {}
        };
        rows.try_emplace(sequence, fresh)
            .first->second.receivers.push_back(
                {.receiver = receiver, .first_failure = failed, .held = true}
            );
        return ++found < query.limit;
    };
    return each_note(store, receiver, keys::Note::kHeld, visit);
}

}  // namespace

Result<std::vector<KeptLetter>> dead_letters(const store::Store& store, const LetterQuery& query) {
    std::vector<KeptLetter> out;
    FAULTLINE_TRY_VOID(each_letter(store, first_of(query), [&](KeptLetter kept) {
        const bool same = !out.empty() && out.back().sequence == kept.sequence;
        if ((query.exactly && kept.sequence != *query.exactly) ||
            (out.size() >= query.limit && !same)) {
            return false;
        }
        if (query.receiver.empty() || query.receiver == kept.letter.receiver) {
            out.push_back(std::move(kept));
        }
        return true;
    }));
    return out;
}

Result<std::vector<WaitingRow>> waiting_rows(
    const store::Store& store, const std::vector<std::string>& receivers, const LetterQuery& query
) {
    std::map<std::uint64_t, WaitingRow> rows;
    const auto visit = [&](std::uint64_t sequence, BytesView value) -> Result<bool> {
        if (query.exactly && sequence != *query.exactly) {
            return false;
        }
        FAULTLINE_TRY(auto row, waiting_row(store, receivers, query, sequence, value));
        if (!row.receivers.empty()) {
            rows.emplace(sequence, std::move(row));
        }
        return rows.size() < query.limit;
    };
    FAULTLINE_TRY_VOID(each_row(store, first_of(query), visit));
    for (const std::string& receiver : receivers) {
        if (query.receiver.empty() || query.receiver == receiver) {
            FAULTLINE_TRY_VOID(add_held(store, receiver, query, rows));
        }
    }
    std::vector<WaitingRow> out;
    for (auto& [sequence, row] : rows) {
        if (out.size() < query.limit) {
            out.push_back(std::move(row));
        }
    }
    return out;
}

Result<std::vector<TrailEntry>> trail(
    const store::Store& store, std::optional<std::uint64_t> sequence, std::size_t limit
) {
    const Bytes prefix(kTrailPrefix.begin(), kTrailPrefix.end());
    std::vector<TrailEntry> out;
    Result<void> readable;
    FAULTLINE_TRY_VOID(store.scan(Family::kMeta, prefix, [&](BytesView key, BytesView value) {
        if (!begins_with(key, prefix)) {
            return false;
        }
        auto entry = ledger::decode<TrailEntry>(value);
        if (!entry) {
            readable = std::move(entry).error();
            return false;
        }
        if (!sequence || entry->sequence == *sequence) {
            out.push_back(*std::move(entry));
        }
        return out.size() < limit;
    }));
    if (!readable) {
        return std::move(readable).error();
    }
    return out;
}

Result<std::map<std::string, std::size_t>> count_dead_letters(const store::Store& store) {
    std::map<std::string, std::size_t> out;
    FAULTLINE_TRY_VOID(store.scan(Family::kDead, {}, [&out](BytesView key, BytesView) {
        const BytesView name = key.subspan(std::min(key.size(), kSequenceBytes));
        ++out[std::string(name.begin(), name.end())];
        return true;
    }));
    return out;
}

}  // namespace faultline::delivery
