// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/verified_fetch.hpp"

#include "shell/chain/fetch.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {

namespace {

/// Longer than an endpoint that was shut out is left alone, so that an honest one was asked too.
constexpr Duration kShortestDispute = std::chrono::seconds(60);
constexpr int kFewestTries = 4;
/// An endpoint that lies about some blocks must not cost that long for each of them.
constexpr Duration kDoubtKept = std::chrono::minutes(10);

}  // namespace

runtime::Task<Result<FetchedBlock>> VerifiedFetch::fetch(eth::Header header) {
    auto block = co_await fetch_block(parts_.node, header, options_.filter);
    if (block) {
        passed(header.ref);
        co_return block;
    }
    const Code code = block.error().code();
    const bool refused = code == Code::kMalformed || code == Code::kRejected;
    if (!refused || !gives_in(header.ref)) {
        co_return block;
    }
    auto unverified = co_await fetch_unverified_block(parts_.node, header, options_.filter);
    if (unverified) {
        const bool proven =
            std::ranges::find(unverified->checks, "receipts_root") != unverified->checks.end();
        unverified->doubt = proven ? "" : block.error().message();
        doubted(header.ref, block.error().message());
    }
    co_return unverified;
}

bool VerifiedFetch::doubts() const {
    return !status_.doubt.empty() && parts_.clock.now() - doubted_at_ < kDoubtKept;
}

rpc::Proof VerifiedFetch::history_proof() const {
    const Instant now = parts_.clock.now();
    const bool gave_in = failing_history_ && failing_history_->tries >= kFewestTries &&
                         now - failing_history_->since >= kShortestDispute &&
                         now - failing_history_->last < kDoubtKept;
    return doubts() || gave_in ? rpc::Proof::kWaived : rpc::Proof::kAsConfigured;
}

void VerifiedFetch::history_failed(const Error& error) {
    if (error.code() != Code::kMalformed) {
        return;
    }
    const Instant now = parts_.clock.now();
    if (!failing_history_ || now - failing_history_->last >= kDoubtKept) {
        failing_history_ = FailingHistory{.since = now, .last = now, .tries = 0, .error = {}};
    }
    ++failing_history_->tries;
    failing_history_->last = now;
    failing_history_->error = error.message();
    if (!status_.doubt.empty() && !doubts()) {
        doubted_at_ = now;  // It was tried once more, and has not gone.
    }
}

void VerifiedFetch::history_fetched(std::vector<FetchedBlock>& blocks, rpc::Proof proof) {
    if (proof == rpc::Proof::kAsConfigured) {
        failing_history_.reset();
        passed(std::nullopt);
        return;
    }
    if (failing_history_) {
        doubted(blocks.front().header.ref, failing_history_->error);
        failing_history_.reset();
    }
    // The doubt may have gone while they were fetched; they were not proven all the same.
    for (FetchedBlock& block : blocks) {
        block.doubt = last_doubt_;
    }
}

bool VerifiedFetch::gives_in(const eth::BlockRef& block) {
    if (!status_.doubt.empty()) {
        return true;
    }
    const Instant now = parts_.clock.now();
    if (!failing_ || failing_->block != block) {
        failing_ = Failing{.block = block, .since = now};
    }
    ++failing_->tries;
    return failing_->tries >= kFewestTries && now - failing_->since >= kShortestDispute;
}

void VerifiedFetch::passed(const std::optional<eth::BlockRef>& block) {
    // Others that pass say nothing of the one that waits: a branch is fetched from its lowest block
    // each time.
    if (failing_ && block == failing_->block) {
        failing_.reset();
    }
    if (!status_.doubt.empty() && parts_.clock.now() - doubted_at_ >= kDoubtKept) {
        status_.doubt.clear();
        parts_.log.info(
            "blocks_verified",
            "all blocks of the last ten minutes passed the checks of `verification`",
            {{"chain", options_.chain_name}}
        );
    }
}

void VerifiedFetch::doubted(const eth::BlockRef& block, const std::string& why) {
    metrics_.blocks_unverified.add();
    if (status_.doubt.empty()) {
        parts_.log.error(
            "blocks_unverified",
            "no endpoint serves a block that passes `verification`; blocks are taken with a doubt, "
            "which their alerts show. Add another endpoint, or lower verification if the chain's "
            "blocks cannot be checked",
            {{"chain", options_.chain_name}, {"block", block.text()}, {"error", why}}
        );
    }
    status_.doubt = why;
    last_doubt_ = why;
    doubted_at_ = parts_.clock.now();
}

}  // namespace faultline::chain
