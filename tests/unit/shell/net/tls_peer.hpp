// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <shell/net/stream.hpp>
#include <unit/shell/net/certificate.hpp>
#include <unit/shell/net/peers.hpp>

namespace faultline::net::testing {

/// The server's side of TLS, as a transport.
class ServerTls final : public Transport {
  public:
    ServerTls(tcp::socket socket, boost::asio::ssl::context& context)
        : stream_(std::move(socket), context) {}

    tcp::socket& socket() override { return stream_.next_layer(); }

    void read_some(ReadBuffers buffers, IoHandler handler) override {
        stream_.async_read_some(buffers, std::move(handler));
    }

    void write_some(WriteBuffers buffers, IoHandler handler) override {
        stream_.async_write_some(buffers, std::move(handler));
    }

    boost::asio::ssl::stream<tcp::socket>& stream() { return stream_; }

  private:
    boost::asio::ssl::stream<tcp::socket> stream_;
};

inline boost::asio::ssl::context server_context(const Certificate& certificate) {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
    context.use_certificate_chain(boost::asio::buffer(certificate.certificate_pem));
    context.use_private_key(
        boost::asio::buffer(certificate.key_pem), boost::asio::ssl::context::pem
    );
    return context;
}

/// Accepts one connection and shakes hands; nullptr when the client does not want to.
inline Task<std::unique_ptr<ServerTls>> accept_tls(
    tcp::acceptor& acceptor, boost::asio::ssl::context& context
) {
    tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    auto transport = std::make_unique<ServerTls>(std::move(socket), context);
    auto [failure] = co_await transport->stream().async_handshake(
        boost::asio::ssl::stream_base::server, kNoThrow
    );
    if (failure) {
        transport.reset();
    }
    co_return transport;
}

}  // namespace faultline::net::testing
