// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/head_follower.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {

namespace {

/// The names of the endpoints with a socket.
std::vector<std::string> sockets(const std::vector<rpc::EndpointOptions>& endpoints) {
    std::vector<std::string> names;
    for (const rpc::EndpointOptions& endpoint : endpoints) {
        if (endpoint.ws) {
            names.push_back(endpoint.name);
        }
    }
    return names;
}

}  // namespace

std::unique_ptr<Follower> make_follower(FollowerOptions options, FollowerParts parts) {
    return std::make_unique<HeadFollower>(std::move(options), std::move(parts));
}

HeadFollower::HeadFollower(FollowerOptions options, FollowerParts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      metrics_(parts_.metrics, options_.chain_name, parts_.node.name(), sockets(parts_.endpoints)),
      health_(parts_, metrics_, status_),
      heads_(options_, parts_, metrics_, status_),
      verified_(options_, parts_, metrics_, status_),
      history_(options_, parts_, metrics_, verified_),
      looks_(options_.second_look_blocks),
      progress_(parts_, metrics_) {
    for (const rpc::EndpointOptions& endpoint : parts_.endpoints) {
        if (endpoint.ws) {
            hints_.push_back(
                std::make_unique<HintListener>(parts_, endpoint, metrics_, status_, heads_)
            );
        }
    }
}

runtime::Task<> HeadFollower::run_hints() {
    runtime::TaskGroup group;
    for (const auto& listener : hints_) {
        group.spawn("newHeads", listener->run());
    }
    co_await group.wait();
}

runtime::Task<Result<eth::ChainEvent>> HeadFollower::next() {
    // Endless by design: leaves with an event, or with what only a person can put right.
    for (;;) {
        auto taken = co_await step();
        if (halt_) {
            Error error = *std::exchange(halt_, std::nullopt);
            status_.last_error = error.message();
            co_return error;
        }
        if (!taken) {
            heads_.distrust();
            co_await health_.wait_after(std::move(taken).error());
            continue;
        }
        // A filled buffer proves little: the reads of its first block may still fail.
        if (*taken || buffer_.empty()) {
            health_.worked();
        }
        if (*taken) {
            co_return **std::move(taken);
        }
    }
}

runtime::Task<HeadFollower::Step> HeadFollower::step() {
    if (!identified_) {
        FAULTLINE_CO_TRY_VOID(co_await identify());
        if (halt_) {
            co_return std::optional<eth::ChainEvent>();
        }
    }
    auto taken = co_await take_buffered();
    if (!taken || *taken) {
        co_return taken;
    }
    FAULTLINE_CO_TRY_VOID(co_await plan());
    co_return std::optional<eth::ChainEvent>();
}

runtime::Task<Result<void>> HeadFollower::identify() {
    FAULTLINE_CO_TRY(const eth::ChainId chain_id, co_await parts_.node.chain_id());
    if (chain_id != options_.chain_id) {
        Error error =
            Error(
                Code::kRejected,
                "endpoint " + parts_.node.name() + " serves chain " + std::to_string(chain_id) +
                    ", but " + options_.chain_name + " is configured as chain " +
                    std::to_string(options_.chain_id)
            )
                .advise("correct the endpoint's URL or the chain id in the configuration");
        co_return condemn(std::move(error));
    }
    if (!std::exchange(identified_, true)) {
        take_over_looks();
    }
    co_return Result<void>();
}

runtime::Task<HeadFollower::Step> HeadFollower::take_buffered() {
    if (buffer_.empty()) {
        co_return std::optional<eth::ChainEvent>();
    }
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    if (branch_first_ && tip && tip->number >= *branch_first_) {
        co_return std::optional<eth::ChainEvent>(eth::Reverted{*tip});
    }
    branch_first_.reset();
    const eth::Header& header = buffer_.front().header;
    const bool fits = tip ? header.parent == tip->hash : header.ref.number == options_.start_block;
    if (!fits) {
        buffer_.clear();
        co_return std::optional<eth::ChainEvent>();
    }
    co_return co_await complete();
}

bool HeadFollower::has_history() const {
    // Asked before the block that was handed out is applied: the tip is still the one below it.
    return !branch_first_ && !buffer_.empty() && buffer_.front().deep &&
           buffer_.front().header.parent == handed_out_.hash;
}

runtime::Task<HeadFollower::Step> HeadFollower::complete() {
    /// More rounds than any protocol asks for: an answer that calls for questions for ever.
    constexpr int kMostRounds = 8;
    if (head_in_doubt_ && !buffer_.front().live) {
        FAULTLINE_CO_TRY_VOID(co_await heads_.refresh());
        head_in_doubt_ = false;
    }
    // Handed out once: whatever becomes of it, the next step compares the tip with the buffer.
    FetchedBlock fetched = std::move(buffer_.front());
    buffer_.pop_front();
    eth::Block block;
    block.header = fetched.header;
    block.logs = std::move(fetched.logs);
    block.deep = fetched.deep;
    block.evidence.finality = fetched.finality;
    block.evidence.checks = std::move(fetched.checks);
    block.evidence.doubt = std::move(fetched.doubt);
    block.live = fetched.live;
    rpc::Witnesses witnesses;
    for (const std::string& endpoint : fetched.endpoints) {
        witnesses.add(endpoint);
    }
    const auto node = parts_.node.witnessed(witnesses);
    for (int round = 0;; ++round) {
        const std::vector<eth::Read> reads = parts_.applied.plan_reads(block);
        if (reads.empty()) {
            break;
        }
        FAULTLINE_ASSERT(round < kMostRounds && !block.deep);
        const Hash32 at = block.live ? block.header.ref.hash : heads_.latest().ref.hash;
        auto answers = co_await node->reads(at, reads);
        if (!answers) {
            Error error = std::move(answers).error();
            // The node may have dropped the block for another branch. History stays.
            if (fetched.live && error.code() != Code::kRateLimited) {
                buffer_.clear();
            } else {
                fetched.logs = std::move(block.logs);
                fetched.checks = std::move(block.evidence.checks);
                fetched.doubt = std::move(block.evidence.doubt);
                buffer_.push_front(std::move(fetched));
                // History is read at the newest head, which may have been replaced since.
                head_in_doubt_ = true;
            }
            co_return std::move(error).context("read at block " + block.header.ref.text());
        }
        if (!std::ranges::equal(*answers, reads, {}, &eth::ReadAnswer::read)) {
            co_return Error(
                Code::kTransient,
                parts_.node.name() + ": the answers at block " + block.header.ref.text() +
                    " are not those to the calls made"
            );
        }
        block.reads.append(*std::move(answers));
    }
    say_unanswered(block);
    block.evidence.endpoints = witnesses.names();
    looks_.handed_out(block);
    handed_out_ = block.ref();
    condemned_since_.reset();
    co_return std::optional<eth::ChainEvent>(eth::Applied{std::move(block)});
}

void HeadFollower::say_unanswered(const eth::Block& block) {
    const auto hole = std::ranges::find_if(block.reads, &eth::ReadAnswer::unanswered);
    const bool any = hole != block.reads.end();
    if (any && !said_unanswered_) {
        parts_.log.warn(
            "reads_unanswered",
            "a view call is carried through by no endpoint, or by fewer than have to agree (its "
            "gas, "
            "its time, or the size of its answer), so what depends on it is without figures; "
            "configure an endpoint that allows more. Said again only after a block of which all "
            "could be read",
            {{"chain", options_.chain_name},
             {"block", block.ref().text()},
             {"to", hole->read.to.hex()},
             {"data", to_hex(hole->read.data)}}
        );
    }
    if (!block.reads.empty()) {
        said_unanswered_ = any;
    }
}

void HeadFollower::buffer(FetchedBlock block) {
    block.live = heads_.is_live(block.header.ref.number);
    block.finality = heads_.finality(block.header.ref.number);
    block.deep =
        !block.live &&
        block.header.ref.number + options_.undo_window_blocks < heads_.latest().ref.number &&
        !parts_.applied.asks_in_history(block.logs);
    buffer_.push_back(std::move(block));
}

}  // namespace faultline::chain
