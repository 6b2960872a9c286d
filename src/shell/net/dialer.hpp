// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <memory>
#include <shell/net/stream.hpp>
#include <string>

namespace faultline::net {

/// Opens connections: finds the addresses of a host, tries one after the other and, for https and
/// wss, checks the certificate. Thread: loop.
class Dialer {
  public:
    /// `ca_file` as in ClientOptions.
    Dialer(runtime::Clock& clock, const std::string& ca_file);
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;
    ~Dialer();

    /// Of `limit`, which the caller enforces, each address gets its share. kTransient; kInvalid
    /// when the trust store cannot be read, or `public_only` leaves no address. Does not name the
    /// URL.
    runtime::Task<Result<Stream>> dial(Url url, Duration limit, bool public_only = false);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faultline::net
