// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc::test {

using namespace std::chrono_literals;

/// The events that were logged, each with its fields.
class PoolLog final : public obs::Log {
  public:
    std::vector<std::string> lines;

    void write(
        obs::Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<obs::Field> fields
    ) override {
        static_cast<void>(level);
        std::string line = std::string(event) + ": " + std::string(text);
        for (const obs::Field& field : fields) {
            line += " " + std::string(field.key) + "=" + field.value;
        }
        lines.push_back(std::move(line));
    }

    [[nodiscard]] std::ptrdiff_t count(std::string_view what) const {
        return std::ranges::count_if(lines, [what](const std::string& line) {
            return line.contains(what);
        });
    }
};

/// The block of that height on branch `salt`.
inline eth::Header block_at(eth::BlockNum number, std::uint8_t salt = 0) {
    const auto hash = [salt](eth::BlockNum at) {
        Hash32 out;
        out.bytes[0] = salt;
        for (std::size_t i = 0; i < 8; ++i) {
            out.bytes.at(31 - i) = static_cast<std::uint8_t>(at >> (8 * i));
        }
        out.bytes[1] = 1;
        return out;
    };
    eth::Header header;
    header.ref = {.number = number, .hash = hash(number)};
    header.parent = hash(number - 1);
    header.timestamp = {1'600'000'000 + number};
    return header;
}

/// An endpoint whose answers the test decides.
class FakeEndpoint final : public Node {
  public:
    FakeEndpoint(std::string name, runtime::Clock& clock) : name_(std::move(name)), clock_(clock) {}

    std::optional<Bytes> read_result;        ///< Of each read; nullopt: it reverts.
    std::optional<Bytes> refused_call;       ///< Calldata of what it does not carry through.
    std::optional<Bytes> answers_otherwise;  ///< Calldata of what it answers with another byte.

    eth::ChainId id = 1;
    eth::BlockNum head_number = 100;
    std::uint8_t branch = 0;
    Duration takes = 10ms;
    std::optional<Error> fault;  ///< For everything but the chain id.
    std::optional<Error> identity_fault;
    std::map<std::string, Error> faults;  ///< By method.
    bool lies = false;                    ///< A log too many in every block.
    std::map<std::string, int> calls;
    int cancelled = 0;

    [[nodiscard]] const std::string& name() const override { return name_; }

    [[nodiscard]] int all_calls() const {
        int sum = 0;
        for (const auto& [method, count] : calls) {
            sum += count;
        }
        return sum;
    }

    runtime::Task<Result<eth::ChainId>> chain_id() override {
        if (auto error = co_await begin("chain_id")) {
            co_return *std::move(error);
        }
        co_return id;
    }

    runtime::Task<Result<eth::Header>> head(HeadTag tag) override {
        if (auto error = co_await begin(tag == HeadTag::kLatest ? "head" : "level")) {
            co_return *std::move(error);
        }
        co_return block_at(head_number, branch);
    }

    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override {
        if (auto error = co_await begin("header_by_number")) {
            co_return *std::move(error);
        }
        if (number > head_number) {
            co_return lacks();
        }
        co_return block_at(number, branch);
    }

    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override {
        static_cast<void>(hash);
        co_return lacks();
    }

    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof /*proof*/
    ) override {
        if (auto error = co_await begin("headers")) {
            co_return *std::move(error);
        }
        if (last > head_number) {
            co_return lacks();
        }
        std::vector<eth::Header> out;
        for (eth::BlockNum number = first; number <= last; ++number) {
            out.push_back(block_at(number, branch));
        }
        co_return out;
    }

    runtime::Task<Result<PinnedBlock>> unverified_block(Hash32 hash, const eth::LogFilter& filter)
        override {
        return block(hash, filter);
    }

    runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) override {
        static_cast<void>(filter);
        if (auto error = co_await begin("block")) {
            co_return *std::move(error);
        }
        for (eth::BlockNum number = head_number; number + 5 > head_number; --number) {
            const eth::Header header = block_at(number, branch);
            if (header.ref.hash == hash) {
                PinnedBlock out;
                out.header = header;
                if (lies) {
                    out.logs.add(eth::Log{});
                }
                co_return out;
            }
        }
        co_return lacks();
    }

    runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override {
        static_cast<void>(first);
        static_cast<void>(last);
        static_cast<void>(filter);
        if (auto error = co_await begin("logs")) {
            co_return *std::move(error);
        }
        co_return std::vector<BlockLogs>();
    }

    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override {
        static_cast<void>(block);
        if (auto error = co_await begin("reads")) {
            co_return *std::move(error);
        }
        std::vector<eth::ReadAnswer> out;
        for (eth::Read& read : reads) {
            if (read.data == refused_call) {
                out.push_back(
                    {.read = std::move(read), .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
                );
                continue;
            }
            if (read.data == answers_otherwise) {
                out.push_back(
                    {.read = std::move(read), .outcome = eth::ReadOutcome::kReturned, .result = {8}}
                );
                continue;
            }
            const bool reverted = !read_result;
            out.push_back(
                {.read = std::move(read),
                 .outcome = eth::outcome_of(reverted),
                 .result = read_result.value_or(Bytes())}
            );
        }
        co_return out;
    }

  private:
    /// Counts what did not come to its end.
    class Unfinished {
      public:
        explicit Unfinished(int& count) : count_(count) {}

        Unfinished(const Unfinished&) = delete;
        Unfinished& operator=(const Unfinished&) = delete;

        ~Unfinished() { count_ += finished ? 0 : 1; }

        bool finished = false;

      private:
        int& count_;
    };

    [[nodiscard]] Error lacks() const {
        return {Code::kMissing, "endpoint " + name_ + ": the node has no block (it answered null)"};
    }

    runtime::Task<std::optional<Error>> begin(std::string method) {
        ++calls[method];
        Unfinished unfinished(cancelled);
        co_await clock_.sleep(takes);
        unfinished.finished = true;
        if (method == "chain_id") {
            co_return identity_fault;
        }
        const auto found = faults.find(method);
        co_return found != faults.end() ? std::optional(found->second) : fault;
    }

    std::string name_;
    runtime::Clock& clock_;
};

/// A pool of endpoints "a", "b", ... under simulated time.
struct PoolScenario {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    PoolLog log;
    obs::Metrics metrics;
    std::vector<FakeEndpoint*> nodes;
    std::unique_ptr<Pool> pool;

    explicit PoolScenario(std::vector<Role> roles, std::size_t quorum = 0) {
        std::vector<PoolEndpoint> endpoints;
        for (const Role role : roles) {
            const std::string name(1, static_cast<char>('a' + nodes.size()));
            auto node = std::make_unique<FakeEndpoint>(name, clock);
            nodes.push_back(node.get());
            endpoints.push_back({.node = std::move(node), .role = role});
        }
        PoolOptions options;
        options.chain_name = "test";
        options.chain_id = 1;
        options.quorum = quorum;
        pool = make_pool(std::move(options), std::move(endpoints), {clock, log, metrics});
    }

    [[nodiscard]] FakeEndpoint& at(std::size_t place) { return *nodes.at(place); }

    template <class T>
    Result<T> get(runtime::Task<Result<T>> task) {
        std::optional<Result<T>> out;
        clock.run(loop, keep(std::move(task), out));
        return *std::move(out);
    }

    /// Lets the pool look after its endpoints for a while.
    void pass(Duration time) { clock.run(loop, looked_after(time)); }

    [[nodiscard]] std::string_view state(std::size_t place) const {
        return pool->status().at(place).state;
    }

    [[nodiscard]] double counted(const std::string& name, obs::Labels labels) {
        labels.emplace("chain", "test");
        return metrics.counter(name, "", labels).value();
    }

    [[nodiscard]] double shown(const std::string& gauge, obs::Labels labels) {
        labels.emplace("chain", "test");
        return metrics.gauge(gauge, "", labels).value();
    }

  private:
    template <class T>
    static runtime::Task<> keep(runtime::Task<Result<T>> task, std::optional<Result<T>>& out) {
        out.emplace(co_await std::move(task));
    }

    runtime::Task<> looked_after(Duration time) {
        runtime::TaskGroup group;
        group.spawn("pool", pool->run());
        group.spawn("end", end_after(time, group));
        co_await group.wait();
    }

    runtime::Task<> end_after(Duration time, runtime::TaskGroup& group) {
        co_await clock.sleep(time);
        group.cancel();
    }
};

inline const std::vector<Role> kTwo{Role::kPrimary, Role::kPrimary};
inline const std::vector<Role> kThree{Role::kPrimary, Role::kPrimary, Role::kPrimary};

}  // namespace faultline::rpc::test
