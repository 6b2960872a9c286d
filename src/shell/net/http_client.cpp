// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/runtime/deadline.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <shell/net/dialer.hpp>
#include <shell/net/http_io.hpp>
#include <shell/net/http_text.hpp>
#include <utility>
#include <vector>

namespace faultline::net {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using ResponseParser = http::response_parser<http::string_body>;

constexpr std::uint32_t kHeaderBytesMost = 64UL << 10U;
/// Of a body that nobody asked for.
constexpr std::uint64_t kExtraBytesMost = 1UL << 20U;
/// Below what common servers and balancers keep an idle connection open for.
constexpr Duration kIdleLongest = std::chrono::seconds(30);

struct IdleConnection {
    HttpInput input;
    Instant since;
};

/// What became of a request on one connection.
struct Exchange {
    Result<HttpResponse> result;
    bool heard = false;     ///< A byte of the answer came.
    bool reusable = false;  ///< The connection can carry another request.
};

Error explain(const error_code& failure, std::size_t body_bytes_most) {
    if (!from_parser(failure)) {
        return {Code::kTransient, "the connection broke: " + failure.message()};
    }
    if (failure == http::error::end_of_stream) {
        return {Code::kTransient, "it closed the connection without an answer"};
    }
    if (failure == http::error::partial_message) {
        return {Code::kTransient, "it closed the connection in the middle of its answer"};
    }
    if (failure == http::error::body_limit) {
        return Error(
                   Code::kRejected,
                   "its answer is larger than " + std::to_string(body_bytes_most) + " bytes"
        )
            .advise("Ask for less at a time");
    }
    return {Code::kMalformed, "what it answered is not HTTP: " + failure.message()};
}

HttpResponse response_of(ResponseParser::value_type&& message) {
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    response.headers = headers_of(message);
    response.body = std::move(message.body());
    return response;
}

bool interim(const ResponseParser& parser) {
    return parser.get().result_int() / 100 == 1 &&
           parser.get().result() != http::status::switching_protocols;
}

/// A parser for the answer; its result is 0 until the status line was read.
void prepare(ResponseParser& parser, const HttpRequest& request, std::size_t body_bytes_most) {
    parser.get().result(0U);
    parser.header_limit(kHeaderBytesMost);
    parser.skip(request.method == "HEAD");
    // An announced length above the limit would be a failure of the header.
    parser.body_limit(
        request.status_only ? boost::optional<std::uint64_t>() : std::uint64_t{body_bytes_most}
    );
}

bool has_status(const ResponseParser& parser) {
    return parser.get().result_int() != 0 && !interim(parser);
}

class BeastHttpClient final : public HttpClient {
  public:
    BeastHttpClient(runtime::Clock& clock, ClientOptions options)
        : clock_(clock), options_(std::move(options)), dialer_(clock, options_.ca_file) {}

    runtime::Task<Result<HttpResponse>> send(HttpRequest request, Duration deadline) override {
        const std::string what = request.method + " " + request.url.redacted();
        auto head = request_head(request);
        if (!head) {
            co_return std::move(head).error().context(what);
        }
        auto result = co_await runtime::with_deadline(
            clock_, deadline, "it", perform(request, *head, deadline)
        );
        if (!result) {
            co_return std::move(result).error().context(what);
        }
        co_return std::move(result);
    }

  private:
    /// A connection that may be private is not taken where it must not be.
    static std::string key_of(const HttpRequest& request) {
        const Url& url = request.url;
        return (request.public_only ? "public " : "") + url.scheme + "://" + url.host + ":" +
               std::to_string(url.port);
    }

    std::optional<HttpInput> take_idle(const std::string& key);
    void keep(const std::string& key, HttpInput input);
    runtime::Task<Result<HttpResponse>> perform(
        const HttpRequest& request, const std::string& head, Duration deadline
    );
    runtime::Task<Exchange> converse(
        HttpInput& connection, const HttpRequest& request, const std::string& head
    ) const;
    runtime::Task<Exchange> status_of(HttpInput& connection, ResponseParser& parser, bool sound)
        const;

    runtime::Clock& clock_;
    ClientOptions options_;
    Dialer dialer_;
    std::map<std::string, std::vector<IdleConnection>> idle_;
};

/// The connection used last, if it still looks alive; what is too old goes.
std::optional<HttpInput> BeastHttpClient::take_idle(const std::string& key) {
    auto& idle = idle_[key];
    std::erase_if(idle, [&](const IdleConnection& connection) {
        return clock_.now() - connection.since > kIdleLongest;
    });
    while (!idle.empty()) {
        HttpInput input = std::move(idle.back().input);
        idle.pop_back();
        if (input.stream.idle_and_open()) {
            return input;
        }
    }
    return std::nullopt;
}

void BeastHttpClient::keep(const std::string& key, HttpInput input) {
    auto& idle = idle_[key];
    if (idle.size() < options_.max_idle_per_host) {
        idle.push_back({.input = std::move(input), .since = clock_.now()});
    }
}

runtime::Task<Result<HttpResponse>> BeastHttpClient::perform(
    const HttpRequest& request, const std::string& head, Duration deadline
) {
    const std::string key = key_of(request);
    if (auto kept = take_idle(key)) {
        auto exchange = co_await converse(*kept, request, head);
        if (exchange.reusable) {
            keep(key, std::move(*kept));
        }
        if (exchange.result || exchange.heard) {
            co_return std::move(exchange.result);
        }
    }
    FAULTLINE_CO_TRY(
        auto stream, co_await dialer_.dial(request.url, deadline, request.public_only)
    );
    HttpInput connection(std::move(stream));
    auto exchange = co_await converse(connection, request, head);
    if (exchange.reusable) {
        keep(key, std::move(connection));
    }
    co_return std::move(exchange.result);
}

runtime::Task<Exchange> BeastHttpClient::converse(
    HttpInput& connection, const HttpRequest& request, const std::string& head
) const {
    // A server may answer before it has read everything, and close: its answer explains more than
    // the failed write.
    const auto unsent = co_await write_message(connection.stream, head, request.body);
    for (;;) {
        ResponseParser parser;
        prepare(parser, request, options_.max_body_bytes);
        auto failure = co_await read_message(connection, parser, !request.status_only);
        if (request.status_only && has_status(parser)) {
            co_return co_await status_of(connection, parser, !unsent && !failure);
        }
        if (failure) {
            const bool heard = parser.got_some();
            const error_code& cause = unsent && !heard ? unsent : failure;
            co_return Exchange{
                .result = explain(cause, options_.max_body_bytes), .heard = heard, .reusable = false
            };
        }
        if (!interim(parser)) {
            const bool reusable = parser.keep_alive() && connection.ahead.size() == 0 && !unsent;
            co_return Exchange{
                .result = response_of(parser.release()), .heard = true, .reusable = reusable
            };
        }
    }
}

/// The status, and the rest of a short answer so that the connection can be used again. `sound`:
/// nothing failed so far.
runtime::Task<Exchange> BeastHttpClient::status_of(
    HttpInput& connection, ResponseParser& parser, bool sound
) const {
    if (!parser.is_header_done() || parser.content_length().value_or(0) > kExtraBytesMost) {
        co_return Exchange{
            .result = response_of(parser.release()), .heard = true, .reusable = false
        };
    }
    parser.body_limit(kExtraBytesMost);
    constexpr Duration kShort = std::chrono::seconds(1);
    using Outcome = Result<error_code>;
    auto rest = [&]() -> runtime::Task<Outcome> {
        co_return co_await read_message(connection, parser, true);
    };
    const Outcome read = co_await runtime::with_deadline(clock_, kShort, "the body", rest());
    const bool whole = read && !*read;
    const bool reusable = whole && sound && parser.keep_alive() && connection.ahead.size() == 0;
    HttpResponse response = response_of(parser.release());
    co_return Exchange{.result = std::move(response), .heard = true, .reusable = reusable};
}

}  // namespace

std::unique_ptr<HttpClient> make_http_client(runtime::Clock& clock, ClientOptions options) {
    return std::make_unique<BeastHttpClient>(clock, std::move(options));
}

}  // namespace faultline::net
