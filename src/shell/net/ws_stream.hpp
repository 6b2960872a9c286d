// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <shell/net/stream.hpp>
#include <utility>

namespace faultline::net {

/// WebSocket frames over a plain or TLS stream, without compression.
using WebSocket = boost::beast::websocket::stream<Stream, false>;

// Beast finds the next three by their names when it ends a connection.

inline void beast_close_socket(Stream& stream) {
    stream.close();
}

inline void teardown(
    boost::beast::role_type /*role*/, Stream& stream, boost::system::error_code& failure
) {
    stream.close();
    failure = boost::system::error_code();
}

template <class Handler>
void async_teardown(boost::beast::role_type /*role*/, Stream& stream, Handler&& handler) {
    stream.close();
    auto done = [handler = std::forward<Handler>(handler)]() mutable {
        handler(boost::system::error_code());
    };
    boost::asio::post(stream.get_executor(), std::move(done));
}

}  // namespace faultline::net
