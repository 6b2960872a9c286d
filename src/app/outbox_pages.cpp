// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/outbox_pages.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

/// Of what operators did.
constexpr std::size_t kTrail = 20;

std::string kind_text(const alerts::Transition& transition) {
    const bool retracts = transition.kind == alerts::Kind::kRetracted;
    return std::string(alerts::kind_name(transition.kind)) +
           (retracts ? "-" + std::string(alerts::kind_name(transition.retracts)) : "");
}

std::optional<api::OutboxTransition> what(const std::optional<alerts::Transition>& transition) {
    if (!transition) {
        return std::nullopt;
    }
    return api::OutboxTransition{
        .key = transition->key(),
        .transition = kind_text(*transition),
        .rule = transition->rule,
        .severity = std::string(rules::severity_name(transition->severity)),
        .summary = transition->summary,
        .block = transition->block.number,
        .block_hash = transition->block.hash.hex(),
        .labels = transition->labels,
        .figures = transition->figures
    };
}

std::optional<std::uint64_t> millis(const std::optional<UnixMillis>& at) {
    return at ? std::optional(static_cast<std::uint64_t>(at->value)) : std::nullopt;
}

api::OutboxLetter shown(const delivery::KeptLetter& kept) {
    const std::uint64_t first_ms = kept.letter.first_failure_ms;
    return {
        .sequence = kept.sequence,
        .receiver = kept.letter.receiver,
        .reason = kept.letter.reason,
        .first_failure_ms = first_ms == 0 ? std::nullopt : std::optional(first_ms),
        .given_up_ms = kept.letter.given_up_ms,
        .what = what(kept.transition)
    };
}

api::OutboxRow shown(const delivery::WaitingRow& row) {
    api::OutboxRow out{.sequence = row.sequence, .receivers = {}, .what = what(row.transition)};
    for (const delivery::Awaited& one : row.receivers) {
        out.receivers.push_back(
            {.receiver = one.receiver,
             .first_failure_ms = millis(one.first_failure),
             .held = one.held}
        );
    }
    return out;
}

api::OutboxTrail shown(const delivery::TrailEntry& entry) {
    const auto transition = alerts::decode_transition(entry.letter.transition);
    return {
        .at_ms = entry.at_ms,
        .action = entry.action,
        .reason = entry.reason,
        .sequence = entry.sequence,
        .receiver = entry.letter.receiver,
        .key = transition ? transition->key() : std::string()
    };
}

}  // namespace

Result<api::OutboxPage> outbox_page(
    const store::Store& store,
    const std::string& chain,
    const std::vector<std::string>& receivers,
    const api::OutboxQuery& query
) {
    const delivery::LetterQuery asked{
        .receiver = query.receiver,
        .after = query.after,
        .exactly = query.sequence,
        .limit = query.limit
    };
    FAULTLINE_TRY(const auto letters, delivery::dead_letters(store, asked));
    FAULTLINE_TRY(const auto rows, delivery::waiting_rows(store, receivers, asked));
    FAULTLINE_TRY(const auto entries, delivery::trail(store, query.sequence, kTrail));
    api::OutboxPage page;
    page.chain = chain;
    FAULTLINE_TRY(page.dead_letters, delivery::count_dead_letters(store));
    for (const delivery::KeptLetter& kept : letters) {
        page.dead.push_back(shown(kept));
    }
    for (const delivery::WaitingRow& row : rows) {
        page.waiting.push_back(shown(row));
    }
    for (const delivery::TrailEntry& entry : entries) {
        page.trail.push_back(shown(entry));
    }
    return page;
}

delivery::LetterChoice choice_of(const api::OutboxChange& change) {
    return {
        .receiver = change.receiver, .sequences = change.sequences, .overtaken = change.overtaken
    };
}

api::OutboxChanged shown(const delivery::LetterChange& change, bool dropped) {
    api::OutboxChanged out{
        .dropped = dropped, .done = change.done, .refused = {}, .more = change.more
    };
    for (const auto& refusal : change.refused) {
        out.refused.push_back({.sequence = refusal.sequence, .why = refusal.why});
    }
    return out;
}

}  // namespace faultline::app
