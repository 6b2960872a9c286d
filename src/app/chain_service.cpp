// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/finality.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/audit.hpp>
#include <app/chain_identity.hpp>
#include <app/chain_service.hpp>
#include <app/concentration_metrics.hpp>
#include <app/daemon_config.hpp>
#include <app/firing_alerts.hpp>
#include <app/self_watch.hpp>
#include <app/version.hpp>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

chain::FollowerOptions follow_options(const ChainConfig& chain) {
    chain::FollowerOptions options = chain.follow;
    options.filter = protocol::filter_of(chain.deployments);
    return options;
}

std::vector<ConcentrationMetrics::Market> markets_of(const protocol::Protocols& protocols) {
    std::vector<ConcentrationMetrics::Market> out;
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        out.push_back({
            .protocol = std::string(protocols.of(market).name(market)),
            .name = protocols.label(market).name,
        });
    }
    return out;
}

std::vector<std::optional<graph::NodeKey>> market_nodes(const engine::Fold& fold) {
    std::vector<std::optional<graph::NodeKey>> out;
    for (std::size_t i = 0; i < fold.protocols().markets(); ++i) {
        out.push_back(fold.graph().market_node(static_cast<protocol::MarketId>(i)));
    }
    return out;
}

}  // namespace

obs::Gauge& chain_halted_gauge(obs::Metrics& metrics, const std::string& chain) {
    return metrics.gauge(
        "faultline_chain_halted",
        "1 when the chain is not followed and only a person can change that; /v1/status says why",
        {{"chain", chain}}
    );
}

Result<std::unique_ptr<ChainService>> ChainService::open(
    const DaemonConfig& config, const ChainConfig& chain, Shared shared
) {
    const std::string folder = store_folder(config, chain);
    FAULTLINE_TRY(auto store, store::open_rocksdb(folder));
    if (auto fits = store::check_schema(*store, identity_of(chain)); !fits) {
        return std::move(fits).error().context(
            "chain \"" + chain.follow.chain_name + "\", folder " + folder
        );
    }
    std::unique_ptr<ChainService> service(new ChainService(config, chain, shared, std::move(store))
    );
    if (auto loaded = service->engine_->load(); !loaded) {
        return std::move(loaded).error().context("load " + folder);
    }
    const auto tip = service->engine_->tip();
    if (!tip) {
        FAULTLINE_TRY_VOID(check_can_start(chain));
    }
    shared.log.info(
        "chain_loaded",
        tip ? "Resuming after block " + tip->text()
            : "Starting at block " + std::to_string(chain.follow.start_block),
        {{"chain", service->name_},
         {"accounts", service->engine_->fold().protocols().counts().holders}}
    );
    return service;
}

ChainService::ChainService(
    const DaemonConfig& config,
    const ChainConfig& chain,
    Shared shared,
    std::unique_ptr<store::Store> store
)
    : name_(chain.follow.chain_name),
      chain_id_(chain.follow.chain_id),
      max_head_age_(chain.follow.max_head_age),
      shared_(shared),
      inhibitions_(config.inhibitions),
      rpc_metrics_(shared.metrics, name_),
      halted_(chain_halted_gauge(shared.metrics, name_)),
      store_(std::move(store)),
      committer_(*store_, shared.workers),
      engine_(std::make_unique<engine::Engine>(
          fold_options(config, chain),
          chain.follow.undo_window_blocks,
          engine::EngineParts{
              *store_, committer_, shared.clock, shared.random, shared.log, shared.metrics
          }
      )),
      pool_(open_pool(chain, shared, rpc_metrics_)),
      follower_(chain::make_follower(
          follow_options(chain),
          chain::FollowerParts{
              *pool_,
              chain.endpoints,
              shared.websockets,
              shared.clock,
              shared.random,
              *engine_,
              shared.log,
              shared.metrics
          }
      )),
      delivery_(
          {.chain_name = name_,
           .version = std::string(kVersion),
           .receivers = config.receivers,
           .routes = config.routes,
           .inhibitions = config.inhibitions,
           .links = {.external_url = config.external_url, .explorer = chain.explorer}},
          {*store_,
           committer_,
           shared.receivers,
           shared.limits,
           shared.clock,
           shared.random,
           shared.log,
           shared.metrics,
           [this](const eth::BlockRef& block, eth::Finality level) {
               return chain::is_final(follower_->status(), *engine_, block, level);
           },
           [this](const std::string& rule, UnixSeconds block_at, UnixMillis first_seen) {
               return !rules::watch_rule_of(rule) && is_past(block_at, first_seen);
           },
           shared.decisions,
           [this] {
               return firing_alerts(engine_->fold());
           }}
      ),
      auditor_(
          name_,
          chain.audit,
          AuditParts{
              *engine_,
              [this](Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides) {
                  return pool_->testimony(block, std::move(reads), std::move(besides));
              },
              chain.endpoints.size(),
              [this](const eth::BlockRef& block) {
                  return may_audit(follower_->status(), *engine_, block);
              },
              shared.clock,
              shared.random,
              shared.log,
              shared.metrics
          }
      ),
      graphs_(config.labels, chain_id_),
      graph_metrics_(shared.metrics, name_),
      concentration_(shared.metrics, name_, markets_of(engine_->fold().protocols())) {
    engine_->work_with(shared.second_thread);
    engine_->keep_blocks({.newest = chain.keep_raw_blocks});
    engine_->keep_graph(chain.keep_graph);
    engine_->on_outbox([this] { delivery_.notify(); });
    engine_->on_live_block([this](const eth::Block& block) { auditor_.saw(block); });
}

alerts::Inhibitor ChainService::inhibitor() const {
    return inhibitions_.empty() ? alerts::Inhibitor()
                                : alerts::Inhibitor(inhibitions_, firing_alerts(engine_->fold()));
}

runtime::Task<> ChainService::show_graph() {
    constexpr auto kEvery = std::chrono::seconds(15);
    GraphShelf::Graph shown;
    for (;;) {
        // Nothing is made before the first live block, and nothing anew of a block that is shown.
        if (co_await engine_->settled(kEvery)) {
            const auto newest = graphs_.get(*engine_);
            if (newest && *newest != nullptr && *newest != shown) {
                shown = *newest;
                graph_metrics_.show(*shown);
                concentration_.show(shown->through(), market_nodes(engine_->fold()));
            }
        }
        co_await shared_.clock.sleep(kEvery);
    }
}

bool ChainService::is_past(UnixSeconds block_at, UnixMillis first_seen) const {
    const auto& tip = engine_->progress().committed;
    return age_of(block_at, first_seen) > max_head_age_ && tip &&
           age_of(tip->timestamp, shared_.clock.wall_now()) > max_head_age_;
}

api::HeadNews ChainService::head_news() const {
    const chain::HeadStatus& head = follower_->status();
    api::HeadNews out;
    out.max_head_age = max_head_age_;
    out.last_error = head.last_error;
    if (head.latest) {
        out.since_contact = shared_.clock.now() - head.last_contact;
        out.head_age = age_of(head.latest_at, shared_.clock.wall_now());
    }
    return out;
}

runtime::Task<> ChainService::run(std::function<void()> on_stillborn) {
    SelfWatch watch({
        .engine = *engine_,
        .clock = shared_.clock,
        .head = [this] { return head_news(); },
        .receivers = [this] { return delivery_.standings(); },
    });
    runtime::TaskGroup group;
    group.spawn(name_ + ": follow", follow(std::move(on_stillborn)));
    group.spawn(name_ + ": head hints", follower_->run_hints());
    group.spawn(name_ + ": endpoints", pool_->run());
    group.spawn(name_ + ": delivery", delivery_.run());
    group.spawn(name_ + ": audit", auditor_.run());
    group.spawn(name_ + ": graph figures", show_graph());
    group.spawn(name_ + ": self watch", watch.run());
    co_await group.wait();
}

runtime::Task<> ChainService::follow(std::function<void()> on_stillborn) {
    auto ended = co_await engine_->run(*follower_);
    if (ended) {
        co_return;
    }
    Error error = std::move(ended).error().context("chain \"" + name_ + "\" stopped");
    halted_.set(1);
    shared_.log.error("chain_halted", error.message(), {{"chain", name_}});
    // With a block there are figures to serve and an alert to deliver, whoever applied it.
    const bool stillborn = !engine_->tip();
    co_await engine_->halt(error.message());
    if (stillborn) {
        on_stillborn();
    }
}

}  // namespace faultline::app
