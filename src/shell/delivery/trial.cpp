// SPDX-License-Identifier: Apache-2.0
#include "courier.hpp"
#include "shape.hpp"
#include "verdict.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/utf8.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/delivery/trial.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

constexpr const char* kTestRule = "faultline_test";
/// Of no alert but by chance: those are digests.
constexpr const char* kTestFingerprint = "7e57000000000000";

constexpr std::size_t kShownBody = 4000;
constexpr std::size_t kShownAnswer = 500;

/// Without what could move a terminal's cursor.
std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
        out += one_line(text.substr(0, end)) + std::string(text.substr(end, 1));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// Sends what it is given, and keeps what was said.
class Witness final : public net::HttpClient {
  public:
    Witness(net::HttpClient& client, const Receiver& receiver, std::vector<TrialExchange>& out)
        : client_(client), receiver_(receiver), out_(out) {}

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        out_.push_back({.request = request_text(request, receiver_), .answer = "nothing yet"});
        auto answer = co_await client_.send(std::move(request), deadline);
        // Cut after that: a part of a secret is not told from other text.
        out_.back().answer = printable(
            answer ? std::to_string(answer->status) + " " +
                         fitted(without_secrets(answer->body, receiver_), {.most = kShownAnswer})
                   : without_secrets(answer.error().message(), receiver_)
        );
        co_return answer;
    }

  private:
    net::HttpClient& client_;
    const Receiver& receiver_;
    std::vector<TrialExchange>& out_;
};

}  // namespace

std::string request_text(const net::HttpRequest& request, const Receiver& receiver) {
    const bool stdout_line = request.url.scheme == "stdout";
    std::string out =
        request.method + " " + (stdout_line ? std::string("stdout") : request.url.redacted());
    for (const auto& [name, value] : request.headers) {
        out += "\n" + name + ": " + value;
    }
    return printable(
        without_secrets(out, receiver) + "\n\n" +
        fitted(without_secrets(request.body, receiver), {.most = kShownBody})
    );
}

alerts::Transition test_transition(
    alerts::Kind kind, const std::string& receiver, const std::string& chain, UnixMillis now
) {
    constexpr std::int64_t kMillis = 1000;
    alerts::Transition out;
    out.fingerprint = kTestFingerprint;
    out.episode = eth::BlockRef{}.tag();
    out.kind = kind;
    out.block_timestamp_s = static_cast<std::uint64_t>(now.value / kMillis);
    out.occurrence = static_cast<std::uint32_t>(out.block_timestamp_s);
    out.severity = rules::Severity::kInfo;
    out.rule = kTestRule;
    out.summary =
        "TEST: `faultline alert test " + receiver +
        "` was run. This is no alert, nothing happened on any chain, and nobody has to do "
        "anything";
    out.labels = {{"chain", chain}, {"test", "true"}};
    out.since_s = out.block_timestamp_s;
    return out;
}

bool is_test(const alerts::Transition& transition) {
    return transition.rule == kTestRule && transition.fingerprint == kTestFingerprint;
}

runtime::Task<TrialResult> try_receiver(
    Receiver receiver,
    alerts::Transition transition,
    std::string version,
    TrialParts parts,
    LinkBases links
) {
    TrialResult result;
    receiver.dry_run = false;
    DeliveryOptions options;
    options.chain_name = transition.labels["chain"];
    options.version = std::move(version);
    options.links = std::move(links);
    Witness witness(parts.client, receiver, result.exchanges);
    RateLimits limits;
    Courier courier(
        options,
        receiver,
        CourierParts{.client = witness, .limits = limits, .clock = parts.clock, .log = parts.log}
    );
    courier.take();
    const Verdict verdict = co_await courier.send(transition);
    result.delivered = verdict.outcome == Outcome::kAcknowledged;
    result.verdict = without_secrets(verdict.text, receiver);
    result.advice = verdict.advice;
    if (!verdict.left_out.empty()) {
        result.advice = "The server takes no mail for " + verdict.left_out + ": check `to`";
    }
    if (verdict.outcome == Outcome::kRetry && result.advice.empty()) {
        result.advice =
            "The daemon would try again, sooner first and then less often: is the receiver up, and "
            "reached from this machine?";
    }
    co_return result;
}

}  // namespace faultline::delivery
