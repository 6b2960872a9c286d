// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"
#include "shell/chain/fetched_block.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>
#include <string>
#include <vector>

namespace faultline::chain {

/// Fetches blocks that passed the checks of an endpoint. When no endpoint has a block that does,
/// for long enough that every one was asked, it is taken all the same and bears a doubt: a check
/// that fails must not end the following of a chain. From then on blocks that fail are taken at
/// once, until all have passed for ten minutes. Thread: loop.
///
/// A check that fails goes through four layers: rpc::Node::block() finds that an endpoint's answer
/// does not hold; the pool asks the others; here it is tried for a minute and at least four times;
/// then rpc::Node::unverified_block() gives the logs that receipts prove or, when six more tries
/// bring no proof, the answer as it is. Ranges of history do the same with rpc::Proof.
class VerifiedFetch {
  public:
    /// All outlive it.
    VerifiedFetch(
        const FollowerOptions& options,
        const FollowerParts& parts,
        ChainMetrics& metrics,
        HeadStatus& status
    )
        : options_(options), parts_(parts), metrics_(metrics), status_(status) {}

    /// The block of `header`. Errors are the node's.
    runtime::Task<Result<FetchedBlock>> fetch(eth::Header header);

    /// What a range of history is to be asked for with. Waived while blocks bear a doubt, and when
    /// ranges have failed for as long as a block has to.
    [[nodiscard]] rpc::Proof history_proof() const;
    void history_failed(const Error& error);
    /// Blocks that were asked for with `proof`; puts the doubt on them when that was waived.
    void history_fetched(std::vector<FetchedBlock>& blocks, rpc::Proof proof);

  private:
    /// A block that failed, and since when.
    struct Failing {
        eth::BlockRef block;
        Instant since;
        int tries = 0;
    };

    /// Ranges of history that failed, one after the other.
    struct FailingHistory {
        Instant since;
        Instant last;
        int tries = 0;
        std::string error;
    };

    /// A doubt so recent that nothing is asked to prove that it has gone.
    [[nodiscard]] bool doubts() const;
    [[nodiscard]] bool gives_in(const eth::BlockRef& block);
    /// A block, or none of those that live blocks wait for, passed.
    void passed(const std::optional<eth::BlockRef>& block);
    void doubted(const eth::BlockRef& block, const std::string& why);

    const FollowerOptions& options_;
    const FollowerParts& parts_;
    ChainMetrics& metrics_;
    HeadStatus& status_;
    std::optional<Failing> failing_;
    std::optional<FailingHistory> failing_history_;
    std::string last_doubt_;  ///< Stays when the doubt has gone.
    Instant doubted_at_;      ///< The last time.
};

}  // namespace faultline::chain
