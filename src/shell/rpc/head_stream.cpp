// SPDX-License-Identifier: Apache-2.0
#include "head_notice.hpp"
#include "json_encode.hpp"
#include "scrub.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace faultline::rpc {
namespace {

Error named(const Error& error, const std::string& detail, const EndpointOptions& options) {
    return Error(error.code(), scrub(detail, options))
        .context("endpoint " + options.name)
        .advise(error.advice())
        .after_ms(error.retry_after_ms());
}

Error of_transport(const Error& error, const EndpointOptions& options) {
    return named(Error(error.code(), error.detail()), "eth_subscribe: " + error.message(), options);
}

class JsonRpcHeadStream final : public HeadStream {
  public:
    JsonRpcHeadStream(EndpointOptions options, std::unique_ptr<net::WsConnection> connection)
        : options_(std::move(options)), connection_(std::move(connection)) {}

    runtime::Task<Result<void>> subscribe();
    runtime::Task<Result<HeadHint>> next() override;

  private:
    runtime::Task<Result<HeadNotice>> receive();
    void keep(HeadNotice::Announced announced);

    EndpointOptions options_;
    std::unique_ptr<net::WsConnection> connection_;
    std::string subscription_;
    /// Announced before the node answered the subscription. Hints only, so the oldest may go.
    std::deque<HeadNotice::Announced> early_;
};

runtime::Task<Result<HeadNotice>> JsonRpcHeadStream::receive() {
    const Result<std::string> text = co_await connection_->receive();
    if (!text) {
        co_return of_transport(text.error(), options_);
    }
    Result<HeadNotice> notice = decode_head_notice(*text);
    if (!notice) {
        co_return named(notice.error(), notice.error().detail(), options_);
    }
    co_return notice;
}

void JsonRpcHeadStream::keep(HeadNotice::Announced announced) {
    constexpr std::size_t kMostKept = 16;
    if (early_.size() == kMostKept) {
        early_.pop_front();
    }
    early_.push_back(std::move(announced));
}

runtime::Task<Result<void>> JsonRpcHeadStream::subscribe() {
    const Call call = subscribe_heads_call();
    const Result<void> sent = co_await connection_->send(encode(std::span(&call, 1), kSubscribeId));
    if (!sent) {
        co_return of_transport(sent.error(), options_);
    }
    // Ends with the node's answer or the connection; the caller sets the deadline.
    while (subscription_.empty()) {
        FAULTLINE_CO_TRY(HeadNotice notice, co_await receive());
        if (notice.accepted) {
            subscription_ = *std::move(notice.accepted);
        } else if (notice.announced) {
            keep(*std::move(notice.announced));
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<HeadHint>> JsonRpcHeadStream::next() {
    while (!early_.empty()) {
        const HeadNotice::Announced announced = std::move(early_.front());
        early_.pop_front();
        if (announced.subscription == subscription_) {
            co_return announced.hint;
        }
    }
    // Endless by contract: ends with a head, a broken connection or cancellation.
    for (;;) {
        FAULTLINE_CO_TRY(const HeadNotice notice, co_await receive());
        if (notice.announced && notice.announced->subscription == subscription_) {
            co_return notice.announced->hint;
        }
    }
}

}  // namespace

runtime::Task<Result<std::unique_ptr<HeadStream>>> subscribe_heads(
    const EndpointOptions& options, net::WsConnector& connector
) {
    FAULTLINE_ASSERT(options.ws.has_value());
    const net::Url url = *options.ws;
    Result<std::unique_ptr<net::WsConnection>> connection =
        co_await connector.connect(url, options.request_timeout);
    if (!connection) {
        co_return of_transport(connection.error(), options);
    }
    auto stream = std::make_unique<JsonRpcHeadStream>(options, *std::move(connection));
    FAULTLINE_CO_TRY_VOID(co_await stream->subscribe());
    co_return std::unique_ptr<HeadStream>(std::move(stream));
}

}  // namespace faultline::rpc
