// SPDX-License-Identifier: Apache-2.0
#include "rotation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

/// One of twenty requests may be asked twice, and a few at once when an endpoint falls silent.
constexpr double kHedgeShare = 0.05;
constexpr double kMostHedges = 8;
constexpr Duration kLookInterval = std::chrono::seconds(5);
/// After this, too few answers are better than none: following must not end for want of a vote.
/// Endpoints lag for half a minute now and then, and the one that does not may be the one that
/// lies.
constexpr Duration kQuorumPatience = std::chrono::minutes(2);

Question about_identity() {
    Question question;
    question.kind = Kind::kIdentity;
    return question;
}

QuorumResult result_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::kAgreed:
            return QuorumResult::kAgreed;
        case Verdict::Kind::kMajority:
            return QuorumResult::kMajority;
        case Verdict::Kind::kDisputed:
            return QuorumResult::kDisputed;
        case Verdict::Kind::kShort:
            return QuorumResult::kShort;
    }
    return QuorumResult::kAgreed;
}

}  // namespace

Rotation::Rotation(PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts)
    : options_(options),
      parts_(parts),
      members_(std::move(options), std::move(endpoints), parts),
      hedges_left_(kMostHedges) {
    for (const QuorumResult result :
         {QuorumResult::kAgreed,
          QuorumResult::kMajority,
          QuorumResult::kDisputed,
          QuorumResult::kShort}) {
        static_cast<void>(quorum_counter(parts_.metrics, options_.chain_name, result));
    }
}

runtime::Task<Result<void>> Rotation::ready(Member& member, const Question& question) {
    const Instant now = parts_.clock.now();
    const Duration wait =
        question.leisurely() ? member.budget.wait_for_leisure(now) : member.budget.wait(now);
    if (wait > Duration::zero()) {
        co_await parts_.clock.sleep(std::min(wait, kLongestBudgetWait));
    }
    co_return co_await identify(member);
}

runtime::Task<Result<void>> Rotation::identify(Member& member) {
    if (member.identity == Member::Identity::kRight) {
        co_return Result<void>();
    }
    const Question question = about_identity();
    const Asking<eth::ChainId> asking = [](Node& node) {
        return node.chain_id();
    };
    auto serves = co_await attempt(member, question, asking);
    if (!serves) {
        co_return std::move(serves).error();
    }
    co_return members_.identified(member, *serves);
}

runtime::Task<Result<eth::ChainId>> Rotation::chain_id() {
    members_.doubt_identities();
    const Question question = about_identity();
    const Session session;
    Attempts attempts;
    const Fitness worst = members_.worst_to_ask(question, attempts, session);
    const Demand demand{.worst = worst};
    // Ends when all were asked.
    for (;;) {
        const auto chosen = members_.choose(question, attempts, session, demand);
        if (!chosen) {
            break;
        }
        attempts.add(*chosen);
        auto known = co_await ready(members_[*chosen], question);
        if (known) {
            co_return options_.chain_id;
        }
        attempts.failed(std::move(known).error());
    }
    if (const auto wrong = members_.wrong_everywhere()) {
        co_return *wrong;
    }
    co_return attempts.error() ? *attempts.error() : members_.nobody();
}

runtime::Task<> Rotation::look_after() {
    if (members_.size() == 1) {
        co_return;
    }
    // Endless by design; ends by cancellation.
    for (;;) {
        runtime::TaskGroup group;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (members_.due_for_a_look(members_[i])) {
                group.spawn("look at " + members_[i].node->name(), look_at(members_[i]));
            }
        }
        co_await group.wait();
        co_await parts_.clock.sleep(kLookInterval);
    }
}

runtime::Task<> Rotation::look_at(Member& member) {
    const auto known = co_await identify(member);
    if (!known) {
        co_return;
    }
    const Question question;  // Its head.
    const Asking<eth::Header> asking = [](Node& node) {
        return node.head(HeadTag::kLatest);
    };
    // What it says is noted on the way; a failure is, too.
    static_cast<void>(co_await attempt(member, question, asking));
}

void Rotation::earn_hedge() {
    hedges_left_ = std::min(hedges_left_ + kHedgeShare, kMostHedges);
}

bool Rotation::may_hedge() {
    if (hedges_left_ < 1) {
        return false;
    }
    hedges_left_ -= 1;
    return true;
}

void Rotation::served(const Member& member, Session& session) const {
    if (session.witnesses != nullptr) {
        session.witnesses->add(member.node->name());
        session.favoured = member.index;
    }
}

void Rotation::remember(const Question& question, Verdict::Kind kind) {
    constexpr std::size_t kMostDisputed = 256;
    if (!question.hash || kind == Verdict::Kind::kShort) {
        return;
    }
    const std::pair key(question.kind, *question.hash);
    if (kind != Verdict::Kind::kDisputed) {
        disputed_.erase(key);
        return;
    }
    if (disputed_.size() >= kMostDisputed) {
        disputed_.clear();
    }
    disputed_.insert(key);
}

bool Rotation::settle_for_fewer(const Question& question, const Verdict& verdict) {
    const bool disputed = question.hash && disputed_.contains({question.kind, *question.hash});
    if (disputed || question.abstained) {
        return false;
    }
    const bool sound = std::ranges::any_of(verdict.agreed, [this](std::size_t member) {
        return !members_[member].contradicted_others;
    });
    if (!sound) {
        return false;
    }
    if (!question.hash) {
        return said_short_;
    }
    const Instant now = parts_.clock.now();
    short_since_ = short_since_.value_or(now);
    return now - *short_since_ >= kQuorumPatience;
}

bool Rotation::goes_without(const Question& question, std::size_t abstained) {
    /// A moment's failure costs no figure, and an endpoint that stays away holds up no block.
    constexpr Duration kPatience = std::chrono::seconds(15);
    if (abstained == 0 || disputed_.contains({question.kind, question.hash.value_or(Hash32())})) {
        return false;
    }
    if (members_.size() < options_.quorum + abstained) {
        return true;
    }
    const Instant now = parts_.clock.now();
    few_since_ = few_since_.value_or(now);
    return now - *few_since_ >= kPatience;
}

void Rotation::say_carried_by_few(const eth::Read& read, std::size_t carried) {
    if (std::exchange(said_few_, true)) {
        return;
    }
    parts_.log.warn(
        "read_carried_by_few",
        "fewer endpoints carry a view call through (its gas, its time, or the size of its answer) "
        "than have to agree on it; configure endpoints that allow more",
        {{"chain", options_.chain_name},
         {"wanted", options_.quorum},
         {"carried", carried},
         {"to", read.to.hex()},
         {"data", to_hex(read.data)}}
    );
}

bool Rotation::denied(
    const Question& question, Verdict& verdict, const std::set<std::size_t>& without
) {
    /// Branches that compete for the head are the others' as well after this.
    constexpr Duration kLasting = std::chrono::seconds(15);
    /// Longer than any wait between two tries: what comes later is another matter.
    constexpr Duration kForgotten = std::chrono::minutes(1);
    std::vector<std::size_t> deniers;
    std::ranges::copy_if(without, std::back_inserter(deniers), [&](std::size_t one) {
        const Member& member = members_[one];
        return question.needs && member.head && *member.head >= *question.needs;
    });
    // Who answers that it has no such block, even for being behind, is no endpoint that is down.
    std::set<std::size_t> lacking = members_.behind(question, without);
    for (const std::size_t member : verdict.agreed) {
        lacking.erase(member);
    }
    const bool enough_answer = verdict.agreed.size() + lacking.size() >= options_.quorum;
    if (verdict.agreed.empty() || (deniers.empty() && !enough_answer)) {
        return false;
    }
    const Instant now = parts_.clock.now();
    if (!alone_ || alone_->members != verdict.agreed || now - alone_->last > kForgotten) {
        alone_ = Alone{.members = verdict.agreed, .since = now, .last = now, .block = 0};
    }
    alone_->last = now;
    alone_->block = question.needs.value_or(0);
    if (now - alone_->since < kLasting) {
        return true;
    }
    verdict.kind = Verdict::Kind::kDisputed;
    verdict.against.assign(lacking.begin(), lacking.end());
    if (!deniers.empty()) {
        remember(question, verdict.kind);
    }
    count(verdict);
    if (deniers.size() >= 2 && deniers.size() > verdict.agreed.size()) {
        for (const std::size_t member : verdict.agreed) {
            members_.quarantine(
                members_[member], "it has blocks that most others at their height do not have"
            );
        }
        alone_.reset();
    }
    return true;
}

void Rotation::count(const Verdict& verdict) {
    quorum_counter(parts_.metrics, options_.chain_name, result_of(verdict.kind)).add();
    if (verdict.kind == Verdict::Kind::kShort) {
        if (!said_short_) {
            said_short_ = true;
            parts_.log.error(
                "quorum_short",
                "too few endpoints answer to agree; blocks are taken from fewer, and their alerts "
                "say from whom, until enough of them are back",
                {{"chain", options_.chain_name},
                 {"wanted", options_.quorum},
                 {"endpoints", members_.names()}}
            );
        }
        return;
    }
    if (verdict.kind == Verdict::Kind::kDisputed) {
        if (!said_disputed_) {
            said_disputed_ = true;
            std::string names;
            for (const auto* side : {&verdict.agreed, &verdict.against}) {
                for (const std::size_t member : *side) {
                    names += (names.empty() ? "" : ", ") + members_[member].node->name();
                }
            }
            parts_.log.error(
                "quorum_disputed",
                "endpoints contradict each other and there is no majority; asking again until "
                "there "
                "is. Add a further endpoint, or remove the one that is wrong",
                {{"chain", options_.chain_name}, {"endpoints", names}}
            );
        }
        return;
    }
    if (said_short_) {
        parts_.log.info(
            "quorum_restored",
            "enough endpoints agree again",
            {{"chain", options_.chain_name}, {"wanted", options_.quorum}}
        );
    }
    short_since_.reset();
    said_short_ = false;
    said_disputed_ = false;
    for (const std::size_t member : verdict.against) {
        members_.quarantine(
            members_[member], "its answer about a block is not that of the majority"
        );
    }
}

Error Rotation::undecided(const Verdict& verdict, const Attempts& tried) const {
    const std::string what = options_.chain_name + ": " + std::to_string(options_.quorum) +
                             " endpoints have to agree, but ";
    if (verdict.kind == Verdict::Kind::kDisputed) {
        return Error(
                   Code::kTransient, what + "those asked contradict each other without a majority"
        )
            .advise("if this lasts, add an endpoint that decides, or remove the one that is wrong");
    }
    if (tried.error()) {
        Error error = *tried.error();
        // One lacks it, so perhaps nobody ought to have it.
        return std::move(error).context(
            what + "only " + std::to_string(verdict.agreed.size()) + " answered"
        );
    }
    return {
        Code::kTransient,
        what + "only " + std::to_string(verdict.agreed.size()) +
            " may be asked now: " + members_.nobody().message()
    };
}

void Rotation::note(Member& member, const Question& question, const eth::Header& header) {
    if (question.kind == Kind::kHead) {
        members_.saw_head(member, header);
    } else {
        members_.saw_block(member, header.ref);
    }
}

void Rotation::note(Member& member, const Question& question, const PinnedBlock& block) {
    static_cast<void>(question);
    members_.saw_block(member, block.header.ref);
}

void Rotation::note(
    Member& member, const Question& question, const std::vector<eth::Header>& headers
) {
    static_cast<void>(question);
    if (!headers.empty()) {
        members_.saw_block(member, headers.back().ref);
    }
}

}  // namespace faultline::rpc
