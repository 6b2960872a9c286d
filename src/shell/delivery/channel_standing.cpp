// SPDX-License-Identifier: Apache-2.0
// The part of a channel for receivers that forget: what stands is told again.
#include "channel.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "verdict.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

/// In one request.
constexpr std::size_t kMostAtOnce = 200;

}  // namespace

runtime::Task<> Channel::keep_standing(Outbox::Finished& row) {
    if (courier_.standing_interval() == Duration::zero()) {
        co_return;
    }
    Bytes stored = co_await stored_row(row.sequence, row.kept);
    const auto transition = alerts::decode_transition(stored);
    if (!transition) {
        co_return;
    }
    const auto before = standing_.find(transition->fingerprint);
    if (before != standing_.end()) {
        row.ended = before->second.sequence;
    }
    if (stands_after(*transition)) {
        row.stands = std::move(stored);
    }
}

/// It is committed.
void Channel::stood(const Outbox::Finished& row) {
    if (row.ended) {
        std::erase_if(standing_, [&row](const auto& one) {
            return one.second.sequence == *row.ended;
        });
    }
    if (row.stands) {
        const auto transition = alerts::decode_transition(*row.stands);
        standing_[transition->fingerprint] = {.sequence = row.sequence, .value = *row.stands};
    }
}

runtime::Task<> Channel::load_standing() {
    runtime::Backoff backoff({});
    // Waits for the store: what is not told again would be taken to be resolved.
    for (;;) {
        auto rows = outbox_.standing(id_);
        if (rows) {
            for (Outbox::Row& row : *rows) {
                if (const auto transition = alerts::decode_transition(row.value)) {
                    standing_.try_emplace(transition->fingerprint, std::move(row));
                }
            }
            co_return;
        }
        parts_.log.error(
            "outbox_unreadable", rows.error().message(), {{"receiver", receiver_.name}}
        );
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
}

/// What is on its way, or may be there already with its answer lost, is newer than what stands.
std::vector<alerts::Transition> Channel::repeatable() const {
    std::vector<alerts::Transition> out;
    for (const auto& [fingerprint, row] : standing_) {
        auto transition = alerts::decode_transition(row.value);
        if (transition && !lanes_.busy(fingerprint)) {
            out.push_back(*std::move(transition));
        }
    }
    return out;
}

runtime::Task<> Channel::rest() {
    ++resting_;
    // Each attempt has its own deadline; what it acknowledged is committed with it.
    while (lanes_.in_flight() > 0) {
        co_await at_rest_.wait();
    }
}

runtime::Task<> Channel::repeat_standing() {
    // Endless: ends by cancellation.
    for (;;) {
        ++resting_;
        // Each attempt has its own deadline.
        while (lanes_.in_flight() > 0) {
            co_await nothing_in_flight_.wait();
        }
        const std::vector<alerts::Transition> firing = repeatable();
        for (std::size_t at = 0; at < firing.size(); at += kMostAtOnce) {
            const auto some = std::span(firing).subspan(at);
            const Verdict verdict =
                co_await courier_.send_standing(some.first(std::min(some.size(), kMostAtOnce)));
            if (verdict.outcome != Outcome::kAcknowledged) {
                say_not_repeated(verdict);
                break;
            }
        }
        --resting_;
        wake_senders();
        co_await parts_.clock.sleep(courier_.standing_interval());
    }
}

}  // namespace faultline::delivery
