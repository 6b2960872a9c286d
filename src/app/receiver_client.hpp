// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <string>

namespace faultline::app {

/// Carries what receivers are sent, by the scheme of its URL: http and https by the one client,
/// smtp and smtps by the other; stdout is written to this process's standard output. Thread: loop.
class ReceiverClient final : public net::HttpClient {
  public:
    /// All outlive it. `workers` may block: whoever reads our output may be slow.
    ReceiverClient(net::HttpClient& http, net::HttpClient& mail, runtime::Workers& workers)
        : http_(http), mail_(mail), workers_(workers) {}

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override;

  private:
    runtime::Task<Result<net::HttpResponse>> print(std::string line);

    net::HttpClient& http_;
    net::HttpClient& mail_;
    runtime::Workers& workers_;
};

}  // namespace faultline::app
