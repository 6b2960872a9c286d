// SPDX-License-Identifier: Apache-2.0
#include "members.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// What an idle endpoint's head is asked for.
constexpr Duration kLookInterval = seconds(10);
/// One block behind is everyday life between two blocks.
constexpr std::uint64_t kBehindBlocks = 2;
constexpr Duration kRefusalKept = minutes(10);
constexpr std::uint32_t kFailuresInARow = 3;
constexpr Duration kFailingKept = minutes(2);
/// An endpoint of a wrong chain may have been put right at its provider.
constexpr Duration kWrongChainKept = minutes(5);
constexpr Duration kLeastHedge = milliseconds(50);
constexpr Duration kMostHedge = seconds(5);
/// Where nothing is known of an endpoint yet.
constexpr Duration kFirstHedge = seconds(2);
/// A leader is left for one that is this many times faster, where that matters at all.
constexpr int kMuchFaster = 4;
constexpr Duration kSlow = milliseconds(300);

}  // namespace

Member::Member(
    PoolEndpoint endpoint, std::size_t place, const PoolOptions& options, PoolParts& parts
)
    : index(place),
      node(std::move(endpoint.node)),
      role(endpoint.role),
      budget(endpoint.max_requests_per_second, parts.clock.now()),
      metrics(parts.metrics, options.chain_name, node->name()) {
    metrics.budget.set(budget.rate());
}

Members::Members(PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts)
    : options_(std::move(options)), parts_(parts) {
    FAULTLINE_ASSERT(endpoints.size() <= kMostEndpoints);
    for (PoolEndpoint& endpoint : endpoints) {
        members_.push_back(
            std::make_unique<Member>(std::move(endpoint), members_.size(), options_, parts_)
        );
    }
    const auto serves = [](const auto& member) {
        return member->role != Role::kVerifyOnly;
    };
    FAULTLINE_ASSERT(std::ranges::any_of(members_, serves));
}

bool Members::wrong(const Member& member) const {
    return member.identity == Member::Identity::kWrong &&
           parts_.clock.now() - member.identified_at < kWrongChainKept;
}

Candidate Members::candidate(
    const Member& member, const Question& question, const Attempts& attempts, const Session& session
) const {
    const Instant now = parts_.clock.now();
    const Breaker::State state = member.breaker.state(now);
    const Member::Refusal& refusal = member.refusals.at(static_cast<std::size_t>(question.kind));
    Candidate out;
    out.role = member.role;
    const bool by_number = question.kind == Kind::kHeader && !question.hash;
    out.excluded = attempts.asked(member.index) || wrong(member) ||
                   state == Breaker::State::kQuarantined || (by_number && may_be_outdated(member));
    out.shut_out = state != Breaker::State::kClosed;
    const bool lags = member.lag >= kBehindBlocks;
    const bool lacks = question.needs && member.head && *member.head < *question.needs;
    out.unfit = (lags && (lacks || question.kind == Kind::kHead)) ||
                (refusal.until > now && question.width >= refusal.width);
    out.failing = member.failing.at(static_cast<std::size_t>(question.kind)).until > now;
    out.wait = question.leisurely() ? member.budget.wait_for_leisure(now) : member.budget.wait(now);
    out.holds = question.hash && known_.holds(*question.hash, member.index);
    out.favoured = session.favoured == member.index;
    out.leads = leader_ == member.index;
    out.in_flight = member.in_flight;
    out.typical = member.latency.at(static_cast<std::size_t>(question.kind)).typical();
    return out;
}

std::vector<Candidate> Members::candidates(
    const Question& question, const Attempts& attempts, const Session& session
) const {
    std::vector<Candidate> out;
    out.reserve(members_.size());
    for (const auto& member : members_) {
        out.push_back(candidate(*member, question, attempts, session));
    }
    return out;
}

/// One endpoint leads while nothing speaks against it, so that answers which belong together mostly
/// come from one view of the chain.
void Members::elect() {
    const Question head;
    const auto standing = candidates(head, Attempts(), Session());
    const Candidate& leader = standing[leader_];
    const auto better = [&](const Candidate& other) {
        if (other.role == Role::kVerifyOnly || fitness(other) > Fitness::kReady) {
            return false;
        }
        const bool faster = other.role == leader.role && other.typical > Duration::zero() &&
                            leader.typical > kSlow && leader.typical > other.typical * kMuchFaster;
        return leader.role == Role::kVerifyOnly || fitness(leader) > Fitness::kAfterPause ||
               other.role < leader.role || faster;
    };
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < standing.size(); ++i) {
        const bool nearer = !best || standing[i].role < standing[*best].role;
        if (better(standing[i]) && nearer) {
            best = i;
        }
    }
    leader_ = best.value_or(leader_);
}

std::optional<std::size_t> Members::choose(
    const Question& question, const Attempts& attempts, const Session& session, const Demand& demand
) {
    elect();
    Demand wanted = demand;
    wanted.wide = question.wide();
    return select(candidates(question, attempts, session), wanted);
}

Fitness Members::worst_to_ask(
    const Question& question, const Attempts& attempts, const Session& session
) {
    const auto best =
        choose(question, attempts, session, Demand{.may_verify = question.may_verify()});
    if (!best) {
        return Fitness::kShutOut;
    }
    return std::max(
        fitness(candidate(*members_[*best], question, attempts, session)), Fitness::kAfterPause
    );
}

std::optional<Duration> Members::hedge_after(const Member& member, Kind kind) const {
    const bool patient = kind == Kind::kHeaders || kind == Kind::kLogs || kind == Kind::kTestimony;
    if (members_.size() == 1 || patient) {
        return std::nullopt;
    }
    const auto usual = member.latency.at(static_cast<std::size_t>(kind)).p95();
    return usual ? std::clamp(*usual, kLeastHedge, kMostHedge) : kFirstHedge;
}

void Members::began(Member& member, const Question& question) {
    const Instant now = parts_.clock.now();
    member.budget.spend(now, question.calls);
    member.breaker.began(now);
    ++member.in_flight;
}

void Members::ended(Member& member, const Question& question, const Error* error, Duration took) {
    const Instant now = parts_.clock.now();
    Member::Refusal& refusal = member.refusals.at(static_cast<std::size_t>(question.kind));
    Member::Failing& failing = member.failing.at(static_cast<std::size_t>(question.kind));
    if (error != nullptr) {
        member.metrics.failures(error->code()).add();
    } else {
        failing = {};
        member.latency.at(static_cast<std::size_t>(question.kind)).add(took);
        if (question.width >= refusal.width) {
            refusal = {};
        }
    }
    const bool told_to_wait = error != nullptr && error->retry_after_ms() > 0;
    if (told_to_wait || (error != nullptr && error->code() == Code::kRateLimited)) {
        member.budget.refused(now, milliseconds(error->retry_after_ms()));
        complain(member, *error);
    } else if (error != nullptr &&
               (error->code() == Code::kTransient || error->code() == Code::kMalformed)) {
        // What nobody waits for shuts nobody out.
        if (question.leisurely()) {
            complain(member, *error);
        } else {
            failed(member, *error);
        }
        // The breaker forgets with each head that is answered, and an endpoint may hang at one kind
        // of question alone.
        if (++failing.in_a_row >= kFailuresInARow) {
            failing.until = now + kFailingKept;
        }
    } else {
        member.budget.served(now);
        if (error != nullptr && error->code() == Code::kRejected) {
            refusal = {.until = now + kRefusalKept, .width = question.width};
            complain(member, *error);
        }
        if (member.breaker.succeeded(now) && members_.size() > 1) {
            parts_.log.info(
                "endpoint_back",
                "the endpoint answers again and is used again",
                {{"chain", options_.chain_name}, {"endpoint", member.node->name()}}
            );
        }
    }
    show(member);
}

void Members::outrun(Member& member, const Question& question, Duration so_far) {
    member.latency.at(static_cast<std::size_t>(question.kind)).add(so_far);
    failed(
        member,
        Error(Code::kTransient, "endpoint " + member.node->name() + " was slower than usual")
    );
    show(member);
}

void Members::contradicted(Member& member) {
    failed(
        member,
        Error(
            Code::kTransient,
            "endpoint " + member.node->name() + " lacks blocks below the head it shows"
        )
    );
    show(member);
}

void Members::failed(Member& member, const Error& error) {
    complain(member, error);
    if (!member.breaker.failed(parts_.clock.now()) || members_.size() == 1) {
        return;
    }
    // Whatever answers once it is back may be another backend.
    member.identity = Member::Identity::kUnknown;
    parts_.log.warn(
        "endpoint_shut_out",
        "the endpoint failed three times in a row; the others are asked until it answers again",
        {{"chain", options_.chain_name},
         {"endpoint", member.node->name()},
         {"error", error.message()}}
    );
}

void Members::complain(Member& member, const Error& error) {
    // The failures of an only endpoint are its caller's to tell.
    if (members_.size() > 1 && member.complaints.is_new(error.message())) {
        parts_.log.warn(
            "endpoint_failed",
            "the endpoint failed and another was asked; the same failure is not reported again",
            {{"chain", options_.chain_name},
             {"endpoint", member.node->name()},
             {"code", code_name(error.code())},
             {"error", error.message()}}
        );
    }
}

Error Members::nobody() const {
    std::string why;
    std::optional<Duration> pause;
    for (const auto& member : members_) {
        const Duration wait = member->budget.wait(parts_.clock.now());
        if (member->role != Role::kVerifyOnly && !wrong(*member) && wait > Duration::zero()) {
            pause = std::min(pause.value_or(wait), wait);
        }
    }
    for (const EndpointStatus& one : status()) {
        why += (why.empty() ? "" : ", ") + one.name + " (" + std::string(one.state) + ")";
    }
    if (pause) {
        const auto ms = std::chrono::ceil<milliseconds>(*pause).count();
        return Error(Code::kRateLimited, "no endpoint may be asked now: they want a pause: " + why)
            .after_ms(ms);
    }
    return Error(Code::kTransient, "no endpoint may be asked now: " + why)
        .advise("Check the endpoints named, or configure another one");
}

bool Members::due_for_a_look(const Member& member) const {
    const Instant now = parts_.clock.now();
    if (wrong(member) || member.budget.wait(now) > Duration::zero()) {
        return false;
    }
    const Breaker::State state = member.breaker.state(now);
    if (state != Breaker::State::kClosed) {
        return state == Breaker::State::kHalfOpen;
    }
    return !member.head || now - member.head_at >= kLookInterval;
}

std::string Members::names() const {
    std::string out;
    for (const auto& member : members_) {
        out += (out.empty() ? "" : ", ") + member->node->name();
    }
    return out;
}

}  // namespace faultline::rpc
