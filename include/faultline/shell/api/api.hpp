// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/api/operator_view.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace faultline::api {

/// When a chain counts as followed.
struct ReadinessLimits {
    std::uint64_t lag_blocks = 10;  ///< Blocks between the head and the processed block.
    Duration contact_age = std::chrono::seconds(60);  ///< Since the endpoint last answered.
};

struct ApiOptions {
    std::string version;
    ReadinessLimits readiness;
    /// What POST /-/reload does: what was reloaded, or why not. nullptr: there is nothing.
    std::function<Result<std::string>()> reload = nullptr;
    /// Silences and acknowledgements; nullptr: there are none. Outlives the api.
    OperatorView* operators = nullptr;
    /// Names that lead here, besides addresses and localhost: pages of no other may change
    /// anything.
    std::vector<std::string> hosts = {};
};

/// What endpoints have told of a chain's head, and since when nothing.
struct HeadNews {
    std::optional<Duration> since_contact;  ///< nullopt: none has answered yet.
    std::optional<Duration> head_age;  ///< Of the newest block, by our clock; nullopt: unknown.
    Duration max_head_age{};           ///< An older one is not the chain's.
    std::string last_error;
};

/// Why these are no news of the present, in words; empty when they are.
std::vector<std::string> stale_reasons(const HeadNews& news, const ReadinessLimits& limits);

/// Why a chain is not ready, in words; empty when it is.
std::vector<std::string> unready_reasons(const ChainStatus& status, const ReadinessLimits& limits);

/// Answers the requests of docs/api.md: JSON but for /metrics and the index. What changes something
/// is handed to `reload` and `operators`. Keeps nothing between requests. Thread: loop.
class Api {
  public:
    /// `chains` (unique names) and `metrics` outlive the api.
    Api(ApiOptions options, std::vector<ChainView*> chains, obs::Metrics& metrics);

    /// To be given to net::make_http_server. Any request has an answer.
    runtime::Task<net::HttpResponse> handle(net::HttpRequest request);

  private:
    ApiOptions options_;
    std::vector<ChainView*> chains_;
    obs::Metrics& metrics_;
};

}  // namespace faultline::api
