// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/event.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <shell/net/dialer.hpp>
#include <shell/net/http_io.hpp>
#include <shell/net/http_text.hpp>
#include <shell/net/ws_accept.hpp>
#include <shell/net/ws_stream.hpp>
#include <string>
#include <utility>

namespace faultline::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

namespace {

/// Reads and writes belong to the connection, not to the coroutine that asked for them: a
/// cancelled one leaves no half message behind. Kept alive by what is under way.
struct Socket : std::enable_shared_from_this<Socket> {
    WebSocket stream;
    std::size_t message_bytes_most;
    Duration idle_timeout;

    bool reading = false;
    beast::flat_buffer incoming;
    std::optional<Result<std::string>> message;  ///< Arrived and not yet taken.
    runtime::Event read_ended;

    bool writing = false;
    std::string outgoing;
    runtime::Event write_ended;

    std::optional<Error> broken;  ///< The first failure; ends the connection.

    Socket(Stream over, std::size_t message_bytes, Duration idle)
        : stream(std::move(over)), message_bytes_most(message_bytes), idle_timeout(idle) {
        stream.read_message_max(message_bytes);
    }

    /// After the handshake.
    void open();
    void start_reading();
    void start_writing(std::string text);
    void start_breaking(std::string text);
    void ended_writing(const error_code& failure);
    [[nodiscard]] Error explain(const error_code& failure) const;
};

Error Socket::explain(const error_code& failure) const {
    if (failure == websocket::error::closed) {
        const auto& reason = stream.reason();
        std::string text = "the other side closed the WebSocket";
        if (reason.code != websocket::close_code::none) {
            text += " (" + std::to_string(reason.code) + ")";
        }
        return {Code::kTransient, std::move(text)};
    }
    if (failure == beast::error::timeout) {
        const auto millis =
            std::chrono::duration_cast<std::chrono::milliseconds>(idle_timeout).count();
        return {
            Code::kTransient,
            "no sign of life for " + std::to_string(millis) + " ms, not even a pong"
        };
    }
    if (failure == websocket::error::message_too_big ||
        failure == websocket::error::buffer_overflow) {
        return {
            Code::kMalformed,
            "a message is larger than " + std::to_string(message_bytes_most) + " bytes"
        };
    }
    if (failure == websocket::condition::protocol_violation) {
        return {Code::kMalformed, "what came is not a WebSocket frame: " + failure.message()};
    }
    const bool no_handshake = failure == websocket::condition::handshake_failed ||
                              (from_parser(failure) && !closed_early(failure));
    if (no_handshake) {
        return {Code::kMalformed, "it does not speak WebSocket: " + failure.message()};
    }
    return {Code::kTransient, "the connection broke: " + failure.message()};
}

void Socket::start_reading() {
    reading = true;
    incoming.clear();
    stream.async_read(
        incoming,
        [self = shared_from_this()](const error_code& failure, std::size_t) {
            self->reading = false;
            if (failure) {
                self->broken = self->broken.value_or(self->explain(failure));
                self->message.emplace(*self->broken);
            } else {
                self->message.emplace(beast::buffers_to_string(self->incoming.data()));
            }
            self->read_ended.notify();
        }
    );
}

void Socket::start_writing(std::string text) {
    writing = true;
    outgoing = std::move(text);
    stream.async_write(
        asio::buffer(outgoing),
        [self = shared_from_this()](const error_code& failure, std::size_t) {
            self->ended_writing(failure);
        }
    );
}

/// RFC 6455, 5.2: what a server sends is not masked.
std::string frame_head(std::size_t length) {
    constexpr char kWholeText = '\x81';
    constexpr std::size_t kInOneByte = 125;
    constexpr std::size_t kInTwoBytes = 0xffff;
    std::string head(1, kWholeText);
    std::size_t bytes = 0;
    if (length > kInTwoBytes) {
        head += '\x7f';
        bytes = 8;
    } else if (length > kInOneByte) {
        head += '\x7e';
        bytes = 2;
    } else {
        head += static_cast<char>(length);
    }
    while (bytes-- > 0) {
        head += static_cast<char>((length >> (8 * bytes)) & 0xffU);
    }
    return head;
}

void Socket::start_breaking(std::string text) {
    writing = true;
    outgoing = frame_head(text.size()) + text.substr(0, text.size() / 2);
    asio::async_write(
        stream.next_layer(),
        asio::buffer(outgoing),
        [self = shared_from_this()](const error_code& failure, std::size_t) {
            self->broken = Error(Code::kTransient, "it was broken on purpose");
            self->ended_writing(failure);
        }
    );
}

void Socket::ended_writing(const error_code& failure) {
    writing = false;
    if (failure && !broken) {
        broken = explain(failure);
    }
    write_ended.notify();
}

void Socket::open() {
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = websocket::stream_base::none();
    timeout.idle_timeout = idle_timeout;
    timeout.keep_alive_pings = true;
    stream.set_option(timeout);
    stream.text(true);
}

class BeastWsConnection final : public ServedWebSocket {
  public:
    BeastWsConnection(std::shared_ptr<Socket> socket, std::string name)
        : socket_(std::move(socket)), name_(std::move(name)) {}

    ~BeastWsConnection() override { socket_->stream.next_layer().close(); }

    runtime::Task<Result<void>> send(std::string text) override {
        auto socket = socket_;
        while (socket->writing) {
            co_await socket->write_ended.wait();
        }
        if (!socket->broken) {
            socket->start_writing(std::move(text));
        }
        while (socket->writing) {
            co_await socket->write_ended.wait();
        }
        if (socket->broken) {
            co_return Error(*socket->broken).context("send to " + name_);
        }
        co_return Result<void>();
    }

    runtime::Task<Result<void>> send_half(std::string text) override {
        auto socket = socket_;
        while (socket->writing) {
            co_await socket->write_ended.wait();
        }
        if (!socket->broken) {
            socket->start_breaking(std::move(text));
        }
        while (socket->writing) {
            co_await socket->write_ended.wait();
        }
        co_return Error(*socket->broken).context("send to " + name_);
    }

    runtime::Task<Result<std::string>> receive() override {
        auto socket = socket_;
        if (!socket->message && !socket->reading) {
            if (socket->broken) {
                co_return Error(*socket->broken).context("receive from " + name_);
            }
            socket->start_reading();
        }
        // Endless: ends with a message, a broken connection or a peer that answers no ping.
        while (!socket->message) {
            co_await socket->read_ended.wait();
        }
        auto message = std::exchange(socket->message, std::nullopt);
        if (!*message) {
            co_return std::move(*message).error().context("receive from " + name_);
        }
        co_return std::move(*message);
    }

  private:
    std::shared_ptr<Socket> socket_;
    std::string name_;
};

/// What a server meant that answered with a status instead of a WebSocket.
Error declined(int status, std::int64_t retry_after_ms) {
    const std::string text =
        "it answered HTTP " + std::to_string(status) + " instead of opening a WebSocket";
    if (status == 429) {
        return Error(Code::kRateLimited, text).after_ms(retry_after_ms);
    }
    if (status >= 400 && status < 500) {
        return Error(Code::kRejected, text).advise("Check the URL and the key in it");
    }
    return {Code::kTransient, text};
}

class BeastWsConnector final : public WsConnector {
  public:
    BeastWsConnector(runtime::Clock& clock, ClientOptions options)
        : clock_(clock), options_(std::move(options)), dialer_(clock, options_.ca_file) {}

    runtime::Task<Result<std::unique_ptr<WsConnection>>> connect(Url url, Duration deadline)
        override {
        auto result = co_await runtime::with_deadline(clock_, deadline, "it", open(url, deadline));
        if (!result) {
            co_return std::move(result).error().context("open " + url.redacted());
        }
        co_return std::move(result);
    }

  private:
    runtime::Task<Result<std::unique_ptr<WsConnection>>> open(Url url, Duration deadline);

    runtime::Clock& clock_;
    ClientOptions options_;
    Dialer dialer_;
};

runtime::Task<Result<std::unique_ptr<WsConnection>>> BeastWsConnector::open(
    Url url, Duration deadline
) {
    FAULTLINE_CO_TRY(auto over, co_await dialer_.dial(url, deadline));
    auto socket =
        std::make_shared<Socket>(std::move(over), options_.max_body_bytes, options_.idle_timeout);
    auto& stream = socket->stream;
    stream.set_option(websocket::stream_base::decorator([authorization = basic_authorization(url
                                                         )](websocket::request_type& request) {
        request.set(beast::http::field::user_agent, "faultline");
        if (!authorization.empty()) {
            request.set(beast::http::field::authorization, authorization);
        }
    }));
    websocket::response_type answer;
    auto [failure] = co_await stream.async_handshake(answer, authority(url), url.target, kAsTuple);
    co_await runtime::checkpoint();
    if (failure == websocket::error::upgrade_declined) {
        HttpResponse response;
        response.headers.emplace_back("Retry-After", std::string(answer["Retry-After"]));
        const auto wait_ms = response.retry_after_ms(clock_.wall_now());
        co_return declined(static_cast<int>(answer.result_int()), wait_ms);
    }
    if (failure) {
        co_return socket->explain(failure);
    }
    socket->open();
    co_return std::make_unique<BeastWsConnection>(std::move(socket), url.redacted());
}

}  // namespace

bool wants_websocket(const UpgradeRequest& request) {
    return websocket::is_upgrade(request);
}

runtime::Task<Result<std::unique_ptr<ServedWebSocket>>> accept_websocket(
    Stream over, UpgradeRequest request, WsLimits limits
) {
    auto socket =
        std::make_shared<Socket>(std::move(over), limits.message_bytes_most, limits.idle_timeout);
    auto [failure] = co_await socket->stream.async_accept(request, kAsTuple);
    co_await runtime::checkpoint();
    if (failure) {
        co_return socket->explain(failure);
    }
    socket->open();
    co_return std::make_unique<BeastWsConnection>(std::move(socket), "a client");
}

std::unique_ptr<WsConnector> make_ws_connector(runtime::Clock& clock, ClientOptions options) {
    return std::make_unique<BeastWsConnector>(clock, std::move(options));
}

}  // namespace faultline::net
