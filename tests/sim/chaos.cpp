// SPDX-License-Identifier: Apache-2.0
// What happens around the daemon while faults are on.
#include "sim/world.hpp"

#include <algorithm>
#include <chrono>

namespace faultline::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// What comes after the faults end: a few blocks at least, and long enough for a silent socket to
/// be found out.
constexpr std::uint64_t kCalmBlocks = 6;
constexpr std::uint64_t kCalmSeconds = 150;
/// No reorg reaches deeper in one step, so that few go below what the node calls final.
constexpr std::uint64_t kDeepest = 14;

Duration jittered(runtime::Random& random, std::uint64_t whole_seconds) {
    return milliseconds(random.between(whole_seconds * 700, whole_seconds * 1300));
}

}  // namespace

/// The chain: blocks with jitter, and reorgs as chains have them. A reorg replaces up to
/// reorg_depth blocks by as many, fewer or more; a flip back returns to a branch that was orphaned
/// before; a rollback drops blocks and replaces them later. What must survive: the stream's
/// contract and every invariant below it.
runtime::Task<> World::chain_life() {
    for (std::uint64_t i = 0; i < options_.live_blocks; ++i) {
        co_await clock_.sleep(jittered(chain_random_, options_.block_seconds));
        next_block();
    }
    calm();
    const std::uint64_t calm_blocks = std::max(kCalmBlocks, kCalmSeconds / options_.block_seconds);
    for (std::uint64_t i = 0; i < calm_blocks; ++i) {
        co_await clock_.sleep(jittered(chain_random_, options_.block_seconds));
        next_block();
    }
    // The last word may be a branch that is no longer than the one it replaces.
    if (options_.reorg > 0) {
        const Path before = chain_.path();
        chain_.reorg(3, chain_random_.between(1, 3));
        ledger_check_.leaves(before);
        socket_.announce(chain_.at(chain_.head()));
    }
    chain_done_ = true;
}

void World::next_block() {
    const std::uint64_t depth =
        std::min(chain_random_.between(1, options_.reorg_depth), chain_.head());
    const Path before = chain_.path();
    if (stormy_ && chain_random_.chance(options_.reorg) && depth > 0) {
        const Path* back = nullptr;
        if (!orphans_.empty() && chain_random_.chance(options_.flip_back)) {
            const std::uint64_t recent = std::min<std::uint64_t>(3, orphans_.size());
            const Path& candidate = orphans_[orphans_.size() - chain_random_.between(1, recent)];
            const auto shared = std::ranges::mismatch(candidate, before).in2 - before.begin();
            const auto deep = static_cast<std::uint64_t>(before.end() - before.begin() - shared);
            back = deep > 0 && deep <= kDeepest ? &candidate : nullptr;
        }
        if (back != nullptr) {
            chain_.return_to(*back);
        } else {
            chain_.reorg(depth, chain_random_.between(depth > 1 ? depth - 1 : 1, depth + 2));
        }
        orphans_.push_back(before);
        ledger_check_.leaves(before);
        trace_.add(clock_.now(), "chain", "reorg to " + chain_.at(chain_.head()).header.ref.text());
    } else if (stormy_ && chain_random_.chance(options_.rollback) && depth > 0) {
        chain_.rollback(depth);
        ledger_check_.leaves(before);
        trace_.add(clock_.now(), "chain", "rollback to " + std::to_string(chain_.head()));
        return;  // Nothing is announced.
    } else {
        chain_.extend();
    }
    highest_head_ = std::max(highest_head_, chain_.head());
    if (std::ranges::any_of(nodes_, [](const auto& node) { return !node->view().lags(); })) {
        socket_.announce(chain_.at(chain_.head()));
    }
}

/// A node stops importing blocks for a while, then catches up at once.
runtime::Task<> World::lag_life(SimNode& node) {
    while (stormy_) {
        co_await clock_.sleep(jittered(random_, options_.block_seconds));
        if (stormy_ && random_.chance(options_.lag)) {
            node.view().freeze(std::min<std::uint64_t>(chain_.head(), random_.below(6)));
            trace_.add(clock_.now(), "node", "lags");
            co_await clock_.sleep(seconds(random_.between(1, 15 * options_.block_seconds)));
            node.view().thaw();
            socket_.announce(chain_.at(chain_.head()));
        }
    }
}

/// A receiver is down for a while.
runtime::Task<> World::receiver_life(SimReceiver& receiver) {
    while (stormy_) {
        co_await clock_.sleep(jittered(random_, options_.block_seconds));
        if (stormy_ && random_.chance(receiver.rates().outage)) {
            receiver.outage(true);
            co_await clock_.sleep(seconds(random_.between(1, 300)));
            receiver.outage(false);
        }
    }
}

/// The disk is full for a while.
runtime::Task<> World::disk_life() {
    while (stormy_) {
        co_await clock_.sleep(jittered(random_, options_.block_seconds));
        if (stormy_ && random_.chance(options_.disk_full)) {
            store_.disk_full(true);
            trace_.add(clock_.now(), "disk", "full");
            co_await clock_.sleep(seconds(random_.between(1, 90)));
            store_.disk_full(false);
        }
    }
}

/// The process dies: now, or in its next commit, before or after it reached the disk. Deaths come
/// at any time the simulation distinguishes, as sleepers due at once wake in random order.
runtime::Task<> World::crash_life() {
    while (stormy_) {
        co_await clock_.sleep(jittered(random_, options_.block_seconds));
        if (!stormy_ || !random_.chance(options_.crash)) {
            continue;
        }
        if (random_.chance(0.5)) {
            dies_now_ = true;
        } else {
            store_.die_at_commit(random_.chance(0.5));
        }
    }
}

void World::calm() {
    stormy_ = false;
    for (const auto& node : nodes_) {
        node->faults(false);
        node->view().thaw();
    }
    socket_.faults(false);
    for (SimReceiver* receiver : receivers()) {
        receiver->faults(false);
        receiver->outage(false);
    }
    store_.disk_full(false);
    trace_.add(clock_.now(), "world", "faults end");
}

}  // namespace faultline::sim
