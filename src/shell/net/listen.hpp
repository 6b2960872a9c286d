// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace faultline::net {

/// Listens on "host:port" or "[v6]:port"; port 0 takes a free one. kInvalid when it is no address,
/// kUnavailable when the system refuses; the advice names `setting`.
Result<boost::asio::ip::tcp::acceptor> listen_on(
    const boost::asio::any_io_executor& executor,
    const std::string& listen,
    const std::string& setting
);

}  // namespace faultline::net
