// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fake_chain.hpp"

#include <faultline/shell/api/api.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>
#include <utility>

namespace faultline::api::testing {

/// The API over two chains whose answers the test decides.
struct Bench {
    runtime::Loop loop;
    obs::Metrics metrics;
    FakeChain chain{"devnet"};
    FakeChain other{"base"};
    Api api{{.version = "1.2.3", .readiness = {}}, {&chain, &other}, metrics};

    net::HttpResponse get(
        const std::string& target, const std::string& method = "GET", net::Headers headers = {}
    ) {
        net::HttpRequest request;
        request.method = method;
        request.url.target = target;
        request.headers = std::move(headers);
        net::HttpResponse out;
        loop.run(take(api.handle(std::move(request)), out));
        return out;
    }

    static runtime::Task<> take(runtime::Task<net::HttpResponse> task, net::HttpResponse& out) {
        out = co_await std::move(task);
    }
};

inline bool has(const net::HttpResponse& response, const std::string& part) {
    return response.body.find(part) != std::string::npos;
}

}  // namespace faultline::api::testing
