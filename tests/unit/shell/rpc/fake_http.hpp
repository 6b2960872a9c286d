// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// Answers every request from a function and keeps what was asked.
class FakeHttp final : public net::HttpClient {
  public:
    using Answer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

    explicit FakeHttp(Answer answer) : answer_(std::move(answer)) {}

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        deadline_ = deadline;
        requests_.push_back(request);
        co_return answer_(request);
    }

    [[nodiscard]] const std::vector<net::HttpRequest>& requests() const { return requests_; }

    [[nodiscard]] Duration deadline() const { return deadline_; }

  private:
    Answer answer_;
    std::vector<net::HttpRequest> requests_;
    Duration deadline_{};
};

/// A response with that body.
inline net::HttpResponse ok(std::string body) {
    net::HttpResponse response;
    response.body = std::move(body);
    return response;
}

}  // namespace faultline::rpc
