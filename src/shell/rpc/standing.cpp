// SPDX-License-Identifier: Apache-2.0
// What the endpoints of a pool show of the chain, and which of them to leave out for it.
#include "members.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::rpc {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A head shown longer ago than this says nothing about others.
constexpr Duration kHeadForgotten = seconds(60);
/// A head that nobody else reaches for so long may have been one endpoint's only.
constexpr Duration kToldKept = minutes(10);
/// Behind by this much is worth a line; it is "with the others" again below two blocks.
constexpr std::uint64_t kLaggingBlocks = 8;
constexpr Duration kQuarantine = minutes(10);
constexpr Duration kRecent = seconds(30);
/// What a chain is taken to make at most, and how far endpoints may be apart without a word.
constexpr std::uint64_t kBlocksPerSecond = 8;
constexpr eth::BlockNum kUsualLead = 32;

}  // namespace

Result<void> Members::identified(Member& member, eth::ChainId serves) {
    const bool right = serves == options_.chain_id;
    const bool news = right ? member.identity == Member::Identity::kWrong || member.serves != 0
                            : member.serves != serves;
    member.identity = right ? Member::Identity::kRight : Member::Identity::kWrong;
    member.serves = right ? 0 : serves;
    member.identified_at = parts_.clock.now();
    show(member);
    if (right) {
        if (news) {
            parts_.log.info(
                "endpoint_right_chain",
                "the endpoint serves the configured chain now and is used again",
                {{"chain", options_.chain_name}, {"endpoint", member.node->name()}}
            );
        }
        return {};
    }
    Error error = Error(
                      Code::kRejected,
                      "endpoint " + member.node->name() + " serves chain " +
                          std::to_string(serves) + ", but " + options_.chain_name +
                          " is configured as chain " + std::to_string(options_.chain_id)
    )
                      .advise("correct the endpoint's URL or the chain id in the configuration");
    if (told_ && told_->member == member.index) {
        told_.reset();
    }
    if (news && members_.size() > 1) {
        parts_.log.error(
            "endpoint_wrong_chain",
            error.message() + "; it is not used",
            {{"chain", options_.chain_name}, {"endpoint", member.node->name()}}
        );
    }
    return error;
}

void Members::doubt_identities() {
    for (const auto& member : members_) {
        member->identity = Member::Identity::kUnknown;
    }
}

std::optional<eth::ChainId> Members::wrong_everywhere() const {
    std::optional<eth::ChainId> first;
    for (const auto& member : members_) {
        if (member->role == Role::kVerifyOnly) {
            continue;
        }
        if (member->identity != Member::Identity::kWrong) {
            return std::nullopt;
        }
        first = first.value_or(member->serves);
    }
    return first;
}

bool Members::stands(const Member& member) const {
    const Instant now = parts_.clock.now();
    return member.head && now - member.head_at < kHeadForgotten && !wrong(member) &&
           member.breaker.state(now) == Breaker::State::kClosed;
}

std::optional<eth::BlockNum> Members::best_head() const {
    std::optional<eth::BlockNum> best;
    for (const auto& member : members_) {
        if (member->role != Role::kVerifyOnly && stands(*member)) {
            best = std::max(best.value_or(0), *member->head);
        }
    }
    return best;
}

/// One endpoint could otherwise declare the present history, of which nobody is told, by a head
/// farther beyond that of another, which is itself at the present, than the chain can have moved
/// since.
bool Members::implausible(const Member& member, const eth::Header& header) const {
    const Instant now = parts_.clock.now();
    return std::ranges::any_of(members_, [&](const auto& other) {
        const Duration age = age_of(other->head_time, parts_.clock.wall_now());
        const bool vouches = other->index != member.index && other->head &&
                             now - other->head_at < kRecent && age < kRecent &&
                             other->breaker.state(now) == Breaker::State::kClosed &&
                             other->head_time.value > 0;
        const auto seconds_since =
            static_cast<std::uint64_t>(std::chrono::ceil<seconds>(age).count());
        return vouches && header.ref.number > *other->head &&
               header.ref.number - *other->head > kUsualLead + (seconds_since * kBlocksPerSecond);
    });
}

void Members::saw_head(Member& member, const eth::Header& header) {
    if (implausible(member, header)) {
        quarantine(
            member,
            "its head " + std::to_string(header.ref.number) +
                " is far beyond what an endpoint shows that is at the present"
        );
        return;
    }
    const bool takes_back = told_ && told_->member == member.index &&
                            told_->header.ref != header.ref &&
                            header.ref.number <= told_->header.ref.number;
    if (takes_back) {
        told_.reset();
    }
    member.head = header.ref.number;
    member.head_time = header.timestamp;
    member.head_at = parts_.clock.now();
    saw_block(member, header.ref);
    judge_lag(member);
}

void Members::judge_lag(Member& member) {
    const eth::BlockNum best = std::max(best_head().value_or(0), *member.head);
    member.lag = best - *member.head;
    member.metrics.lag_blocks.set(static_cast<double>(member.lag));
    if (member.lag >= kLaggingBlocks && !member.said_lagging) {
        member.said_lagging = true;
        parts_.log.warn(
            "endpoint_lags",
            "the endpoint's head is behind the best known one; it is not used for new blocks until "
            "it has caught up",
            {{"chain", options_.chain_name},
             {"endpoint", member.node->name()},
             {"head", *member.head},
             {"best", best}}
        );
    } else if (member.lag < 2 && member.said_lagging) {
        member.said_lagging = false;
        parts_.log.info(
            "endpoint_caught_up",
            "the endpoint's head is with the others again",
            {{"chain", options_.chain_name}, {"endpoint", member.node->name()}}
        );
    }
}

eth::Header Members::tell(std::size_t member, const eth::Header& header) {
    const Instant now = parts_.clock.now();
    const bool holds = told_ && told_->member != member && told_->header.ref != header.ref &&
                       header.ref.number <= told_->header.ref.number && now - told_->at < kToldKept;
    if (holds) {
        return told_->header;
    }
    told_ = Told{.header = header, .member = member, .at = now};
    return header;
}

bool Members::may_be_outdated(const Member& member) const {
    return told_ && told_->member != member.index &&
           !known_.holds(told_->header.ref.hash, member.index) &&
           (!member.head || *member.head < told_->header.ref.number);
}

void Members::saw_block(const Member& member, const eth::BlockRef& block) {
    known_.shown(block, member.index);
}

std::optional<eth::BlockNum> Members::number_of(const Hash32& hash) const {
    return known_.number(hash);
}

std::set<std::size_t> Members::behind(const Question& question, std::set<std::size_t> lacking)
    const {
    for (const auto& member : members_) {
        if (stands(*member) && question.needs && *member->head < *question.needs) {
            lacking.insert(member->index);
        }
    }
    return lacking;
}

void Members::quarantine(Member& member, const std::string& why) {
    member.breaker.quarantine(parts_.clock.now(), kQuarantine);
    member.head.reset();
    if (told_ && told_->member == member.index) {
        told_.reset();
    }
    member.contradicted_others = true;
    member.lag = 0;
    member.metrics.quarantines.add();
    parts_.log.error(
        "endpoint_quarantined",
        "the endpoint contradicts the others and is not used for ten minutes; find out whether it "
        "is broken or hostile, and remove it from the configuration if it is",
        {{"chain", options_.chain_name}, {"endpoint", member.node->name()}, {"reason", why}}
    );
    show(member);
}

void Members::show(Member& member) const {
    constexpr double kWrongChain = 4;
    const auto state = static_cast<double>(member.breaker.state(parts_.clock.now()));
    member.metrics.breaker_state.set(wrong(member) ? kWrongChain : state);
    member.metrics.budget.set(member.budget.rate());
}

std::vector<EndpointStatus> Members::status() const {
    const Instant now = parts_.clock.now();
    std::vector<EndpointStatus> out;
    for (const auto& member : members_) {
        EndpointStatus one;
        one.name = member->node->name();
        one.role = member->role;
        one.head = member->head;
        one.lag_blocks = member->lag;
        const Breaker::State state = member->breaker.state(now);
        one.state = "ok";
        if (wrong(*member)) {
            one.state = "wrong_chain";
        } else if (state == Breaker::State::kQuarantined) {
            one.state = "quarantined";
        } else if (state != Breaker::State::kClosed) {
            one.state = "shut_out";
        } else if (member->budget.wait(now) > kLongestBudgetWait) {
            one.state = "paused";
        }
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace faultline::rpc
