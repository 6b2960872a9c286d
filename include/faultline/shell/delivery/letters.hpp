// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What an operator sees of the outbox and may do with dead letters, of a store that a daemon has
/// open or not.
namespace faultline::delivery {

struct LetterQuery {
    std::string receiver;                  ///< Empty: of every receiver.
    std::optional<std::uint64_t> after;    ///< Only sequence numbers above.
    std::optional<std::uint64_t> exactly;  ///< Only this one.
    std::size_t limit = 100;               ///< Letters of one sequence number stay together.
};

struct KeptLetter {
    std::uint64_t sequence = 0;
    DeadLetter letter;
    std::optional<alerts::Transition> transition;  ///< nullopt: the row cannot be read.
};

/// Who has yet to take a row.
struct Awaited {
    std::string receiver;
    std::optional<UnixMillis> first_failure;  ///< nullopt: no attempt failed yet.
    /// Silences, inhibitions or the receiver's turn hold it back, so it left the outbox.
    bool held = false;
};

struct WaitingRow {
    std::uint64_t sequence = 0;
    std::optional<alerts::Transition> transition;  ///< nullopt: the row cannot be read.
    std::vector<Awaited> receivers;
};

/// What was done with a dead letter. Stored in store::Family::kMeta under "outbox/trail/".
struct TrailEntry {
    std::uint64_t at_ms = 0;  ///< Unix time.
    std::string action;       ///< "retried", "dropped"
    std::string reason;       ///< Of a drop: what the operator gave.
    std::uint64_t sequence = 0;
    DeadLetter letter;  ///< As it was: nothing is lost by dropping it.

    auto fields(this auto& self) {
        return std::tie(self.at_ms, self.action, self.reason, self.sequence, self.letter);
    }

    bool operator==(const TrailEntry&) const = default;
};

/// Errors of all that read: those of the store, kCorrupt.
Result<std::vector<KeptLetter>> dead_letters(const store::Store& store, const LetterQuery& query);
/// Rows that some of `receivers` have not taken, those that are held back from them included.
Result<std::vector<WaitingRow>> waiting_rows(
    const store::Store& store, const std::vector<std::string>& receivers, const LetterQuery& query
);
/// The newest first. `sequence`: only of that one.
Result<std::vector<TrailEntry>> trail(
    const store::Store& store, std::optional<std::uint64_t> sequence, std::size_t limit
);
/// How many dead letters each receiver has.
Result<std::map<std::string, std::size_t>> count_dead_letters(const store::Store& store);

/// Which dead letters of a receiver.
struct LetterChoice {
    std::string receiver;
    std::vector<std::uint64_t> sequences;  ///< Empty: all.
    /// Retry also those whose alert has gone on without them.
    bool overtaken = false;
};

/// What a change does with the letters that were chosen.
struct LetterChange {
    struct Refusal {
        std::uint64_t sequence = 0;
        std::string why;
    };

    store::Batch batch;
    std::vector<std::uint64_t> done;
    std::vector<std::uint64_t> reappeared;  ///< Of `done`: rows that the outbox had not any more.
    std::vector<Refusal> refused;
    bool more = false;  ///< There are more than kMostChanged: ask again.
};

/// Letters that one change takes.
inline constexpr std::size_t kMostChanged = 1000;

/// Puts letters back: the outbox has the row, and of `receivers` only that one still needs it. A
/// letter is refused when sending it now would leave the receiver with an alert that is over:
/// nothing later of that alert waits for it or is put back with it. It is also refused while a
/// later firing of its alert is held back from the receiver, which it would have to go before.
Result<LetterChange> plan_retry(
    const store::Store& store,
    const std::vector<std::string>& receivers,
    const LetterChoice& choice,
    UnixMillis now
);

/// Removes letters; the trail keeps them. @pre the reason is not empty
Result<LetterChange> plan_drop(
    const store::Store& store, const LetterChoice& choice, const std::string& reason, UnixMillis now
);

}  // namespace faultline::delivery
