// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <charconv>
#include <shell/net/listen.hpp>
#include <string_view>

namespace faultline::net {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace errc = boost::system::errc;

namespace {

Error not_an_address(const std::string& listen, const std::string& setting) {
    return Error(
               Code::kInvalid, "cannot listen on \"" + listen + "\": not an IP address and a port"
    )
        .advise("Write for instance 127.0.0.1:9464 or [::1]:9464 in " + setting);
}

Result<tcp::endpoint> parse(const std::string& listen, const std::string& setting) {
    const std::string_view text = listen;
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return not_an_address(listen, setting);
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.contains(':')) {
        return not_an_address(listen, setting);
    }
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, bad_port] = std::from_chars(digits.begin(), digits.end(), port);
    error_code bad_host;
    const auto address =
        boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, bad_host);
    if (bad_host || bad_port != std::errc{} || end != digits.end()) {
        return not_an_address(listen, setting);
    }
    return tcp::endpoint(address, port);
}

Error refused(const std::string& listen, const std::string& setting, const error_code& failure) {
    std::string advice = "Set " + setting + " to an address of this machine and a free port";
    if (failure == errc::address_in_use) {
        advice = "Stop the other process or set " + setting + " to a free port";
    } else if (failure == errc::permission_denied) {
        advice = "Set " + setting + " to a port above 1023";
    }
    std::string reason = failure.message();
    if (!reason.empty()) {
        reason.front() =
            static_cast<char>(std::tolower(static_cast<unsigned char>(reason.front())));
    }
    return Error(Code::kUnavailable, "cannot listen on " + listen + ": " + reason)
        .advise(std::move(advice));
}

}  // namespace

Result<tcp::acceptor> listen_on(
    const boost::asio::any_io_executor& executor,
    const std::string& listen,
    const std::string& setting
) {
    FAULTLINE_TRY(const tcp::endpoint endpoint, parse(listen, setting));
    tcp::acceptor acceptor(executor);
    error_code failure;
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) {
        // A restart need not wait for connections of the last run to be forgotten.
        acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    }
    if (!failure) {
        acceptor.bind(endpoint, failure);
    }
    if (!failure) {
        acceptor.listen(tcp::acceptor::max_listen_connections, failure);
    }
    if (failure) {
        return refused(listen, setting, failure);
    }
    return acceptor;
}

}  // namespace faultline::net
