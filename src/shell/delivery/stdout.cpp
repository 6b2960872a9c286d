// SPDX-License-Identifier: Apache-2.0
#include "dialect.hpp"
#include "dialects.hpp"
#include "verdict.hpp"
#include "webhook.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>

#include <memory>
#include <string>
#include <utility>

namespace faultline::delivery {
namespace {

/// One line per transition: the body that a webhook would get.
class Stdout final : public Dialect {
  public:
    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        net::HttpRequest out;
        out.url.scheme = "stdout";
        out.body = webhook_body(message.transition, message.chain_name, message.links) + "\n";
        return out;
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        return delivery::judge(answer, wall_now);
    }

    [[nodiscard]] LimitScope scope() const override {
        return {.service = "stdout", .route = "stdout/", .service_pace = {}, .route_pace = {}};
    }

    [[nodiscard]] std::string address() const override { return "stdout"; }
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(
    const StdoutSettings& /*settings*/, const Receiver& /*receiver*/
) {
    return std::make_unique<Stdout>();
}

}  // namespace faultline::delivery
