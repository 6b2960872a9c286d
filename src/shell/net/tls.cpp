// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <optional>
#include <shell/net/tls.hpp>

namespace faultline::net {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using TlsStream = ssl::stream<tcp::socket>;

class TlsTransport final : public Transport {
  public:
    TlsTransport(tcp::socket socket, ssl::context& context) : stream_(std::move(socket), context) {}

    tcp::socket& socket() override { return stream_.next_layer(); }

    void read_some(ReadBuffers buffers, IoHandler handler) override {
        stream_.async_read_some(buffers, std::move(handler));
    }

    void write_some(WriteBuffers buffers, IoHandler handler) override {
        stream_.async_write_some(buffers, std::move(handler));
    }

    TlsStream& stream() { return stream_; }

  private:
    TlsStream stream_;
};

/// Tells OpenSSL whom we expect; false when it does not take the name.
bool expect_host(SSL* session, const std::string& host) {
    error_code not_literal;
    (void)asio::ip::make_address(host, not_literal);
    if (!not_literal) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
    }
    return SSL_set_tlsext_host_name(session, host.c_str()) == 1 &&
           SSL_set1_host(session, host.c_str()) == 1;
}

Error handshake_error(SSL* session, const error_code& failure) {
    const long verdict = SSL_get_verify_result(session);
    if (verdict == X509_V_OK) {
        return {Code::kTransient, "the TLS handshake failed: " + failure.message()};
    }
    return Error(
               Code::kTransient,
               std::string("its TLS certificate is not trusted: ") +
                   X509_verify_cert_error_string(verdict)
    )
        .advise(
            "Use a certificate for this host from an authority this machine trusts, or have it "
            "trust the authority (SSL_CERT_FILE)"
        );
}

}  // namespace

struct TlsClient::State {
    ssl::context context{ssl::context::tls_client};
    std::optional<Error> unusable;
};

TlsClient::TlsClient(const std::string& ca_file) : state_(std::make_unique<State>()) {
    auto& context = state_->context;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    error_code failure;
    context.set_verify_mode(ssl::verify_peer, failure);
    if (!failure && ca_file.empty()) {
        context.set_default_verify_paths(failure);
    } else if (!failure) {
        context.load_verify_file(ca_file, failure);
    }
    if (failure) {
        state_->unusable =
            Error(
                Code::kInvalid,
                "cannot read the TLS trust store " + ca_file + ": " + failure.message()
            )
                .advise("Install ca-certificates or name a readable PEM file");
    }
}

TlsClient::~TlsClient() = default;

runtime::Task<Result<std::unique_ptr<Transport>>> TlsClient::connect(
    tcp::socket socket, std::string host
) {
    if (state_->unusable) {
        co_return *state_->unusable;
    }
    auto transport = std::make_unique<TlsTransport>(std::move(socket), state_->context);
    SSL* session = transport->stream().native_handle();
    if (!expect_host(session, host)) {
        co_return Error(Code::kInvalid, "no certificate can be for a host named like this");
    }
    auto [failure] = co_await transport->stream().async_handshake(
        ssl::stream_base::client, asio::as_tuple(asio::use_awaitable)
    );
    co_await runtime::checkpoint();
    if (failure) {
        co_return handshake_error(session, failure);
    }
    co_return std::move(transport);
}

struct TlsServer::State {
    ssl::context context{ssl::context::tls_server};
};

TlsServer::TlsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

TlsServer::~TlsServer() = default;

Result<std::unique_ptr<TlsServer>> TlsServer::open(
    const std::string& certificate_file, const std::string& key_file
) {
    auto state = std::make_unique<State>();
    auto& context = state->context;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    error_code failure;
    context.use_certificate_chain_file(certificate_file, failure);
    if (failure) {
        return Error(
                   Code::kInvalid,
                   "cannot use the certificate " + certificate_file + ": " + failure.message()
        )
            .advise("Name a readable PEM file with the server's certificate first");
    }
    context.use_private_key_file(key_file, ssl::context::pem, failure);
    if (failure) {
        return Error(Code::kInvalid, "cannot use the key " + key_file + ": " + failure.message())
            .advise("Name a readable PEM file with the key of the certificate, without a password");
    }
    return std::unique_ptr<TlsServer>(new TlsServer(std::move(state)));
}

runtime::Task<Result<std::unique_ptr<Transport>>> TlsServer::accept(tcp::socket socket) {
    auto transport = std::make_unique<TlsTransport>(std::move(socket), state_->context);
    auto [failure] = co_await transport->stream().async_handshake(
        ssl::stream_base::server, asio::as_tuple(asio::use_awaitable)
    );
    co_await runtime::checkpoint();
    if (failure) {
        co_return Error(Code::kTransient, "the TLS handshake failed: " + failure.message());
    }
    co_return std::move(transport);
}

}  // namespace faultline::net
