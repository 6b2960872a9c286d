// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rotation.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// A request that was begun is under way until it ends, cancelled or not.
class InFlight {
  public:
    explicit InFlight(std::size_t& count) : count_(count) {}

    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

    ~InFlight() { --count_; }

  private:
    std::size_t& count_;
};

template <class T>
bool abstains(const T& /*answer*/) {
    return false;
}

inline bool abstains(const std::vector<eth::ReadAnswer>& answers) {
    return std::ranges::any_of(answers, &eth::ReadAnswer::unanswered);
}

template <class T>
runtime::Task<Result<T>> Rotation::attempt(
    Member& member, const Question& question, const Asking<T>& asking
) {
    const Instant began = parts_.clock.now();
    members_.began(member, question);
    const InFlight counted(member.in_flight);
    earn_hedge();
    Result<T> answer = co_await asking(*member.node);
    const Error* error = answer ? nullptr : &answer.error();
    members_.ended(member, question, error, parts_.clock.now() - began);
    if (answer) {
        note(member, question, *answer);
    }
    co_return answer;
}

template <class T>
runtime::Task<Result<T>> Rotation::ask(
    Question question, Asking<T> asking, Session& session, Attempts& attempts
) {
    const Fitness worst = members_.worst_to_ask(question, attempts, session);
    std::vector<std::size_t> lacking;
    // Ends when everybody was asked, or one that was shut out: that one is not asked for others.
    for (;;) {
        const Demand demand{.worst = worst, .may_verify = question.may_verify()};
        const auto chosen = members_.choose(question, attempts, session, demand);
        if (!chosen) {
            break;
        }
        Member& member = members_[*chosen];
        attempts.add(*chosen);
        auto prepared = co_await ready(member, question);
        if (!prepared) {
            attempts.failed(std::move(prepared).error());
            continue;
        }
        const auto patience = members_.hedge_after(member, question.kind);
        std::optional<Result<T>> answer;
        if (patience) {
            answer.emplace(co_await race(member, question, asking, session, attempts, *patience));
        } else {
            answer.emplace(co_await attempt(member, question, asking));
            if (*answer) {
                served(member, session);
            }
        }
        if (*answer) {
            for (const std::size_t one : lacking) {
                members_.contradicted(members_[one]);
            }
            co_return *std::move(answer);
        }
        const bool should_have = question.needs && member.head && *question.needs < *member.head;
        if (answer->error().code() == Code::kMissing && should_have) {
            lacking.push_back(*chosen);
        }
        attempts.failed(std::move(*answer).error());
        if (worst == Fitness::kShutOut) {
            break;
        }
    }
    co_return attempts.error() ? *attempts.error() : members_.nobody();
}

template <class T>
runtime::Task<Result<T>> Rotation::race(
    Member& first,
    const Question& question,
    const Asking<T>& asking,
    Session& session,
    Attempts& attempts,
    Duration patience
) {
    Race<T> race{
        .question = question,
        .asking = asking,
        .session = session,
        .attempts = attempts,
        .first = first,
        .began = parts_.clock.now(),
        .from_first = {},
        .from_second = {},
    };
    runtime::TaskGroup group;
    group.spawn("first endpoint", run_first(race, group));
    group.spawn("second endpoint", run_second(race, group, patience));
    co_await group.wait();
    co_return finish(race, session);
}

template <class T>
runtime::Task<> Rotation::run_first(Race<T>& race, runtime::TaskGroup& group) {
    race.from_first.emplace(co_await attempt(race.first, race.question, race.asking));
    const bool second_runs = race.second != nullptr && !race.from_second;
    if (*race.from_first || !second_runs) {
        group.cancel();
    }
}

template <class T>
runtime::Task<> Rotation::run_second(Race<T>& race, runtime::TaskGroup& group, Duration patience) {
    co_await parts_.clock.sleep(patience);
    const Demand demand{.worst = Fitness::kReady};
    const auto chosen = members_.choose(race.question, race.attempts, race.session, demand);
    if (!chosen || members_[*chosen].identity != Member::Identity::kRight || !may_hedge()) {
        co_return;
    }
    race.attempts.add(*chosen);
    race.second = &members_[*chosen];
    race.from_second.emplace(co_await attempt(*race.second, race.question, race.asking));
    if (*race.from_second || race.from_first) {
        group.cancel();
    }
}

template <class T>
Result<T> Rotation::finish(Race<T>& race, Session& session) {
    const bool second_won = race.from_second && *race.from_second;
    if (race.second != nullptr) {
        (second_won ? race.second->metrics.hedges_won : race.second->metrics.hedges_lost).add();
    }
    if (race.from_first && *race.from_first) {
        served(race.first, session);
        return *std::move(race.from_first);
    }
    if (second_won) {
        if (!race.from_first) {
            members_.outrun(race.first, race.question, parts_.clock.now() - race.began);
        } else {
            race.attempts.failed(std::move(*race.from_first).error());
        }
        served(*race.second, session);
        return *std::move(race.from_second);
    }
    if (race.from_second) {
        race.attempts.failed(std::move(*race.from_second).error());
    }
    return *std::move(race.from_first);
}

template <class T>
runtime::Task<> Rotation::vote(
    Member& member,
    const Question& question,
    const Asking<T>& asking,
    std::optional<Result<T>>& result
) {
    auto prepared = co_await ready(member, question);
    if (!prepared) {
        result.emplace(std::move(prepared).error());
        co_return;
    }
    result.emplace(co_await attempt(member, question, asking));
}

template <class T, class Same>
runtime::Task<Result<T>> Rotation::agree(
    Question question, Asking<T> asking, Session& session, Same same
) {
    constexpr int kMostRounds = 16;
    /// A block reaches one endpoint a moment after the other.
    constexpr Duration kPropagation = std::chrono::milliseconds(300);
    Attempts attempts;
    std::vector<std::size_t> lacking;
    std::set<std::size_t> without;  // Whose last word was that there is no such block.
    std::vector<Vote<T>> votes;
    Verdict verdict;
    std::size_t wanted = options_.quorum;
    for (int round = 0; round < kMostRounds; ++round) {
        std::vector<std::size_t> asked;
        while (votes.size() + asked.size() < wanted) {
            const Demand demand{.worst = Fitness::kAfterPause, .may_verify = true};
            const auto chosen = members_.choose(question, attempts, session, demand);
            if (!chosen) {
                break;
            }
            attempts.add(*chosen);
            asked.push_back(*chosen);
        }
        if (asked.empty() && (votes.empty() || lacking.empty())) {
            break;
        }
        if (asked.empty()) {
            // Some have the block, so the others will in a moment.
            co_await parts_.clock.sleep(kPropagation);
            for (const std::size_t one : std::exchange(lacking, {})) {
                attempts.forget(one);
            }
            continue;
        }
        std::vector<std::optional<Result<T>>> results(asked.size());
        runtime::TaskGroup group;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            group.spawn("vote", vote(members_[asked[i]], question, asking, results[i]));
        }
        co_await group.wait();
        for (std::size_t i = 0; i < asked.size(); ++i) {
            Result<T>& result = *results[i];
            without.erase(asked[i]);
            if (result) {
                if (!question.abstained || !abstains(*result)) {
                    votes.push_back({.member = asked[i], .answer = *std::move(result)});
                }
                continue;
            }
            if (result.error().code() == Code::kMissing) {
                lacking.push_back(asked[i]);
                without.insert(asked[i]);
            }
            attempts.failed(std::move(result).error());
        }
        verdict = judge(votes, options_.quorum, same);
        if (verdict.kind == Verdict::Kind::kAgreed || verdict.kind == Verdict::Kind::kMajority) {
            break;
        }
        // Two that differ need a third.
        wanted = std::max(wanted, votes.size() + (verdict.against.empty() ? 0 : 1));
    }
    if (question.hash && !question.abstained && verdict.kind == Verdict::Kind::kShort &&
        denied(question, verdict, without)) {
        co_return undecided(verdict, attempts);
    }
    co_return decide(question, votes, verdict, session, attempts);
}

template <class T>
Result<T> Rotation::decide(
    const Question& question,
    std::vector<Vote<T>>& votes,
    const Verdict& verdict,
    Session& session,
    const Attempts& tried
) {
    remember(question, verdict.kind);
    const bool enough =
        verdict.kind == Verdict::Kind::kAgreed || verdict.kind == Verdict::Kind::kMajority ||
        (verdict.kind == Verdict::Kind::kShort && settle_for_fewer(question, verdict));
    // That blocks agree or not is what is told; levels are asked beside them and say nothing of it.
    if (question.hash && (enough || verdict.kind == Verdict::Kind::kDisputed)) {
        count(verdict);
    }
    if (!enough) {
        return undecided(verdict, tried);
    }
    // Agreement on what lies below, or on what is final, ends no dispute about a block.
    if (alone_ && question.kind == Kind::kBlock && question.needs.value_or(0) >= alone_->block) {
        alone_.reset();
    }
    for (const std::size_t member : verdict.agreed) {
        served(members_[member], session);
    }
    const auto chosen = std::ranges::find(votes, verdict.agreed.front(), &Vote<T>::member);
    return std::move(chosen->answer);
}

}  // namespace faultline::rpc
