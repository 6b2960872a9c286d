// SPDX-License-Identifier: Apache-2.0
// From a block's last byte to its alert on disk, and to the first byte that a receiver on this
// machine gets, by the wall clock, with the shipped rules on and beside what fdatasync takes.
// Prices walk by SIGMA_BP hundredths of a percent a block (price_path.hpp); with 0 all of them
// swing by a tenth from block to block.
//
// usage: alert_latency FOLDER RULES_FOLDER [LOGS_PER_BLOCK=400] [BLOCKS=400] [USERS=100000]
//            [SIGMA_BP=5] [PAUSE_MS=5]
#include "bench/ingest/bench_block.hpp"
#include "bench/ingest/bench_chain.hpp"
#include "bench/ingest/latency_probe.hpp"
#include "bench/ingest/price_path.hpp"
#include "shell/store/rocksdb_store.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/second_thread.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace faultline::bench {
namespace {

constexpr std::uint64_t kHistory = 2000;
constexpr std::uint64_t kReserves = 40;
/// Blocks whose first looks, files and connections are not what is asked.
constexpr std::size_t kWarm = 20;

/// History of few logs, then live blocks of many, each when the alert of the one before was heard.
class Blocks final : public chain::Source {
  public:
    Blocks(
        runtime::Clock& clock,
        Moments& moments,
        const std::string& probe,
        std::uint64_t users,
        std::uint64_t logs,
        std::uint64_t live,
        unsigned sigma_bp,
        std::chrono::milliseconds pause
    )
        : clock_(clock),
          moments_(moments),
          probe_(::open(probe.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)),
          live_blocks_(live),
          old_({.blocks = kHistory, .logs_per_block = 50, .users = users, .reserves = kReserves}),
          live_(
              {.blocks = kHistory + live,
               .logs_per_block = logs,
               .users = users,
               .reserves = kReserves}
          ),
          prices_(live_.assets(), sigma_bp),
          pause_(pause) {
        filter_ = eth::LogFilter::of_topics(aave::Markets::topics());
    }

    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;

    ~Blocks() override { ::close(probe_); }

    void serve(engine::Engine& engine) { engine_ = &engine; }

    runtime::Task<Result<eth::ChainEvent>> next() override {
        using namespace std::chrono_literals;
        if (moments_.spent.size() < moments_.began.size()) {
            moments_.spent.push_back(thread_time() - thread_began_);
        }
        while (moments_.received.load(std::memory_order_acquire) < moments_.began.size()) {
            co_await clock_.sleep(200us);
        }
        if (at_ == kHistory + live_blocks_) {
            co_return Error(Code::kRejected, "the list is over");
        }
        std::string text = "[";
        (at_ < kHistory ? old_ : live_).logs(kBase + at_, text);
        text += "]";
        prices_.go_to(kBase + at_);
        // The first live block has the lower price, and nothing to end.
        if (at_ > kHistory) {
            // Behind the acknowledgement of the one before, whose batch would be in the way.
            co_await clock_.sleep(pause_);
            sync();
            thread_began_ = thread_time();
            moments_.began.push_back(Wall::now());
        }
        co_return eth::Applied{block(kBase + at_++, text)};
    }

    [[nodiscard]] bool has_history() const override { return at_ < kHistory; }

  private:
    /// What the calling thread ran for.
    static Wall::duration thread_time() {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    }

    void sync() {
        constexpr std::size_t kPage = 4096;
        const std::string page(kPage, static_cast<char>(at_ & 0x7f));
        const auto began = Wall::now();
        if (::write(probe_, page.data(), page.size()) < 0 || ::fdatasync(probe_) != 0) {
            throw std::runtime_error("the probe file cannot be written");
        }
        moments_.synced.push_back(Wall::now() - began);
    }

    [[nodiscard]] eth::Block block(eth::BlockNum number, const std::string& text) const {
        return bench_block(
            *engine_, filter_, number, text, number >= kBase + kHistory, std::cref(prices_)
        );
    }

    runtime::Clock& clock_;
    Moments& moments_;
    int probe_;
    std::uint64_t live_blocks_;
    BenchChain old_;
    BenchChain live_;
    PricePath prices_;
    std::chrono::milliseconds pause_;
    eth::LogFilter filter_;
    std::size_t at_ = 0;
    Wall::duration thread_began_{};
    engine::Engine* engine_ = nullptr;
};

/// The shipped rules and one that changes its mind at every block, as a daemon reads them.
app::DaemonConfig configuration(
    const std::string& folder, const std::string& rules, const Address& swings, unsigned short port
) {
    const std::string file = folder + "/latency.yaml";
    std::ofstream(file) << "store: {path: " << folder << "/unused}\n"
                        << R"(chains:
  - name: bench
    chain_id: 31337
    endpoints: [{name: none, url: "http://127.0.0.1:9"}]
    aave_v3:
      - name: bench
        addresses_provider: "0x0000000000000000000000000000000000000001"
        pool: "0x0000000000000000000000000000000000000002"
        configurator: "0x0000000000000000000000000000000000000003"
        oracle: "0x0000000000000000000000000000000000000004"
        deployed_at: )" << kBase
                        << "\nlabels: []\nrule_files: [" << rules << R"(/]
rules: [{name: toggle, kind: expression, severity: critical, expression: 'max by (market) (price{market="bench", token=")"
                        << swings.hex() << R"("}) > 1.05'}]
receivers: [{name: ear, kind: webhook, allow_private: true, url: "http://127.0.0.1:)"
                        << port << R"(/"}]
)";
    auto loaded = app::load_config(file, config::process_surroundings());
    if (!loaded) {
        throw std::runtime_error(loaded.error().front().message());
    }
    return *std::move(loaded);
}

double milliseconds(Wall::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// p50 and p99, in milliseconds.
std::pair<double, double> print(const char* what, std::vector<double> all) {
    std::ranges::sort(all);
    const double half = all[all.size() / 2];
    const double most = all[(all.size() * 99) / 100];
    std::printf("%-44s p50 %7.2f ms   p99 %7.2f ms\n", what, half, most);
    return {half, most};
}

void report_times(const Moments& moments) {
    std::vector<double> durable;
    std::vector<double> heard;
    std::vector<double> synced;
    std::vector<double> spent;
    std::vector<double> waited;
    std::vector<double> ours;
    for (std::size_t i = kWarm; i < moments.began.size(); ++i) {
        durable.push_back(milliseconds(moments.durable.at(i) - moments.began[i]));
        heard.push_back(milliseconds(moments.heard.at(i) - moments.began[i]));
        synced.push_back(milliseconds(moments.synced.at(i)));
        waited.push_back(milliseconds(moments.waited.at(i)));
        ours.push_back(durable.back() - waited.back());
        if (i < moments.spent.size()) {
            spent.push_back(milliseconds(moments.spent[i]));
        }
    }
    const auto sync = print("fdatasync of a page", synced);
    print("fdatasync of the alert's own batch", waited);
    print("processor time of the engine's thread", spent);
    const auto disk = print("last byte of a block to its alert on disk", durable);
    const auto ear = print("last byte of a block to its receiver's first", heard);
    print("on disk, less the fdatasync of its batch", ours);
    std::printf(
        "beyond fdatasync of a page: on disk p50 %.2f ms, p99 %.2f ms; heard p50 %.2f ms, p99 %.2f "
        "ms\n",
        disk.first - sync.first,
        disk.second - sync.second,
        ear.first - sync.first,
        ear.second - sync.second
    );
}

/// Where the time of the slowest went.
void report_slowest(const Moments& moments) {
    constexpr std::size_t kShown = 8;
    std::vector<std::size_t> order;
    for (std::size_t i = kWarm; i < moments.began.size(); ++i) {
        order.push_back(i);
    }
    const auto all = [&](std::size_t i) {
        return moments.durable[i] - moments.began[i];
    };
    std::ranges::sort(order, std::greater<>(), all);
    for (std::size_t i : std::span(order).first(std::min(kShown, order.size()))) {
        std::printf(
            "  block %4zu: on disk after %6.2f ms; to its batch %6.2f, of which processor %6.2f; "
            "commit %6.2f, of which fdatasync %6.2f\n",
            i,
            milliseconds(all(i)),
            milliseconds(moments.handed[i] - moments.began[i]),
            i < moments.spent.size() ? milliseconds(moments.spent[i]) : 0,
            milliseconds(moments.durable[i] - moments.handed[i]),
            milliseconds(moments.waited[i])
        );
    }
}

void report(const Moments& moments, std::uint64_t live, std::uint64_t logs, std::size_t rules) {
    std::printf(
        "%llu blocks of %llu logs, %zu rules\n",
        static_cast<unsigned long long>(live),
        static_cast<unsigned long long>(logs),
        rules
    );
    report_times(moments);
    report_slowest(moments);
}

void measure(
    const std::string& folder,
    const std::string& rules,
    std::uint64_t logs,
    std::uint64_t live,
    std::uint64_t users,
    unsigned sigma_bp,
    std::chrono::milliseconds pause
) {
    std::filesystem::create_directories(folder);
    Moments moments;
    moments.began.reserve(live);
    moments.durable.reserve(live);
    moments.heard.reserve(live);
    moments.handed.reserve(live);
    moments.waited.reserve(live);
    Ear ear(moments);
    const app::DaemonConfig config = configuration(
        folder, rules, BenchChain({.reserves = kReserves}).assets().back(), ear.port()
    );
    std::thread listening([&ear] { ear.run(); });
    SyncClock sync_clock;
    auto inner = store::open_rocksdb_with(folder + "/store", {.env = &sync_clock});
    if (!inner) {
        throw std::runtime_error(inner.error().message());
    }
    Observed store(**inner, moments);
    runtime::Loop loop;
    runtime::Random random(1);
    const auto workers = runtime::make_worker_pool(1);
    const auto client = net::make_http_client(loop.clock());
    obs::Metrics metrics;
    delivery::RateLimits limits;
    store::Committer committer(store, *workers);
    engine::Engine engine(
        app::fold_options(config, config.chains.front()),
        256,
        {store, committer, loop.clock(), random, obs::null_log(), metrics}
    );
    delivery::Delivery delivery(
        {.chain_name = "bench",
         .version = "0",
         .receivers = config.receivers,
         .routes = {},
         .inhibitions = {}},
        {.store = store,
         .committer = committer,
         .client = *client,
         .limits = limits,
         .clock = loop.clock(),
         .random = random,
         .log = obs::null_log(),
         .metrics = metrics,
         .is_final =
             [](const eth::BlockRef&, eth::Finality) {
                 return true;
             }}
    );
    const auto second_thread = runtime::make_second_thread();
    engine.work_with(*second_thread);
    engine.on_outbox([&delivery] { delivery.notify(); });
    Blocks source(loop.clock(), moments, folder + "/probe", users, logs, live, sigma_bp, pause);
    source.serve(engine);
    if (const auto loaded = engine.load(); !loaded) {
        throw std::runtime_error(loaded.error().message());
    }
    loop.run(
        [](engine::Engine& runs, Blocks& from, delivery::Delivery& carries) -> runtime::Task<> {
            runtime::TaskGroup group;
            group.spawn("delivery", carries.run());
            static_cast<void>(co_await runs.run(from));
            group.cancel();
            co_await group.wait();
        }(engine, source, delivery)
    );
    report(moments, live, logs, config.rules.signals.size() + config.rules.health.size());
    std::exit(0);  // The listener sits in accept().
}

}  // namespace
}  // namespace faultline::bench

int main(int count, char** arguments) {
    const std::span<char*> words(arguments, static_cast<std::size_t>(count));
    if (words.size() < 3) {
        std::cerr << "usage: alert_latency FOLDER RULES_FOLDER [LOGS_PER_BLOCK=400] [BLOCKS=400] "
                     "[USERS=100000] [SIGMA_BP=5] [PAUSE_MS=5]\n";
        return 2;
    }
    const auto number = [&](std::size_t at, std::uint64_t otherwise) {
        return words.size() > at ? std::strtoull(words[at], nullptr, 10) : otherwise;
    };
    faultline::bench::measure(
        words[1],
        std::filesystem::absolute(words[2]).string(),
        number(3, 400),
        number(4, 400),
        number(5, 100'000),
        static_cast<unsigned>(number(6, 5)),
        std::chrono::milliseconds(number(7, 5))
    );
    return 0;
}
