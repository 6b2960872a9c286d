// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/audit.hpp>
#include <app/chain_pool.hpp>
#include <app/concentration_metrics.hpp>
#include <app/daemon_config.hpp>
#include <app/graph_metrics.hpp>
#include <app/graph_shelf.hpp>
#include <app/rpc_metrics.hpp>
#include <app/self_watch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace faultline::app {

/// 1 for a chain that is not followed.
obs::Gauge& chain_halted_gauge(obs::Metrics& metrics, const std::string& chain);

/// One chain, whole: store, engine, follower, delivery and audit. Chains share nothing that one
/// could break for another. Thread: loop.
class ChainService {
  public:
    /// Opens the chain's store and loads its state. Errors: those of the store and the engine.
    static Result<std::unique_ptr<ChainService>> open(
        const DaemonConfig& config, const ChainConfig& chain, Shared shared
    );

    /// Follows and delivers until cancelled. When the chain stops for good it says so, and goes on
    /// serving and delivering what it has. `on_stillborn` is called when it has nothing: no block
    /// was ever applied, which mostly means that it was started wrongly.
    runtime::Task<> run(std::function<void()> on_stillborn);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] eth::ChainId chain_id() const noexcept { return chain_id_; }

    /// An endpoint whose head is older is not believed to be at the present.
    [[nodiscard]] Duration max_head_age() const noexcept { return max_head_age_; }

    [[nodiscard]] engine::Engine& engine() noexcept { return *engine_; }

    [[nodiscard]] const rpc::Pool& pool() const noexcept { return *pool_; }

    [[nodiscard]] const chain::Follower& follower() const noexcept { return *follower_; }

    [[nodiscard]] const store::Store& store() const noexcept { return *store_; }

    /// @pre run() is running, for what it promises only then
    [[nodiscard]] delivery::Delivery& delivery() noexcept { return delivery_; }

    /// Its exposure graphs. @pre engine().settled() before each use
    [[nodiscard]] GraphShelf& graphs() noexcept { return graphs_; }

    /// Operators decided something about alerts.
    void decisions_changed() { delivery_.decisions_changed(); }

    /// nullptr: nobody can.
    [[nodiscard]] const alerts::Decisions* decisions() const noexcept { return shared_.decisions; }

    /// Who keeps whom quiet now.
    [[nodiscard]] alerts::Inhibitor inhibitor() const;

    [[nodiscard]] const Auditor& auditor() const noexcept { return auditor_; }

  private:
    ChainService(
        const DaemonConfig& config,
        const ChainConfig& chain,
        Shared shared,
        std::unique_ptr<store::Store> store
    );

    runtime::Task<> follow(std::function<void()> on_stillborn);
    [[nodiscard]] api::HeadNews head_news() const;
    /// Whether a block was old when it was seen, and the newest one still is.
    [[nodiscard]] bool is_past(UnixSeconds block_at, UnixMillis first_seen) const;
    /// Shows figures of the exposure graph, now and then: they are of all of it.
    runtime::Task<> show_graph();

    std::string name_;
    eth::ChainId chain_id_;
    Duration max_head_age_;
    Shared shared_;
    std::vector<alerts::Inhibition> inhibitions_;
    RpcMetrics rpc_metrics_;
    obs::Gauge& halted_;
    std::unique_ptr<store::Store> store_;
    store::Committer committer_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<rpc::Pool> pool_;
    std::unique_ptr<chain::Follower> follower_;
    delivery::Delivery delivery_;
    Auditor auditor_;
    GraphShelf graphs_;
    GraphMetrics graph_metrics_;
    ConcentrationMetrics concentration_;
};

}  // namespace faultline::app
