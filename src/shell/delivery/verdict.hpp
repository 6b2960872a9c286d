// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::delivery {

/// What an answer to one attempt means.
enum class Outcome : std::uint8_t {
    kAcknowledged,  ///< 2xx: the receiver has it.
    kRetry,         ///< Passing trouble: try again, sooner first, then less often.
    kBlocked,       ///< The receiver turns us away until a person changes something: try rarely.
    kRefused,       ///< This body is not wanted and never will be.
};

struct Verdict {
    Outcome outcome = Outcome::kRetry;
    std::string text;    ///< "HTTP 503", or why there was no answer. Holds no secret.
    std::string advice;  ///< What a person should do; empty when nothing.
    /// The shortest wait before the next attempt.
    Duration at_least{};
    /// The receiver asked for that wait: it holds for whatever else we would send, too.
    bool asked_to_wait = false;
};

Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now);

}  // namespace faultline::delivery
