// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <shell/net/stream.hpp>
#include <string>

namespace faultline::net {

/// The client's side of TLS: version 1.2 or later, the server's certificate checked against the
/// trust store and its host name. Thread: loop.
class TlsClient {
  public:
    /// Trusts the authorities of the PEM file `ca_file`, or the system's when it is empty.
    explicit TlsClient(const std::string& ca_file);
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient();

    /// kTransient when the handshake fails, saying what is wrong with the certificate if it is
    /// that; kInvalid when `ca_file` cannot be read. The transport may outlive this object.
    runtime::Task<Result<std::unique_ptr<Transport>>> connect(
        boost::asio::ip::tcp::socket socket, std::string host
    );

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The server's side of TLS, version 1.2 or later. Thread: loop.
class TlsServer {
  public:
    /// kInvalid when one of the PEM files cannot be read or they do not belong together.
    static Result<std::unique_ptr<TlsServer>> open(
        const std::string& certificate_file, const std::string& key_file
    );

    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    ~TlsServer();

    /// kTransient when the client does not shake hands. The transport may outlive this object.
    runtime::Task<Result<std::unique_ptr<Transport>>> accept(boost::asio::ip::tcp::socket socket);

  private:
    struct State;
    explicit TlsServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace faultline::net
