// SPDX-License-Identifier: Apache-2.0
// The composition root: everything is made here, in order of dependence, and ends in reverse.
#include <faultline/base/error.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/desk/desk.hpp>
#include <faultline/shell/mail/smtp.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/second_thread.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/chain_identity.hpp>
#include <app/chain_service.hpp>
#include <app/chain_view.hpp>
#include <app/daemon.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/operator_desk.hpp>
#include <app/receiver_client.hpp>
#include <app/rule_reload.hpp>
#include <app/unopened_chain.hpp>
#include <app/version.hpp>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using runtime::Task;

using Services = std::vector<std::unique_ptr<ChainService>>;

/// Commits and large parses; one of each at a time is all that the loop ever waits for.
constexpr unsigned kWorkerThreads = 2;
constexpr unsigned kSlowThreads = 2;

/// Chains run beside each other. One that cannot start leaves the others alone; when none can,
/// there is nothing to run for.
Task<> run_all(
    Services& services,
    net::HttpServer& server,
    desk::Desk& desk,
    runtime::TaskGroup& all,
    ExitCode& exit_code
) {
    std::size_t stillborn = 0;
    const auto on_stillborn = [&] {
        if (++stillborn == services.size()) {
            exit_code = ExitCode::kCannotStart;
            all.cancel();
        }
    };
    all.spawn("http server", server.run());
    all.spawn("desk", desk.run());
    for (const auto& service : services) {
        all.spawn(service->name(), service->run(on_stillborn));
    }
    co_await all.wait();
}

/// The first signal winds everything down, the second does not wait for it.
Task<> obey_signals(runtime::Loop& loop, runtime::TaskGroup& all, obs::Log& log) {
    co_await loop.shutdown_signal();
    log.info("stopping", "Stopping: finishing the commit under way (signal again to stop at once)");
    all.cancel();
    co_await loop.shutdown_signal();
    std::_Exit(exit_status(ExitCode::kInterrupted));
}

/// What is wrong is logged, and changes nothing.
Task<> obey_reloads(runtime::Loop& loop, RuleReload& reload) {
    for (;;) {
        co_await loop.reload_signal();
        static_cast<void>(reload());
    }
}

Task<> run_until_stopped(
    runtime::Loop& loop,
    Services& services,
    net::HttpServer& server,
    desk::Desk& desk,
    obs::Log& log,
    RuleReload& reload,
    ExitCode& exit_code
) {
    runtime::TaskGroup all;
    runtime::TaskGroup signals;
    signals.spawn("signals", obey_signals(loop, all, log));
    signals.spawn("reload signals", obey_reloads(loop, reload));
    std::exception_ptr failure;
    try {
        co_await run_all(services, server, desk, all, exit_code);
    } catch (...) {
        failure = std::current_exception();
    }
    signals.cancel();
    co_await signals.wait();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

using Views = std::vector<std::unique_ptr<api::ChainView>>;

/// Chains that could be opened, and what the API may see of all.
struct Opened {
    Services services;
    Views views;
};

/// A chain that cannot be opened leaves the others alone. Of the first, the error when none can.
Result<Opened> open_chains(const DaemonConfig& config, Shared shared) {
    Opened opened;
    std::optional<Error> first;
    for (const ChainConfig& chain : config.chains) {
        auto service = ChainService::open(config, chain, shared);
        if (service) {
            opened.views.push_back(std::make_unique<EngineView>(**service, shared.clock));
            opened.services.push_back(*std::move(service));
            continue;
        }
        const std::string why = service.error().message();
        if (config.chains.size() > 1) {
            shared.log.error("chain_halted", why, {{"chain", chain.follow.chain_name}});
        }
        chain_halted_gauge(shared.metrics, chain.follow.chain_name).set(1);
        opened.views.push_back(
            std::make_unique<UnopenedChain>(chain.follow.chain_name, chain.follow.chain_id, why)
        );
        if (!first) {
            first = std::move(service).error();
        }
    }
    if (opened.services.empty()) {
        return *std::move(first);
    }
    return opened;
}

std::vector<api::ChainView*> pointers(const Views& views) {
    std::vector<api::ChainView*> out;
    for (const auto& view : views) {
        out.push_back(view.get());
    }
    return out;
}

/// What operators decided, in a store that is no chain's.
struct Operators {
    Result<void> open(
        const DaemonConfig& config,
        runtime::Workers& workers,
        runtime::Clock& clock,
        obs::Log& log,
        obs::Metrics& metrics
    ) {
        const std::string folder = operators_folder(config);
        FAULTLINE_TRY(store, store::open_rocksdb(folder));
        committer = std::make_unique<store::Committer>(*store, workers);
        auto opened = desk::Desk::open({*store, *committer, clock, log, metrics});
        if (!opened) {
            return std::move(opened).error().context("load " + folder);
        }
        desk = *std::move(opened);
        return {};
    }

    /// Each decision is told to the services, which outlive it.
    void tell(const Services& services) const {
        desk->on_decision([&services] {
            for (const auto& service : services) {
                service->decisions_changed();
            }
        });
    }

    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::Committer> committer;
    std::unique_ptr<desk::Desk> desk;
};

/// Of "host:0" the port is one that was free.
std::string served_at(const std::string& listen, const net::HttpServer& server) {
    return listen.substr(0, listen.rfind(':')) + ":" + std::to_string(server.port());
}

void say_version(obs::Metrics& metrics) {
    metrics
        .gauge(
            "faultline_build_info", "Version of this program", {{"version", std::string(kVersion)}}
        )
        .set(1);
}

void say_dry_runs(const DaemonConfig& config, obs::Log& log) {
    for (const delivery::Receiver& receiver : config.receivers) {
        if (receiver.dry_run) {
            log.warn(
                "dry_run",
                "Nothing is sent to this receiver: what it would get is logged and done with",
                {{"receiver", receiver.name}}
            );
        }
    }
}

int cannot_start(obs::Log& log, const Error& error) {
    log.error("cannot_start", error.message());
    return exit_status(ExitCode::kCannotStart);
}

/// By which names people reach the API.
std::vector<std::string> own_hosts(const DaemonConfig& config) {
    std::vector<std::string> out;
    if (const auto url = net::Url::parse(config.external_url);
        url && !config.external_url.empty()) {
        out.push_back(url->host);
    }
    const std::size_t port = config.api_listen.rfind(':');
    out.push_back(config.api_listen.substr(0, port));
    return out;
}

/// Whether it came to an end; what it throws is logged.
bool ran(runtime::Loop& loop, runtime::Task<> all, obs::Log& log) {
    try {
        loop.run(std::move(all));
        return true;
    } catch (const std::exception& error) {
        log.error("failed", std::string("Stopped by an unexpected failure: ") + error.what());
        return false;
    }
}

void say_served(const std::string& at, obs::Log& log) {
    log.info("serving", "Metrics and API at http://" + at, {{"version", kVersion}});
}

}  // namespace

int run_daemon(const DaemonConfig& config) {
    const std::unique_ptr<obs::Log> log = obs::make_stderr_log(config.log_level, config.log_format);
    obs::Metrics metrics;
    say_version(metrics);
    runtime::Loop loop;
    loop.catch_signals();
    runtime::Random random(runtime::Random::system_seed());
    const auto workers = runtime::make_worker_pool(kWorkerThreads);
    const auto second_thread = runtime::make_second_thread();
    const auto http = net::make_http_client(loop.clock());
    const auto websockets = net::make_ws_connector(loop.clock());
    // Mail and a slow reader of our output must not keep commits waiting.
    const auto slow = runtime::make_worker_pool(kSlowThreads);
    const auto mail = mail::make_smtp_client(*slow);
    ReceiverClient receivers(*http, *mail, *slow);
    delivery::RateLimits limits;
    Operators operators;
    if (auto ready = operators.open(config, *workers, loop.clock(), *log, metrics); !ready) {
        return cannot_start(*log, std::move(ready).error());
    }
    const Shared shared{
        loop.clock(),
        random,
        *workers,
        *second_thread,
        *http,
        *websockets,
        receivers,
        limits,
        *log,
        metrics,
        &operators.desk->decisions()
    };

    auto opened = open_chains(config, shared);
    if (!opened) {
        return cannot_start(*log, std::move(opened).error());
    }
    say_dry_runs(config, *log);
    operators.tell(opened->services);
    OperatorDesk operator_desk(*operators.desk, pointers(opened->views), loop.clock());
    RuleReload reload(config, opened->services, *log, metrics);
    api::Api api(
        {.version = std::string(kVersion),
         .readiness = {},
         .reload = [&reload] { return reload(); },
         .operators = &operator_desk,
         .hosts = own_hosts(config)},
        pointers(opened->views),
        metrics
    );
    auto server = net::make_http_server(
        config.api_listen,
        [&api](net::HttpRequest request) { return api.handle(std::move(request)); },
        *log
    );
    if (!server) {
        return cannot_start(*log, std::move(server).error());
    }
    say_served(served_at(config.api_listen, **server), *log);
    ExitCode exit_code = ExitCode::kOk;
    auto all = run_until_stopped(
        loop, opened->services, **server, *operators.desk, *log, reload, exit_code
    );
    if (!ran(loop, std::move(all), *log)) {
        return exit_status(ExitCode::kFailed);
    }
    log->info("stopped", "Stopped; everything committed is safe");
    return exit_status(exit_code);
}

}  // namespace faultline::app
