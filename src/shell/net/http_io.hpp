// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>

#include <array>
#include <shell/net/stream.hpp>
#include <string>

namespace faultline::net {

constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::size_t kReadBytes = 64UL << 10U;
/// Bounds what is read ahead and the length of a header or chunk line.
constexpr std::size_t kReadAheadBytes = 4 * kReadBytes;

/// What one end of a connection reads from.
struct HttpInput {
    Stream stream;
    boost::beast::flat_buffer ahead{kReadAheadBytes};

    explicit HttpInput(Stream from) : stream(std::move(from)) {}
};

/// Reads until the header is complete or, with `whole`, the message. Bytes that belong to what
/// follows stay in `ahead`. http::error::end_of_stream: closed before the first byte.
template <bool isRequest>
runtime::Task<boost::system::error_code> read_message(
    HttpInput& input, boost::beast::http::basic_parser<isRequest>& parser, bool whole
) {
    namespace http = boost::beast::http;
    while (whole ? !parser.is_done() : !parser.is_header_done()) {
        boost::system::error_code failure;
        if (input.ahead.size() > 0) {
            input.ahead.consume(parser.put(input.ahead.data(), failure));
            if (!failure) {
                continue;
            }
            if (failure != http::error::need_more) {
                co_return failure;
            }
        }
        if (input.ahead.size() + kReadBytes > kReadAheadBytes) {
            co_return http::error::buffer_overflow;
        }
        auto space = input.ahead.prepare(kReadBytes);
        auto [stopped, count] = co_await input.stream.async_read_some(space, kAsTuple);
        co_await runtime::checkpoint();
        input.ahead.commit(count);
        if (stopped == boost::asio::error::eof) {
            if (!parser.got_some()) {
                co_return http::error::end_of_stream;
            }
            failure = boost::system::error_code();
            parser.put_eof(failure);
            co_return failure;
        }
        if (stopped) {
            co_return stopped;
        }
    }
    co_return boost::system::error_code();
}

/// Whether the bytes were at fault rather than the connection: also true of one that closed early.
inline bool from_parser(const boost::system::error_code& failure) {
    namespace http = boost::beast::http;
    return failure.category() == http::make_error_code(http::error::bad_version).category();
}

inline bool closed_early(const boost::system::error_code& failure) {
    namespace http = boost::beast::http;
    return failure == http::error::end_of_stream || failure == http::error::partial_message;
}

/// Writes both, whole.
inline runtime::Task<boost::system::error_code> write_message(
    Stream& stream, const std::string& head, const std::string& body
) {
    const std::array<boost::asio::const_buffer, 2> parts{
        boost::asio::buffer(head), boost::asio::buffer(body)
    };
    auto [failure, count] = co_await boost::asio::async_write(stream, parts, kAsTuple);
    co_await runtime::checkpoint();
    co_return failure;
}

inline Headers headers_of(const boost::beast::http::fields& fields) {
    Headers headers;
    for (const auto& field : fields) {
        headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    return headers;
}

}  // namespace faultline::net
