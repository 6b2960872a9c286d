// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "breaker.hpp"
#include "budget.hpp"
#include "complaints.hpp"
#include "known_blocks.hpp"
#include "latency.hpp"
#include "pool_metrics.hpp"
#include "question.hpp"
#include "selection.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::rpc {

/// One endpoint and what is known of it.
struct Member {
    enum class Identity : std::uint8_t {
        kUnknown,
        kRight,
        kWrong
    };

    /// A question of this kind, or one as wide, was refused; until then others are asked first.
    struct Refusal {
        Instant until;
        std::uint64_t width = 0;
    };

    /// Questions of this kind fail; until then others are asked first.
    struct Failing {
        std::uint32_t in_a_row = 0;
        Instant until;
    };

    Member(PoolEndpoint endpoint, std::size_t place, const PoolOptions& options, PoolParts& parts);

    std::size_t index;
    std::unique_ptr<Node> node;
    Role role;
    Budget budget;
    Breaker breaker;
    std::array<Latency, kKinds> latency;
    Identity identity = Identity::kUnknown;
    eth::ChainId serves = 0;  ///< The wrong chain, when it is of one.
    Instant identified_at;
    std::optional<eth::BlockNum> head;
    UnixSeconds head_time;
    Instant head_at;
    std::uint64_t lag = 0;
    bool said_lagging = false;
    std::size_t in_flight = 0;
    std::array<Refusal, kKinds> refusals{};
    std::array<Failing, kKinds> failing{};
    bool contradicted_others = false;  ///< Was quarantined: never again believed alone.
    Complaints complaints;
    EndpointMetrics metrics;
};

/// The endpoints of a pool: what is learned from each request, and whom to ask next.
class Members {
  public:
    Members(PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts);

    [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

    [[nodiscard]] Member& operator[](std::size_t index) { return *members_[index]; }

    /// The best one to ask; nullopt when nobody is left.
    [[nodiscard]] std::optional<std::size_t> choose(
        const Question& question,
        const Attempts& attempts,
        const Session& session,
        const Demand& demand
    );
    /// How unfit an endpoint may be for this question: none that is while a fit one is there.
    [[nodiscard]] Fitness worst_to_ask(
        const Question& question, const Attempts& attempts, const Session& session
    );
    /// How long to wait for this endpoint before a second one is asked; nullopt: don't.
    [[nodiscard]] std::optional<Duration> hedge_after(const Member& member, Kind kind) const;

    void began(Member& member, const Question& question);
    /// `error` is nullptr when it answered.
    void ended(Member& member, const Question& question, const Error* error, Duration took);
    /// Another endpoint, asked later, answered first.
    void outrun(Member& member, const Question& question, Duration so_far);
    /// It said that it lacks a block others have and it should have.
    void contradicted(Member& member);

    /// What an endpoint says its chain is; the error names a wrong one.
    Result<void> identified(Member& member, eth::ChainId serves);
    void doubt_identities();
    /// The chain of the first endpoint, when all are of wrong chains.
    [[nodiscard]] std::optional<eth::ChainId> wrong_everywhere() const;

    void saw_head(Member& member, const eth::Header& header);
    /// The head to report when `member` says this one. On failover it never moves back: a head not
    /// above the one reported last counts only from who reported that, until another passes it.
    [[nodiscard]] eth::Header tell(std::size_t member, const eth::Header& header);
    void saw_block(const Member& member, const eth::BlockRef& block);
    [[nodiscard]] std::optional<eth::BlockNum> number_of(const Hash32& hash) const;
    void quarantine(Member& member, const std::string& why);
    /// `lacking`, and who is in good standing and has lately shown a head below what the question
    /// needs, so that nobody asks it.
    [[nodiscard]] std::set<std::size_t> behind(
        const Question& question, std::set<std::size_t> lacking
    ) const;

    /// The highest head that an endpoint in good standing has shown lately.
    [[nodiscard]] std::optional<eth::BlockNum> best_head() const;

    /// Why nobody was asked.
    [[nodiscard]] Error nobody() const;
    [[nodiscard]] bool due_for_a_look(const Member& member) const;
    [[nodiscard]] std::string names() const;
    [[nodiscard]] std::vector<EndpointStatus> status() const;

  private:
    [[nodiscard]] Candidate candidate(
        const Member& member,
        const Question& question,
        const Attempts& attempts,
        const Session& session
    ) const;
    [[nodiscard]] std::vector<Candidate> candidates(
        const Question& question, const Attempts& attempts, const Session& session
    ) const;
    /// Whether what it says is at a height may be of a branch that was left: it has not shown that
    /// it has got as far as the head reported last.
    [[nodiscard]] bool may_be_outdated(const Member& member) const;
    [[nodiscard]] bool wrong(const Member& member) const;
    /// In good standing, and has shown a head lately.
    [[nodiscard]] bool stands(const Member& member) const;
    [[nodiscard]] bool implausible(const Member& member, const eth::Header& header) const;
    void elect();
    void failed(Member& member, const Error& error);
    void complain(Member& member, const Error& error);
    void judge_lag(Member& member);
    void show(Member& member) const;

    const PoolOptions options_;
    PoolParts parts_;
    std::vector<std::unique_ptr<Member>> members_;

    struct Told {
        eth::Header header;
        std::size_t member = 0;
        Instant at;
    };

    KnownBlocks known_;
    std::optional<Told> told_;  ///< The head reported last.
    std::size_t leader_ = 0;
};

}  // namespace faultline::rpc
