// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

std::string seconds_text(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) +
           " s";
}

std::string with(std::string text, const std::string& detail) {
    return detail.empty() ? text : text + ": " + detail;
}

}  // namespace

std::vector<std::string> stale_reasons(const HeadNews& news, const ReadinessLimits& limits) {
    std::vector<std::string> out;
    if (!news.since_contact) {
        out.push_back(with("the endpoint has not answered yet", news.last_error));
    } else if (*news.since_contact > limits.contact_age) {
        out.push_back(with(
            "the endpoint has not answered for " + seconds_text(*news.since_contact),
            news.last_error
        ));
    }
    if (!news.head_age) {
        out.emplace_back("the head of the chain is not known yet");
    } else if (*news.head_age > news.max_head_age) {
        out.push_back(
            "the endpoint's newest block is " + seconds_text(*news.head_age) +
            " old: the endpoint is stuck, syncing or cut off, or this machine's clock is wrong"
        );
    }
    return out;
}

std::vector<std::string> unready_reasons(const ChainStatus& status, const ReadinessLimits& limits) {
    std::vector<std::string> out;
    if (!status.halted.empty()) {
        out.push_back("the chain stopped: " + status.halted);
    }
    if (!status.storage_error.empty()) {
        out.push_back("the store takes no writes: " + status.storage_error);
    }
    if (!status.halted.empty()) {
        return out;  // How far behind it falls is no news.
    }
    std::vector<std::string> stale = stale_reasons(
        {.since_contact = status.since_contact,
         .head_age = status.head ? std::optional(status.head_age) : std::nullopt,
         .max_head_age = status.max_head_age,
         .last_error = status.endpoint_error},
        limits
    );
    std::ranges::move(stale, std::back_inserter(out));
    if (!status.processed) {
        out.emplace_back("no block is processed yet");
    } else if (status.head && status.head->number > status.processed->ref.number) {
        const auto behind = status.head->number - status.processed->ref.number;
        if (behind > limits.lag_blocks) {
            out.push_back(with(
                "catching up: " + std::to_string(behind) + " blocks behind", status.endpoint_error
            ));
        }
    }
    return out;
}

}  // namespace faultline::api
