// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/verified_fetch.hpp"

#include "shell/chain/fetch.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace faultline::chain {

namespace {

/// Longer than an endpoint that was shut out is left alone, so that an honest one was asked too.
constexpr Duration kLongestDispute = std::chrono::seconds(60);
constexpr int kFewestTries = 4;
/// An endpoint that lies about some blocks must not cost that long for each of them.
constexpr Duration kDoubtKept = std::chrono::minutes(10);

}  // namespace

runtime::Task<Result<FetchedBlock>> VerifiedFetch::fetch(eth::Header header) {
    auto block = co_await fetch_block(parts_.node, header, options_.filter);
    if (block) {
        passed();
        co_return block;
    }
    const Code code = block.error().code();
    const bool refused = code == Code::kMalformed || code == Code::kRejected;
    if (!refused || !gives_in(header.ref)) {
        co_return block;
    }
    auto unverified = co_await fetch_unverified_block(parts_.node, header, options_.filter);
    if (unverified) {
        unverified->doubt = block.error().message();
        doubted(header.ref, block.error());
    }
    co_return unverified;
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
    return failing_->tries >= kFewestTries && now - failing_->since >= kLongestDispute;
}

void VerifiedFetch::passed() {
    failing_.reset();
    if (!status_.doubt.empty() && parts_.clock.now() - doubted_at_ >= kDoubtKept) {
        status_.doubt.clear();
        parts_.log.info(
            "blocks_verified",
            "all blocks of the last ten minutes passed the checks of `verification`",
            {{"chain", options_.chain_name}}
        );
    }
}

void VerifiedFetch::doubted(const eth::BlockRef& block, const Error& why) {
    metrics_.blocks_unverified.add();
    if (status_.doubt.empty()) {
        parts_.log.error(
            "blocks_unverified",
            "no endpoint serves a block that passes `verification`; blocks are taken with a doubt, "
            "which their alerts show. Add another endpoint, or lower verification if the chain's "
            "blocks cannot be checked",
            {{"chain", options_.chain_name}, {"block", block.text()}, {"error", why.message()}}
        );
    }
    status_.doubt = why.message();
    doubted_at_ = parts_.clock.now();
}

}  // namespace faultline::chain
