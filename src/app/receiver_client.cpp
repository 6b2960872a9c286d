// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/receiver_client.hpp>
#include <cstdio>
#include <string>
#include <utility>

namespace faultline::app {

runtime::Task<Result<net::HttpResponse>> ReceiverClient::send(
    net::HttpRequest request, Duration deadline
) {
    const std::string scheme = request.url.scheme;
    if (scheme == "stdout") {
        co_return co_await print(std::move(request.body));
    }
    net::HttpClient& client = scheme == "smtp" || scheme == "smtps" ? mail_ : http_;
    co_return co_await client.send(std::move(request), deadline);
}

runtime::Task<Result<net::HttpResponse>> ReceiverClient::print(std::string line) {
    bool written = false;
    const auto write = [&] {
        written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                  std::fflush(stdout) == 0;
    };
    // No deadline: half a line cannot be taken back, and a reader that waits is not gone.
    co_await workers_.run(write);
    if (!written) {
        std::clearerr(stdout);
        co_return Error(Code::kUnavailable, "standard output cannot be written")
            .advise("Somebody has to read it");
    }
    co_return net::HttpResponse{};
}

}  // namespace faultline::app
