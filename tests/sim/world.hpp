// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/alert_check.hpp"
#include "sim/chain_model.hpp"
#include "sim/daemon.hpp"
#include "sim/ledger_check.hpp"
#include "sim/observed_store.hpp"
#include "sim/options.hpp"
#include "sim/sim_http.hpp"
#include "sim/sim_log.hpp"
#include "sim/sim_node.hpp"
#include "sim/sim_receiver.hpp"
#include "sim/sim_socket.hpp"
#include "sim/trace.hpp"

#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::sim {

/// What a run came to.
struct SimReport {
    std::string failure;  ///< Empty when all invariants held.
    std::string options;
    std::uint64_t digest = 0;        ///< Of the trace: equal for two runs of a seed.
    std::uint64_t state_digest = 0;  ///< Of the rows at the end, alerts left out.
    std::uint64_t trace_events = 0;
    std::uint64_t blocks = 0;
    std::uint64_t reverts = 0;
    std::uint64_t mined_again = 0;  ///< Blocks made of transactions that another block had before.
    std::uint64_t crashes = 0;
    std::uint64_t transitions = 0;
    std::uint64_t firings = 0;
    std::uint64_t retractions = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t simulated_s = 0;
};

/// The daemon and everything around it, in one thread under simulated time.
///
/// Phase 1: faults are on; what must always hold is checked at each commit, each event and each
/// death. Phase 2: faults are off, a few more blocks come, and within a bound of simulated time the
/// daemon must stand at the head with everything delivered, or it is not live.
class World {
  public:
    World(SimOptions options, bool verbose);

    SimReport run();

  private:
    // What happens around the daemon, each in its own file section of chaos.cpp.
    runtime::Task<> chain_life();
    runtime::Task<> lag_life(SimNode& node);
    runtime::Task<> receiver_life(SimReceiver& receiver);
    runtime::Task<> disk_life();
    runtime::Task<> crash_life();
    void next_block();
    void calm();

    [[nodiscard]] std::optional<std::string> reads_complete(const eth::Block& block) const;
    void boot();
    void die();
    bool step();
    void check_everything();
    void fail(const std::optional<std::string>& what);
    [[nodiscard]] bool converged();
    SimReport report();

    [[nodiscard]] std::array<SimReceiver*, 3> receivers() { return {&sink_, &pager_, &steady_}; }

    SimOptions options_;
    eth::BlockNum start_;
    runtime::Loop loop_;
    runtime::VirtualClock clock_;
    Trace trace_;
    SimLog log_;
    runtime::Random chain_random_;  ///< The chain's own, so that other faults do not change it.
    runtime::Random random_;
    ChainModel chain_;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    SimSocket socket_;
    SimReceiver sink_;
    SimReceiver pager_;
    SimReceiver steady_;  ///< Never fails.
    SimHttp http_;
    ObservedStore store_;
    LedgerCheck ledger_check_;
    AlertCheck alert_check_;
    std::unique_ptr<Daemon> daemon_;
    runtime::TaskGroup nature_;
    std::vector<Path> orphans_;
    eth::BlockNum highest_head_ = 0;  ///< Ever.
    std::string failure_;
    bool stormy_ = true;
    bool chain_done_ = false;
    bool dies_now_ = false;
    Instant troubled_;  ///< When process or disk were in trouble last.
    std::uint64_t crashes_ = 0;
};

/// Runs one seed, or one seed with other options.
SimReport run_seed(std::uint64_t seed, bool verbose = false);
SimReport run_options(const SimOptions& options, bool verbose = false);

}  // namespace faultline::sim
