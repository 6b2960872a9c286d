// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "members.hpp"
#include "question.hpp"
#include "quorum.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// Puts a question to one endpoint. Called once for each that is asked.
template <class T>
using Asking = std::function<runtime::Task<Result<T>>(Node&)>;

/// How a question gets its answer from several endpoints: one after the other, a second one beside
/// the first when that is slow, or several that must agree. All references outlive the awaits.
class Rotation {
  public:
    Rotation(PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts);

    [[nodiscard]] Members& members() noexcept { return members_; }

    [[nodiscard]] const Members& members() const noexcept { return members_; }

    [[nodiscard]] bool needs_agreement() const noexcept { return options_.quorum > 1; }

    /// The first answer. `attempts` holds who was asked already, and is added to.
    template <class T>
    runtime::Task<Result<T>> ask(
        Question question, Asking<T> asking, Session& session, Attempts& attempts
    );
    /// What PoolOptions::quorum endpoints agree on.
    template <class T, class Same>
    runtime::Task<Result<T>> agree(
        Question question, Asking<T> asking, Session& session, Same same
    );

    /// Whether a read that fewer than enough endpoints answered has no answer: as many do not carry
    /// it through that there cannot be enough, or too few others have been there for a while.
    bool goes_without(const Question& question, std::size_t abstained);

    /// Enough answered a read that others do not carry through.
    void carried() { few_since_.reset(); }

    /// There is an answer to all reads of a block.
    void all_carried() { said_few_ = false; }

    void say_carried_by_few(const eth::Read& read, std::size_t carried);

    runtime::Task<Result<eth::ChainId>> chain_id();
    runtime::Task<> look_after();

  private:
    /// A first endpoint and a second beside it.
    template <class T>
    struct Race {
        const Question& question;
        const Asking<T>& asking;
        const Session& session;
        Attempts& attempts;
        Member& first;
        Instant began;
        std::optional<Result<T>> from_first;
        std::optional<Result<T>> from_second;
        Member* second = nullptr;
    };

    template <class T>
    runtime::Task<Result<T>> attempt(
        Member& member, const Question& question, const Asking<T>& asking
    );
    template <class T>
    runtime::Task<Result<T>> race(
        Member& first,
        const Question& question,
        const Asking<T>& asking,
        Session& session,
        Attempts& attempts,
        Duration patience
    );
    template <class T>
    runtime::Task<> run_first(Race<T>& race, runtime::TaskGroup& group);
    template <class T>
    runtime::Task<> run_second(Race<T>& race, runtime::TaskGroup& group, Duration patience);
    template <class T>
    Result<T> finish(Race<T>& race, Session& session);
    template <class T>
    runtime::Task<> vote(
        Member& member,
        const Question& question,
        const Asking<T>& asking,
        std::optional<Result<T>>& result
    );
    template <class T>
    Result<T> decide(
        const Question& question,
        std::vector<Vote<T>>& votes,
        const Verdict& verdict,
        Session& session,
        const Attempts& tried
    );

    runtime::Task<Result<void>> ready(Member& member, const Question& question);
    runtime::Task<Result<void>> identify(Member& member);
    runtime::Task<> look_at(Member& member);
    void earn_hedge();
    bool may_hedge();
    void served(const Member& member, Session& session) const;
    /// Whether too few have answered for so long that fewer must do. Never about what endpoints are
    /// known to contradict each other: then one of them would decide by being the one that answers.
    /// A level follows what blocks do.
    bool settle_for_fewer(const Question& question, const Verdict& verdict);
    /// Whether those that did not agree answered, too: that there is no such block. When that
    /// lasts it becomes a dispute, and who is outvoted by endpoints at the block's height is left
    /// out.
    bool denied(const Question& question, Verdict& verdict, const std::set<std::size_t>& without);
    void remember(const Question& question, Verdict::Kind kind);
    void count(const Verdict& verdict);
    Error undecided(const Verdict& verdict, const Attempts& tried) const;
    void note(Member& member, const Question& question, const eth::Header& header);
    void note(Member& member, const Question& question, const PinnedBlock& block);
    void note(Member& member, const Question& question, const std::vector<eth::Header>& headers);

    template <class T>
    void note(Member& /*member*/, const Question& /*question*/, const T& /*answer*/) {}

    const PoolOptions options_;
    PoolParts parts_;
    Members members_;
    double hedges_left_;
    std::optional<Instant> short_since_;

    /// Who stands alone with blocks that others deny.
    struct Alone {
        std::vector<std::size_t> members;
        Instant since;
        Instant last;
        eth::BlockNum block = 0;  ///< The last of them.
    };

    std::optional<Alone> alone_;
    /// Pinned questions with contradictory answers and no majority yet.
    std::set<std::pair<Kind, Hash32>> disputed_;
    std::optional<Instant> few_since_;  ///< Since when others were missing for a read's quorum.
    bool said_few_ = false;
    bool said_short_ = false;
    bool said_disputed_ = false;
};

}  // namespace faultline::rpc

#include "rotation_impl.hpp"
