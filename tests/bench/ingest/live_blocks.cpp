// SPDX-License-Identifier: Apache-2.0
// What a live block of many logs costs from the text of its logs to one synced commit, in CPU time.
// usage: live_blocks FOLDER [LOGS_PER_BLOCK=400] [BLOCKS=200] [USERS=1000,10000,100000]
#include "bench/cpu_seconds.hpp"
#include "bench/ingest/bench_block.hpp"
#include "bench/ingest/bench_chain.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace faultline::bench {
namespace {

constexpr std::uint64_t kHistory = 2000;
constexpr std::uint64_t kReserves = 40;

engine::FoldOptions fold_options(bool with_rule) {
    const auto address = [](std::uint8_t n) {
        Address out;
        out.bytes[19] = n;
        return out;
    };
    engine::FoldOptions options;
    options.chain_name = "bench";
    options.deployments = aave::deployments_of(
        {{.name = "bench",
          .addresses_provider = address(1),
          .pool = address(2),
          .configurator = address(3),
          .oracle = address(4),
          .deployed_at = kBase}}
    );
    if (with_rule) {
        rules::HealthFactorRule rule;
        rule.terms.name = "low";
        // No account is ever in breach: what is measured is the valuing.
        rule.below_wad = 0;
        rule.resolve_at_wad = 0;
        options.rules = {.health = {rule}, .signals = {}};
    }
    return options;
}

/// A dollar and a little more by block.
std::uint64_t price(eth::BlockNum number) {
    return 100'000'000 + (number - kBase);
}

/// History of few logs, then live blocks of many.
class Blocks final : public chain::Source {
  public:
    Blocks(std::uint64_t users, std::uint64_t logs, std::uint64_t live)
        : old_({.blocks = kHistory, .logs_per_block = 50, .users = users, .reserves = kReserves}),
          live_(
              {.blocks = kHistory + live,
               .logs_per_block = logs,
               .users = users,
               .reserves = kReserves}
          ) {
        filter_ = eth::LogFilter::of_topics(aave::Markets::topics());
        for (eth::BlockNum n = 0; n < kHistory + live; ++n) {
            std::string text = "[";
            (n < kHistory ? old_ : live_).logs(kBase + n, text);
            texts_.push_back(text + "]");
        }
    }

    void serve(engine::Engine& engine) { engine_ = &engine; }

    runtime::Task<Result<eth::ChainEvent>> next() override {
        if (at_ == kHistory + 1) {
            began_cpu_s_ = cpu_seconds();  // Behind the first live block, which reads what is new.
        }
        if (at_ == texts_.size()) {
            used_cpu_s_ = cpu_seconds() - began_cpu_s_;
            co_return Error(Code::kRejected, "the list is over");
        }
        co_return eth::Applied{block(kBase + at_++)};
    }

    [[nodiscard]] bool has_history() const override { return at_ < kHistory; }

    [[nodiscard]] double used_cpu_s() const noexcept { return used_cpu_s_; }

  private:
    [[nodiscard]] eth::Block block(eth::BlockNum number) const {
        return bench_block(
            *engine_,
            filter_,
            number,
            texts_[number - kBase],
            number >= kBase + kHistory,
            [number](const Address&) { return price(number); }
        );
    }

    BenchChain old_;
    BenchChain live_;
    eth::LogFilter filter_;
    std::vector<std::string> texts_;
    std::size_t at_ = 0;
    engine::Engine* engine_ = nullptr;
    double began_cpu_s_ = 0;
    double used_cpu_s_ = 0;
};

void measure(
    const std::string& folder,
    std::uint64_t users,
    std::uint64_t logs,
    std::uint64_t live,
    bool with_rule
) {
    auto store = store::open_rocksdb(folder + "/" + std::to_string(users) + (with_rule ? "r" : ""));
    if (!store) {
        throw std::runtime_error(store.error().message());
    }
    runtime::Loop loop;
    runtime::Random random(1);
    const auto workers = runtime::make_worker_pool(1);
    obs::Metrics metrics;
    {
        store::Committer committer(**store, *workers);
        engine::Engine engine(
            fold_options(with_rule),
            256,
            {**store, committer, loop.clock(), random, obs::null_log(), metrics}
        );
        Blocks source(users, logs, live);
        source.serve(engine);
        if (const auto loaded = engine.load(); !loaded) {
            throw std::runtime_error(loaded.error().message());
        }
        loop.run([](engine::Engine& runs, Blocks& from) -> runtime::Task<> {
            static_cast<void>(co_await runs.run(from));
        }(engine, source));
        if (engine.tip()->number != kBase + kHistory + live - 1) {
            throw std::runtime_error("not every block was applied");
        }
        const auto& tables = aave::markets_of(engine.fold().protocols())->tables();
        if (const std::string& why = tables.markets.find({0})->degraded; !why.empty()) {
            throw std::runtime_error("the market was degraded: " + why);
        }
        const double us = source.used_cpu_s() * 1e6 / static_cast<double>(live - 1);
        std::printf(
            "%8zu accounts, %s  %8.0f us a block  %6.2f us a log\n",
            tables.users.size(),
            with_rule ? "one rule about each:" : "no rule:            ",
            us,
            us / static_cast<double>(logs)
        );
    }
}

}  // namespace
}  // namespace faultline::bench

int main(int count, char** arguments) {
    const std::span<char*> words(arguments, static_cast<std::size_t>(count));
    if (words.size() < 2) {
        std::cerr
            << "usage: live_blocks FOLDER [LOGS_PER_BLOCK=400] [BLOCKS=200] [USERS,USERS...]\n";
        return 2;
    }
    const auto number = [&](std::size_t at, std::uint64_t otherwise) {
        return words.size() > at ? std::strtoull(words[at], nullptr, 10) : otherwise;
    };
    std::istringstream users(words.size() > 4 ? words[4] : "1000,10000,100000");
    for (std::string one; std::getline(users, one, ',');) {
        for (const bool with_rule : {false, true}) {
            faultline::bench::measure(
                words[1],
                std::strtoull(one.c_str(), nullptr, 10),
                number(2, 400),
                number(3, 200),
                with_rule
            );
        }
    }
    return 0;
}
