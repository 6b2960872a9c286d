// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <shell/net/stream.hpp>
#include <sys/socket.h>

namespace faultline::net {

using boost::asio::ip::tcp;

namespace {

class PlainTransport final : public Transport {
  public:
    explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}

    tcp::socket& socket() override { return socket_; }

    void read_some(ReadBuffers buffers, IoHandler handler) override {
        socket_.async_read_some(buffers, std::move(handler));
    }

    void write_some(WriteBuffers buffers, IoHandler handler) override {
        socket_.async_write_some(buffers, std::move(handler));
    }

  private:
    tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(tcp::socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

bool Stream::idle_and_open() {
    char byte = 0;
    const auto got =
        ::recv(transport_->socket().native_handle(), &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Stream::finish_sending() {
    boost::system::error_code ignored;  // The other side may be gone already.
    transport_->socket().shutdown(tcp::socket::shutdown_send, ignored);
}

void Stream::close() {
    boost::system::error_code ignored;  // Nothing is left to do about it.
    transport_->socket().close(ignored);
}

}  // namespace faultline::net
