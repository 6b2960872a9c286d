// SPDX-License-Identifier: Apache-2.0
#include "sim/daemon.hpp"

#include "sim/market_model.hpp"
#include "sim/node_answers.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/shell/chain/finality.hpp>
#include <faultline/shell/store/schema.hpp>

#include <chrono>
#include <utility>

namespace faultline::sim {

namespace {

rules::HealthFactorRule rule(
    std::string name, std::uint64_t below_percent, std::uint32_t for_blocks
) {
    const U256 percent = div_mod(wad(), 100).quotient;
    rules::HealthFactorRule out;
    out.terms.name = std::move(name);
    out.below_wad = wrapping_mul(percent, below_percent);
    out.resolve_at_wad = wrapping_mul(percent, below_percent + 5);
    out.terms.patience.for_blocks = for_blocks;
    return out;
}

rpc::EndpointOptions endpoint(std::uint64_t place) {
    const std::string host = endpoint_host(place);
    rpc::EndpointOptions out;
    out.name = host.substr(0, host.find('.'));
    out.http = *net::Url::parse("http://" + host + "/");
    out.ws = *net::Url::parse("ws://" + host + "/");
    out.request_timeout = std::chrono::seconds(8);
    out.max_batch = 40;
    return out;
}

std::vector<rpc::EndpointOptions> endpoints(const SimOptions& options) {
    std::vector<rpc::EndpointOptions> out;
    for (std::uint64_t place = 0; place < options.endpoints; ++place) {
        out.push_back(endpoint(place));
        out.back().verification = options.verification;
    }
    return out;
}

std::unique_ptr<rpc::Pool> open_pool(
    const SimOptions& options,
    const Surroundings& around,
    runtime::Workers& workers,
    obs::Metrics& metrics
) {
    std::vector<rpc::PoolEndpoint> out;
    const auto proven = rpc::make_proven_headers();
    for (rpc::EndpointOptions& one : endpoints(options)) {
        auto node = rpc::make_json_rpc_node(
            std::move(one), around.http, around.clock, workers, nullptr, proven
        );
        out.push_back({.node = std::move(node)});
    }
    rpc::PoolOptions pool;
    pool.chain_name = "sim";
    pool.chain_id = kChainId;
    pool.quorum = options.quorum;
    return rpc::make_pool(std::move(pool), std::move(out), {around.clock, around.log, metrics});
}

/// Every fourth seed asks for the market's own contracts as well, each log of which it is then told
/// twice; that changes nothing.
eth::LogFilter watched_logs(std::uint64_t seed) {
    const std::vector<Address> own{market_config().pool, market_config().configurator};
    std::vector<eth::LogClause> clauses{{.contracts = {}, .topics0 = aave::Markets::topics()}};
    if (seed % 4 == 3) {
        clauses.push_back({.contracts = own, .topics0 = {}});
    }
    return eth::LogFilter(std::move(clauses), own);
}

chain::FollowerOptions follower_options(const SimOptions& options, eth::BlockNum start) {
    chain::FollowerOptions out;
    out.chain_name = "sim";
    out.chain_id = kChainId;
    out.start_block = start;
    out.filter = watched_logs(options.seed);
    out.poll_interval = std::chrono::seconds(options.poll_seconds);
    out.undo_window_blocks = kUndoWindow;
    out.backfill_range_blocks = options.range_blocks;
    return out;
}

delivery::DeliveryOptions delivery_options() {
    delivery::DeliveryOptions out;
    out.chain_name = "sim";
    out.version = "sim";
    for (const std::string name : {"sink", "pager", "steady"}) {
        delivery::WebhookSettings webhook;
        webhook.url = *net::Url::parse("http://" + name + ".sim/hook");
        delivery::Receiver receiver;
        receiver.name = name;
        receiver.settings = std::move(webhook);
        out.receivers.push_back(std::move(receiver));
    }
    const auto urgent = alerts::Matcher::parse("rule=" + std::string(kUrgentRule));
    out.routes = alerts::Routes(
        {{.match = {*urgent}, .receivers = {"pager"}, .escalation = {}, .goes_on = true},
         {.match = {}, .receivers = {"sink", "steady"}, .escalation = {}}}
    );
    return out;
}

}  // namespace

std::string endpoint_host(std::uint64_t place) {
    return "node" + std::to_string(place) + ".sim";
}

engine::FoldOptions fold_options(const SimOptions& options) {
    engine::FoldOptions out;
    out.chain_name = "sim";
    out.deployments = aave::deployments_of({market_config()});
    out.rules.health = {
        rule("liquidation-near", 125, options.for_blocks),
        rule(std::string(kUrgentRule), 100, 1),
    };
    for (rules::HealthFactorRule& one : out.rules.health) {
        one.terms.patience.repeat_seconds = options.repeat_seconds;
    }
    out.rules.health[1].terms.wait_for =
        options.waits_for_safe ? eth::Finality::kSafe : eth::Finality::kLatest;
    return out;
}

/// Shows events to the checks on their way to the engine.
class Daemon::ObservedSource final : public chain::Source {
  public:
    ObservedSource(chain::Source& source, std::function<void(const eth::ChainEvent&)> observe)
        : source_(source), observe_(std::move(observe)) {}

    runtime::Task<Result<eth::ChainEvent>> next() override {
        auto event = co_await source_.next();
        if (event && observe_) {
            observe_(*event);
        }
        co_return event;
    }

    [[nodiscard]] bool has_history() const override { return source_.has_history(); }

  private:
    chain::Source& source_;
    std::function<void(const eth::ChainEvent&)> observe_;
};

Daemon::Daemon(
    const SimOptions& options, eth::BlockNum start, std::uint64_t seed, Surroundings around
)
    : around_(std::move(around)),
      random_(seed),
      workers_(runtime::make_inline_workers()),
      committer_(around_.store, *workers_),
      engine_(
          fold_options(options),
          kUndoWindow,
          {.store = around_.store,
           .committer = committer_,
           .clock = around_.clock,
           .random = random_,
           .log = around_.log,
           .metrics = metrics_}
      ),
      pool_(open_pool(options, around_, *workers_, metrics_)),
      follower_(chain::make_follower(
          follower_options(options, start),
          {.node = *pool_,
           .endpoints = endpoints(options),
           .connector = around_.sockets,
           .clock = around_.clock,
           .random = random_,
           .applied = engine_,
           .log = around_.log,
           .metrics = metrics_}
      )),
      source_(std::make_unique<ObservedSource>(*follower_, around_.on_event)),
      delivery_(
          delivery_options(),
          {.store = around_.store,
           .committer = committer_,
           .client = around_.http,
           .limits = limits_,
           .clock = around_.clock,
           .random = random_,
           .log = around_.log,
           .metrics = metrics_,
           .is_final =
               [this](const eth::BlockRef& block, eth::Finality level) {
                   return chain::is_final(follower_->status(), engine_, block, level);
               }}
      ) {}

Daemon::~Daemon() = default;

Result<void> Daemon::start() {
    FAULTLINE_TRY_VOID(
        store::check_schema(around_.store, {.chain_id = kChainId, .fingerprint = "sim"})
    );
    FAULTLINE_TRY_VOID(engine_.load());
    engine_.on_outbox([this] { delivery_.notify(); });
    group_.spawn("engine", run_engine());
    group_.spawn("hints", follower_->run_hints());
    group_.spawn("endpoints", pool_->run());
    group_.spawn("delivery", delivery_.run());
    return {};
}

runtime::Task<> Daemon::run_engine() {
    const Result<void> result = co_await engine_.run(*source_);
    if (!result) {
        ended_ = result.error();
    }
}

bool Daemon::kill() {
    group_.cancel();
    // Nothing on the way out may need time to pass.
    for (int i = 0; i < 100 && group_.live() > 0; ++i) {
        around_.loop.poll();
    }
    return group_.live() == 0;
}

}  // namespace faultline::sim
