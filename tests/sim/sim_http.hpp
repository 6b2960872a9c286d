// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/trace.hpp"

#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <map>
#include <string>

namespace faultline::sim {

/// A host on the simulated network.
class SimHost {
  public:
    SimHost() = default;
    SimHost(const SimHost&) = delete;
    SimHost& operator=(const SimHost&) = delete;
    virtual ~SimHost() = default;

    /// What became of one request: the answer, how long it takes to arrive, or that the connection
    /// fails after that time.
    struct Reply {
        net::HttpResponse response;
        Duration takes = Duration::zero();
        bool lost = false;
    };

    virtual Reply handle(const net::HttpRequest& request) = 0;
};

/// net::HttpClient on the simulated network: hosts by name, latency in simulated time, the deadline
/// kept as the real client keeps it.
///
/// The request takes half of its time to arrive and the answer is made of the world as it is then,
/// so an answer may be outdated by the time it is read. A cancelled request has still arrived.
class SimHttp final : public net::HttpClient {
  public:
    SimHttp(runtime::Clock& clock, Trace& trace) : clock_(clock), trace_(trace) {}

    void add(const std::string& name, SimHost& host) { hosts_[name] = &host; }

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        SimHost& host = *hosts_.at(request.url.host);
        const Instant due = clock_.now() + deadline;
        co_await clock_.sleep(std::chrono::milliseconds(5));
        SimHost::Reply reply = host.handle(request);
        trace_.add(clock_.now(), "http " + request.url.host, request.body);
        const Instant arrives = clock_.now() + reply.takes;
        co_await clock_.sleep(std::min(arrives, due) - clock_.now());
        if (arrives > due) {
            co_return Error(Code::kTransient, request.url.redacted() + ": timed out");
        }
        if (reply.lost) {
            co_return Error(Code::kTransient, request.url.redacted() + ": connection reset");
        }
        trace_.add(clock_.now(), std::to_string(reply.response.status), reply.response.body);
        co_return std::move(reply.response);
    }

  private:
    runtime::Clock& clock_;
    Trace& trace_;
    std::map<std::string, SimHost*> hosts_;
};

}  // namespace faultline::sim
