// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/rpc/client.hpp>

#include <cstdint>
#include <string>

namespace faultline::sim {

/// What goes wrong with one receiver.
struct ReceiverFaults {
    double fails = 0;
    double slow = 0;
    double forgets = 0;  ///< Takes the message, but the answer is lost.
    double outage = 0;   ///< Per block: it is down for a while.
};

/// What one run does to the daemon, drawn from its seed. Each fault is off in about half of the
/// runs ("swarm testing"): rare faults show where common ones do not drown them.
/// What each fault is, and what must survive it, is said where it is done: node_faults.hpp,
/// sim_socket.hpp, sim_receiver.hpp, chaos.hpp.
struct SimOptions {
    std::uint64_t seed = 0;

    // The chain.
    std::uint64_t history_blocks = 0;  ///< Before the daemon starts for the first time.
    std::uint64_t live_blocks = 0;     ///< While faults are on.
    std::uint64_t block_seconds = 12;
    std::uint64_t finality_depth = 32;
    bool knows_finality = true;
    double reorg = 0;               ///< Per block.
    std::uint64_t reorg_depth = 1;  ///< At most.
    double flip_back = 0;           ///< Share of reorgs that return to an orphaned branch.
    double rollback = 0;            ///< Per block.

    // The node.
    std::uint64_t widest_range = 1000;
    bool keeps_orphans = false;  ///< Answers for orphaned blocks by hash, as geth does.
    double refused = 0;          ///< Per request, as all of these.
    double rate_limited = 0;
    double server_error = 0;
    double error_envelope = 0;
    double null_block = 0;
    double truncated = 0;
    double slow = 0;
    double stale_backend = 0;
    double lag = 0;  ///< Per block: the node stops following for a while.

    /// How many there are. Each fails, lags and forgets by itself.
    std::uint64_t endpoints = 1;
    std::uint64_t quorum = 1;  ///< Of endpoints.
    bool liar = false;         ///< The last endpoint leaves out logs of pinned blocks.
    rpc::Verification verification = rpc::Verification::kOff;
    double forgets = 0;  ///< The last one, per request: it lacks a block it announced.

    // The socket.
    double socket_refused = 0;
    double socket_dropped = 0;  ///< Per notification, as all of these.
    double socket_silent = 0;   ///< It stays open and says nothing more.
    double notification_lost = 0;
    double notification_twice = 0;
    double notification_late = 0;

    // The receivers. A third one never fails.
    ReceiverFaults sink;
    ReceiverFaults pager;

    // The process and its disk.
    double crash = 0;      ///< Per block.
    double disk_full = 0;  ///< Per block: commits fail for a while.

    std::uint64_t poll_seconds = 4;
    std::uint64_t range_blocks = 64;
    std::uint32_t for_blocks = 1;      ///< Of the rule.
    bool waits_for_safe = false;       ///< Of the other rule.
    std::uint64_t repeat_seconds = 0;  ///< Of both; 0: what fires is told once.

    static SimOptions draw(std::uint64_t seed);
    /// What is on, on one line.
    [[nodiscard]] std::string text() const;
};

}  // namespace faultline::sim
