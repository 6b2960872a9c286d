// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What waits for receivers and what they will not get, as the API and the command line show it.
namespace faultline::api {

struct OutboxQuery {
    std::string receiver;                   ///< Empty: of every receiver.
    std::optional<std::uint64_t> after;     ///< Only sequence numbers above.
    std::optional<std::uint64_t> sequence;  ///< Only this one, in full.
    std::size_t limit = 100;
};

/// A transition of an alert.
struct OutboxTransition {
    std::string key;
    std::string transition;  ///< "firing", "resolved", "retracted-firing", ...
    std::string rule;
    std::string severity;
    std::string summary;
    std::uint64_t block = 0;
    std::string block_hash;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> figures;
};

struct OutboxLetter {
    std::uint64_t sequence = 0;
    std::string receiver;
    std::string reason;                             ///< Why it was given up, and what to do.
    std::optional<std::uint64_t> first_failure_ms;  ///< Unix time; nullopt: it was refused at once.
    std::uint64_t given_up_ms = 0;
    std::optional<OutboxTransition> what;  ///< nullopt: the row cannot be read.
};

struct OutboxAwaited {
    std::string receiver;
    std::optional<std::uint64_t> first_failure_ms;  ///< nullopt: no attempt failed yet.
    bool held = false;  ///< It is held back: silenced, inhibited, or not this receiver's turn.
};

struct OutboxRow {
    std::uint64_t sequence = 0;
    std::vector<OutboxAwaited> receivers;
    std::optional<OutboxTransition> what;
};

/// What an operator did with a dead letter.
struct OutboxTrail {
    std::uint64_t at_ms = 0;
    std::string action;  ///< "retried", "dropped"
    std::string reason;
    std::uint64_t sequence = 0;
    std::string receiver;
    std::string key;  ///< Empty: the row cannot be read.
};

/// The outbox of one chain.
struct OutboxPage {
    std::string chain;
    std::map<std::string, std::size_t> dead_letters;  ///< How many there are, by receiver.
    std::vector<OutboxLetter> dead;                   ///< By sequence number.
    std::vector<OutboxRow> waiting;                   ///< By sequence number.
    std::vector<OutboxTrail> trail;                   ///< The newest first.
};

/// What is to become of dead letters.
struct OutboxChange {
    bool drop = false;  ///< Otherwise they are put back.
    std::string receiver;
    std::vector<std::uint64_t> sequences;  ///< Empty: all of that receiver.
    bool overtaken = false;                ///< Put back also what tells of an alert that is over.
    std::string reason;                    ///< Of dropping.
};

struct OutboxRefusal {
    std::uint64_t sequence = 0;
    std::string why;
};

struct OutboxChanged {
    bool dropped = false;
    std::vector<std::uint64_t> done;
    std::vector<OutboxRefusal> refused;
    bool more = false;  ///< There are more: ask again.
};

/// Labels and figures are left out but of a page about one sequence number.
std::string outbox_json(const OutboxPage& page, bool in_full);
std::string outbox_text(const OutboxPage& page, bool in_full);
std::string changed_json(const OutboxChanged& changed);
std::string changed_text(const OutboxChanged& changed);

}  // namespace faultline::api
