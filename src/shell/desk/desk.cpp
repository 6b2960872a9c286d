// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/desk/desk.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/time_text.hpp>
#include <faultline/shell/runtime/turn.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::desk {
namespace {

using alerts::Acknowledgement;
using alerts::Silence;
using alerts::SilenceState;
using store::Family;

obs::Gauge& silences_gauge(obs::Metrics& metrics, SilenceState state) {
    return metrics.gauge(
        "faultline_silences",
        "Silences, by state; of those that are over the newest are kept.",
        {{"state", std::string(alerts::state_name(state))}}
    );
}

std::string text_of(const Silence& silence) {
    std::string out = "silence " + std::to_string(silence.id) + ":";
    for (const alerts::Matcher& matcher : silence.matchers) {
        out += " " + matcher.text();
    }
    return out + " until " + runtime::iso_time(silence.ends);
}

bool begins_with(BytesView key, std::string_view prefix) {
    return key.size() >= prefix.size() &&
           std::ranges::equal(key.first(prefix.size()), prefix, {}, {}, [](char byte) {
               return static_cast<std::uint8_t>(byte);
           });
}

Result<void> load_acknowledged(BytesView value, std::vector<Acknowledgement>& out) {
    FAULTLINE_TRY(out.emplace_back(), rows::decode_acknowledged(value));
    return {};
}

}  // namespace

Desk::Desk(DeskParts parts)
    : parts_(parts),
      pending_(silences_gauge(parts.metrics, SilenceState::kPending)),
      active_count_(silences_gauge(parts.metrics, SilenceState::kActive)),
      expired_(silences_gauge(parts.metrics, SilenceState::kExpired)) {}

Result<std::unique_ptr<Desk>> Desk::open(DeskParts parts) {
    std::unique_ptr<Desk> out(new Desk(parts));
    FAULTLINE_TRY_VOID(out->load());
    out->show();
    return out;
}

Result<void> Desk::load() {
    Result<void> readable;
    std::vector<Acknowledgement> acknowledged;
    FAULTLINE_TRY_VOID(parts_.store.scan(Family::kMeta, {}, [&](BytesView key, BytesView value) {
        readable = begins_with(key, rows::kAcknowledged) ? load_acknowledged(value, acknowledged)
                                                         : load_entry(key, value);
        return readable.has_value();
    }));
    // The store has them by name; those that were given first are the first to go.
    std::ranges::sort(acknowledged, {}, [](const Acknowledgement& one) { return one.at.value; });
    for (Acknowledgement& one : acknowledged) {
        decisions_.put(std::move(one));
    }
    return readable;
}

Result<void> Desk::load_entry(BytesView key, BytesView value) {
    if (begins_with(key, rows::kSilence)) {
        FAULTLINE_TRY(Silence silence, rows::decode_silence(value));
        next_silence_ = std::max(next_silence_, silence.id + 1);
        decisions_.put(std::move(silence));
    } else if (begins_with(key, rows::kOperation)) {
        FAULTLINE_TRY(Operation operation, rows::decode_operation(value));
        next_operation_ = std::max(next_operation_, operation.sequence + 1);
        operations_.emplace(operation.sequence, std::move(operation));
    }
    return {};
}

/// With the operation that says who did it, and without what there is no room for any more. Nothing
/// is forgotten that the disk still has.
runtime::Task<Result<void>> Desk::commit(Bytes key, Bytes value, Operation operation) {
    operation.sequence = next_operation_++;
    operation.at = parts_.clock.wall_now();
    const std::size_t surplus =
        operations_.size() + 1 - std::min(operations_.size() + 1, kMostOperations);
    std::vector<std::uint64_t> gone;
    std::ranges::copy(
        operations_ | std::views::keys | std::views::take(surplus), std::back_inserter(gone)
    );
    const auto expired = decisions_.surplus_expired(operation.at);
    const auto acknowledged = decisions_.surplus_acknowledged();
    store::Batch batch;
    for (const std::uint64_t sequence : gone) {
        batch.erase(Family::kMeta, rows::numbered(rows::kOperation, sequence));
    }
    for (const std::uint64_t id : expired) {
        batch.erase(Family::kMeta, rows::numbered(rows::kSilence, id));
    }
    for (const Acknowledgement& one : acknowledged) {
        batch.erase(Family::kMeta, rows::acknowledged(one));
    }
    // Behind what goes: it may be the same, given anew.
    batch.put(Family::kMeta, key, value);
    batch.put(
        Family::kMeta, rows::numbered(rows::kOperation, operation.sequence), rows::encode(operation)
    );
    auto committed = co_await parts_.committer.commit(batch, store::Durability::kSynced);
    if (!committed) {
        co_return std::move(committed).error().context("keep what an operator decided");
    }
    for (const std::uint64_t sequence : gone) {
        operations_.erase(sequence);
    }
    for (const std::uint64_t id : expired) {
        decisions_.forget(id);
    }
    for (const Acknowledgement& one : acknowledged) {
        decisions_.forget(one);
    }
    parts_.log.info(
        operation.what, operation.about, {{"by", operation.who}, {"reason", operation.why}}
    );
    operations_.emplace(operation.sequence, std::move(operation));
    co_return Result<void>();
}

runtime::Task<Result<Silence>> Desk::add(Silence silence) {
    runtime::Turn turn(deciding_);
    co_await turn.come();
    const UnixMillis now = parts_.clock.wall_now();
    FAULTLINE_CO_TRY_VOID(alerts::check(silence));
    const auto in_force = std::ranges::count_if(decisions_.silences(), [&](const auto& one) {
        return alerts::state_of(one.second, now) != SilenceState::kExpired;
    });
    if (static_cast<std::size_t>(in_force) >= kMostSilences) {
        co_return Error(
            Code::kInvalid, "there are " + std::to_string(kMostSilences) + " silences already"
        )
            .advise("Expire some, or silence more with one matcher");
    }
    silence.id = next_silence_++;
    silence.created = now;
    Operation operation{
        .sequence = 0,
        .at = {},
        .what = "silence_added",
        .who = silence.author,
        .about = text_of(silence),
        .why = silence.reason
    };
    FAULTLINE_CO_TRY_VOID(co_await commit(
        rows::numbered(rows::kSilence, silence.id), rows::encode(silence), std::move(operation)
    ));
    decisions_.put(silence);
    show();
    if (on_decision_) {
        on_decision_();
    }
    co_return silence;
}

runtime::Task<Result<Silence>> Desk::expire(
    std::uint64_t id, std::string author, std::string reason
) {
    runtime::Turn turn(deciding_);
    co_await turn.come();
    const UnixMillis now = parts_.clock.wall_now();
    const auto found = decisions_.silences().find(id);
    if (found == decisions_.silences().end()) {
        co_return Error(Code::kMissing, "there is no silence " + std::to_string(id));
    }
    if (alerts::blank(author) || alerts::blank(reason)) {
        co_return Error(Code::kInvalid, "ending a silence needs an author and a reason");
    }
    Silence silence = found->second;
    if (alerts::state_of(silence, now) == SilenceState::kExpired) {
        co_return Error(
            Code::kInvalid,
            "silence " + std::to_string(id) + " is over since " + runtime::iso_time(silence.ends)
        );
    }
    silence.starts = std::min(silence.starts, now);
    silence.ends = now;
    Operation operation{
        .sequence = 0,
        .at = {},
        .what = "silence_expired",
        .who = std::move(author),
        .about = text_of(silence),
        .why = std::move(reason)
    };
    FAULTLINE_CO_TRY_VOID(co_await commit(
        rows::numbered(rows::kSilence, id), rows::encode(silence), std::move(operation)
    ));
    decisions_.put(silence);
    active_.erase(id);
    show();
    if (on_decision_) {
        on_decision_();
    }
    co_return silence;
}

runtime::Task<Result<void>> Desk::acknowledge(Acknowledgement acknowledged, std::string rule) {
    runtime::Turn turn(deciding_);
    co_await turn.come();
    if (alerts::blank(acknowledged.author)) {
        co_return Error(Code::kInvalid, "an acknowledgement needs an author");
    }
    acknowledged.at = parts_.clock.wall_now();
    const Acknowledgement* before =
        decisions_.acknowledged(acknowledged.chain, acknowledged.fingerprint, acknowledged.episode);
    if (before != nullptr && before->author == acknowledged.author &&
        before->comment == acknowledged.comment) {
        co_return Result<void>();
    }
    Operation operation{
        .sequence = 0,
        .at = {},
        .what = "alert_acknowledged",
        .who = acknowledged.author,
        .about = "alert " + acknowledged.fingerprint + " of " + rule + " on " + acknowledged.chain,
        .why = acknowledged.comment
    };
    FAULTLINE_CO_TRY_VOID(co_await commit(
        rows::acknowledged(acknowledged), rows::encode(acknowledged), std::move(operation)
    ));
    decisions_.put(std::move(acknowledged));
    if (on_decision_) {
        on_decision_();
    }
    co_return Result<void>();
}

std::vector<Operation> Desk::operations(std::size_t most) const {
    std::vector<Operation> out;
    for (const auto& [sequence, operation] : std::views::reverse(operations_)) {
        if (out.size() == most) {
            break;
        }
        out.push_back(operation);
    }
    return out;
}

void Desk::show() {
    const UnixMillis now = parts_.clock.wall_now();
    std::size_t pending = 0;
    std::size_t active = 0;
    for (const auto& [id, silence] : decisions_.silences()) {
        const SilenceState state = alerts::state_of(silence, now);
        pending += state == SilenceState::kPending ? 1 : 0;
        active += state == SilenceState::kActive ? 1 : 0;
        if (state == SilenceState::kActive) {
            active_.insert(id);
        } else if (active_.erase(id) > 0) {
            parts_.log.info(
                "silence_ended", text_of(silence), {{"by", "its end"}, {"author", silence.author}}
            );
        }
    }
    pending_.set(static_cast<double>(pending));
    active_count_.set(static_cast<double>(active));
    expired_.set(static_cast<double>(decisions_.silences().size() - pending - active));
}

runtime::Task<> Desk::run() {
    constexpr Duration kEvery = std::chrono::seconds(5);
    for (;;) {
        show();
        co_await parts_.clock.sleep(kEvery);
    }
}

}  // namespace faultline::desk
