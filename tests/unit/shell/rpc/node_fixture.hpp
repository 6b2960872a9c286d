// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exchanges.hpp"
#include "fake_chain.hpp"
#include "fake_http.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

inline eth::BlockRef block_nine() {
    return {.number = 9, .hash = *Hash32::from_hex(chain_hash(9))};
}

/// Counts what is given to the workers, and runs it.
class CountingWorkers final : public runtime::Workers {
  public:
    runtime::Task<> run(std::move_only_function<void()> work) override {
        ++runs_;
        work();
        co_return;
    }

    [[nodiscard]] int runs() const { return runs_; }

  private:
    int runs_ = 0;
};

class Observations final : public RequestObserver {
  public:
    void observe(const RequestObservation& request) override {
        seen_.push_back(
            std::string(request.endpoint) + " " + std::string(request.method) + " " +
            std::string(request.outcome) + " " + std::to_string(request.calls)
        );
    }

    [[nodiscard]] const std::vector<std::string>& seen() const { return seen_; }

  private:
    std::vector<std::string> seen_;
};

inline EndpointOptions options() {
    EndpointOptions out;
    out.name = "test";
    out.http = net::Url{
        .scheme = "https",
        .user_info = "",
        .host = "node.example",
        .port = 443,
        .target = "/v3/secret-key-0123456789"
    };
    out.request_timeout = std::chrono::seconds(3);
    out.max_batch = 4;
    return out;
}

/// A node over a fake HTTP client, and a way to await it.
struct Fixture {
    FakeHttp http;
    runtime::Loop loop;
    CountingWorkers workers;
    Observations observations;
    std::unique_ptr<Node> node;

    explicit Fixture(FakeHttp::Answer answer, EndpointOptions endpoint = options())
        : http(std::move(answer)) {
        node = make_json_rpc_node(std::move(endpoint), http, loop.clock(), workers, &observations);
    }

    template <class T>
    static runtime::Task<> keep(runtime::Task<Result<T>> task, std::optional<Result<T>>& out) {
        out = co_await std::move(task);
    }

    template <class T>
    Result<T> await(runtime::Task<Result<T>> task) {
        std::optional<Result<T>> out;
        loop.run(keep(std::move(task), out));
        REQUIRE(out.has_value());
        return *std::move(out);
    }
};

inline FakeHttp::Answer fixed(std::string body, int status = 200) {
    return [body, status](const net::HttpRequest&) -> Result<net::HttpResponse> {
        net::HttpResponse response = ok(body);
        response.status = status;
        return response;
    };
}

inline eth::LogFilter filter() {
    return eth::LogFilter::of_topics({hash_of('1')});
}

inline std::string chain_log(
    std::uint64_t number, std::uint64_t index, const std::string& data = "0x"
) {
    return R"({"address":"0x)" + std::string(40, 'e') + R"(","topics":[")" + hash_text('1') +
           R"("],"data":")" + data + R"(","blockNumber":")" + quantity_hex(number) +
           R"(","blockHash":")" + chain_hash(number) + R"(","transactionHash":")" + hash_text('c') +
           R"(","transactionIndex":"0x0","logIndex":")" + quantity_hex(index) + R"("})";
}

}  // namespace faultline::rpc
