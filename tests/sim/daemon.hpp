// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/ledger_check.hpp"
#include "sim/options.hpp"

#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::sim {

/// What of the daemon is configuration: the same for every process of a run.
engine::FoldOptions fold_options(const SimOptions& options);
inline constexpr std::uint64_t kUndoWindow = 48;
/// The rule whose alerts also reach the receiver "pager"; "sink" and "steady" hear of all.
inline constexpr std::string_view kUrgentRule = "liquidatable";
/// The host of an endpoint on the simulated network.
std::string endpoint_host(std::uint64_t place);

/// The outside world as one process of the daemon sees it.
struct Surroundings {
    runtime::Loop& loop;
    runtime::Clock& clock;
    net::HttpClient& http;
    net::WsConnector& sockets;
    store::Store& store;
    obs::Log& log;
    /// Called with each event before the engine gets it.
    std::function<void(const eth::ChainEvent&)> on_event;
};

/// One process: the production chain follower, engine and delivery, wired as in app.
class Daemon {
  public:
    Daemon(const SimOptions& options, eth::BlockNum start, std::uint64_t seed, Surroundings around);

    /// Loads and starts everything; an error is what the operator would read.
    Result<void> start();

    /// Cancels everything and unwinds it. False when something would not end.
    bool kill();

    /// Why the chain stopped by itself; nullopt while it runs.
    [[nodiscard]] const std::optional<Error>& ended() const { return ended_; }

    [[nodiscard]] const chain::HeadStatus& head_status() const { return follower_->status(); }

    [[nodiscard]] const engine::Engine& engine() const { return engine_; }

  private:
    class ObservedSource;

    runtime::Task<> run_engine();

    Surroundings around_;
    runtime::Random random_;
    obs::Metrics metrics_;
    std::unique_ptr<runtime::Workers> workers_;
    store::Committer committer_;
    engine::Engine engine_;
    std::unique_ptr<rpc::Pool> pool_;
    std::unique_ptr<chain::Follower> follower_;
    std::unique_ptr<ObservedSource> source_;
    delivery::RateLimits limits_;
    delivery::Delivery delivery_;
    runtime::TaskGroup group_;
    std::optional<Error> ended_;

  public:
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();
};

}  // namespace faultline::sim
