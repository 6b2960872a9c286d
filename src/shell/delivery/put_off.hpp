// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <chrono>
#include <map>
#include <string>

namespace faultline::delivery {

/// Recipients of one receiver for whom a mail server takes nothing now (4xx): the others wait for
/// them so long, and no longer. As large as the list of recipients; begins anew with the process.
class PutOff {
  public:
    /// Longer than greylisting takes, shorter than others may wait for an alert.
    static constexpr Duration kPatience = std::chrono::minutes(10);

    /// Asks for those that were put off for too long not to keep the mail from the others.
    void ask(net::HttpRequest& request, Instant now) const;

    /// What the server said of them.
    void heard(const net::HttpResponse& response, Instant now);

  private:
    std::map<std::string, Instant> since_;
};

}  // namespace faultline::delivery
