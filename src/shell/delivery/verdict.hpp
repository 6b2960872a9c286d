// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/net/http.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::delivery {

/// What an answer to one attempt means.
enum class Outcome : std::uint8_t {
    kAcknowledged,  ///< 2xx: the receiver has it.
    kRetry,         ///< Passing trouble: try again, sooner first, then less often.
    kBlocked,       ///< The receiver turns us away until a person changes something: try rarely.
    kTooRich,       ///< It does not take this formatting: say the same as plain text.
    kRefused,       ///< This body is not wanted and never will be.
    kStopped,       ///< Nobody is there any more, and asking again does harm: never again.
};

struct Verdict {
    Outcome outcome = Outcome::kRetry;
    std::string text;    ///< "HTTP 503", or why there was no answer. Holds no secret.
    std::string advice;  ///< What a person should do; empty when nothing.
    /// The shortest wait before the next attempt.
    Duration at_least{};
    /// The receiver asked for that wait: it holds for whatever else we would send, too.
    bool asked_to_wait = false;
    /// Of an acknowledged one: who of the receiver did not get it; empty: everybody did.
    std::string left_out;
    LimitNews limits;  ///< For everybody who sends there.
};

/// What the status of an answer means where nothing more is known of the receiver.
Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now);

/// The outcome, with advice. A wait the receiver asked for stays.
void block(Verdict& verdict, std::string advice);
void stop(Verdict& verdict, std::string advice);
void refuse(Verdict& verdict, std::string advice);

/// Cuts what one answer asks to wait to what it may ask for, so that no answer mutes a receiver: an
/// hour of a service that counts requests (429, or a bucket it announces), ten minutes of one in
/// trouble. Returns the longest wish that was cut. `status` is 0 without an answer.
std::optional<Duration> moderate(Verdict& verdict, int status);

/// Nothing is sent to the route for at least that long, even when the receiver named no wait.
void pause(Verdict& verdict, Duration wait);

}  // namespace faultline::delivery
