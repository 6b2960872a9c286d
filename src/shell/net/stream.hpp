// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

namespace faultline::net {

/// Up to 16 buffers of any sequence. More are left to the next call, as "some" allows.
template <class Buffer>
class BufferList {
  public:
    using value_type = Buffer;
    using const_iterator = const Buffer*;

    template <class Sequence>
    explicit BufferList(const Sequence& buffers) {
        auto at = boost::asio::buffer_sequence_begin(buffers);
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (; at != end && count_ < items_.size(); ++at) {
            items_[count_++] = *at;
        }
    }

    [[nodiscard]] const_iterator begin() const noexcept { return items_.data(); }

    [[nodiscard]] const_iterator end() const noexcept { return items_.data() + count_; }

  private:
    std::array<Buffer, 16> items_{};
    std::size_t count_ = 0;
};

using IoHandler = boost::asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;
using ReadBuffers = BufferList<boost::asio::mutable_buffer>;
using WriteBuffers = BufferList<boost::asio::const_buffer>;

/// What a Stream is made of: a plain socket, or TLS on one.
class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    virtual boost::asio::ip::tcp::socket& socket() = 0;
    virtual void read_some(ReadBuffers buffers, IoHandler handler) = 0;
    virtual void write_some(WriteBuffers buffers, IoHandler handler) = 0;
};

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket);

/// A connection, plain or TLS behind one type, as Asio's stream concepts want it. So the templates
/// of Asio and Beast are compiled for one type only, and TLS in a single unit.
class Stream {
  public:
    using executor_type = boost::asio::any_io_executor;

    explicit Stream(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

    executor_type get_executor() { return transport_->socket().get_executor(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [](auto handler, Transport* transport, ReadBuffers list) {
                transport->read_some(list, IoHandler(std::move(handler)));
            },
            token,
            transport_.get(),
            ReadBuffers(buffers)
        );
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [](auto handler, Transport* transport, WriteBuffers list) {
                transport->write_some(list, IoHandler(std::move(handler)));
            },
            token,
            transport_.get(),
            WriteBuffers(buffers)
        );
    }

    /// False when the other side has closed it or has sent what nobody asked for.
    [[nodiscard]] bool idle_and_open();
    /// Says that nothing more will be sent; reading goes on.
    void finish_sending();
    /// Ends all pending reads and writes.
    void close();

  private:
    std::unique_ptr<Transport> transport_;
};

}  // namespace faultline::net
