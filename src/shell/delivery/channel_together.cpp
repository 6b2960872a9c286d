// SPDX-License-Identifier: Apache-2.0
// Several alerts in one message.
#include "channel.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "verdict.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

using alerts::Transition;

std::string Channel::group_of(
    const Transition& transition,
    const alerts::Labels& labels,
    const std::vector<std::string>& group_by
) const {
    if (courier_.most_together() == 1) {
        return {};
    }
    if (group_by.empty()) {
        return transition.group.empty() ? "rule " + transition.rule : "group " + transition.group;
    }
    std::string out = "labels";
    for (const std::string& name : group_by) {
        const auto found = labels.find(name);
        // No label holds such a byte.
        out += '\0' + (found == labels.end() ? std::string() : found->second);
    }
    return out;
}

runtime::Task<> Channel::attempt_together(std::vector<Lanes::Job> jobs) {
    std::vector<Lanes::Job> sent;
    std::vector<Transition> together;
    for (Lanes::Job& job : jobs) {
        auto transition = co_await ready(job);
        if (transition) {
            together.push_back(*std::move(transition));
            sent.push_back(std::move(job));
        }
    }
    if (sent.empty()) {
        courier_.give_back();
    } else if (sent.size() == 1) {
        Verdict verdict = co_await courier_.send(together.front());
        co_await conclude(sent.front(), together.front().key(), std::move(verdict));
    } else {
        const Verdict verdict = co_await courier_.send_together(together);
        note(verdict);
        co_await conclude_together(sent, together, verdict);
    }
}

/// One of them may be at fault: each is tried by itself.
void Channel::part(const std::vector<Lanes::Job>& jobs, const Verdict& verdict) {
    parts_.log.warn(
        "digest_refused",
        "Alerts are told one by one: " + verdict.text,
        {{"receiver", receiver_.name}, {"alerts", jobs.size()}}
    );
    for (const Lanes::Job& job : jobs) {
        lanes_.leave_group(job, parts_.clock.now());
    }
}

runtime::Task<> Channel::conclude_together(
    const std::vector<Lanes::Job>& jobs,
    const std::vector<Transition>& together,
    const Verdict& verdict
) {
    const bool refused =
        verdict.outcome == Outcome::kTooRich || verdict.outcome == Outcome::kRefused;
    if (refused) {
        part(jobs, verdict);
        co_return;
    }
    if (verdict.outcome != Outcome::kAcknowledged) {
        count_failure(verdict);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            // One request failed, not so many.
            co_await retry(jobs[i], together[i].key(), verdict, i == 0);
        }
        co_return;
    }
    std::vector<Outbox::Finished> rows;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        say_delivered(jobs[i], together[i].key());
        rows.push_back(finished_row(jobs[i].row));
    }
    co_await outbox_.finish(id_, std::move(rows));
    for (const Lanes::Job& job : jobs) {
        left(job, true);
    }
}

}  // namespace faultline::delivery
