// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <shell/net/answer_io.hpp>
#include <string_view>

namespace faultline::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

runtime::Task<error_code> write_parts(Stream& stream, std::string_view one, std::string_view two) {
    const std::array<asio::const_buffer, 2> parts{
        asio::buffer(one.data(), one.size()), asio::buffer(two.data(), two.size())
    };
    auto [failure, count] =
        co_await asio::async_write(stream, parts, asio::as_tuple(asio::use_awaitable));
    co_await runtime::checkpoint();
    co_return failure;
}

std::string chunk_head(std::size_t bytes) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

runtime::Task<Result<error_code>> send_answer(
    Stream& stream, runtime::Clock& clock, const std::string& head, const Answer& answer
) {
    const Sending& how = answer.sending;
    const std::string_view body =
        std::string_view(answer.response.body).substr(0, how.cut_after.value_or(std::string::npos));
    if (how.piece_bytes == 0) {
        co_return co_await write_parts(stream, head, body);
    }
    error_code failure = co_await write_parts(stream, head, {});
    for (std::size_t sent = 0; sent < body.size() && !failure; sent += how.piece_bytes) {
        co_await clock.sleep(how.pause);
        const std::string_view piece = body.substr(sent, how.piece_bytes);
        const std::string framed = chunk_head(piece.size()) + std::string(piece) + "\r\n";
        failure = co_await write_parts(stream, framed, {});
    }
    if (!failure && !how.cut_after) {
        failure = co_await write_parts(stream, "0\r\n\r\n", {});
    }
    co_return failure;
}

}  // namespace faultline::net
