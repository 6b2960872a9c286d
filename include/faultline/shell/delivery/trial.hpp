// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Whether a receiver takes an alert, found out by sending it one that says it is none.
namespace faultline::delivery {

/// A transition that nobody can take for an alert. Firing and resolved are of one episode; the key
/// differs from second to second, so that receivers which drop repeated keys take each.
alerts::Transition test_transition(
    alerts::Kind kind, const std::string& receiver, const std::string& chain, UnixMillis now
);

/// Whether it is one.
bool is_test(const alerts::Transition& transition);

/// What was sent and what came back, without secrets.
struct TrialExchange {
    std::string request;  ///< "POST https://host:443/…", headers, body.
    std::string answer;   ///< Status and the beginning of the body, or why there was none.
};

struct TrialResult {
    bool delivered = false;
    std::vector<TrialExchange> exchanges;  ///< Two when the formatting was refused.
    std::string verdict;                   ///< "HTTP 404"
    std::string advice;                    ///< What to do; empty when nothing.
};

/// All outlive the trial.
struct TrialParts {
    net::HttpClient& client;
    runtime::Clock& clock;
    obs::Log& log;
};

/// One attempt as delivery makes it: the same body, courier, limits of addresses and TLS.
runtime::Task<TrialResult> try_receiver(
    Receiver receiver,
    alerts::Transition transition,
    std::string version,
    TrialParts parts,
    LinkBases links = {}
);

/// `text` without the secrets of a receiver.
std::string without_secrets(std::string_view text, const Receiver& receiver);

}  // namespace faultline::delivery
