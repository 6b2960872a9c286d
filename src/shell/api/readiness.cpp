// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>

#include <chrono>
#include <string>
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
    if (!status.since_contact) {
        out.push_back(with("the endpoint has not answered yet", status.endpoint_error));
    } else if (*status.since_contact > limits.contact_age) {
        out.push_back(with(
            "the endpoint has not answered for " + seconds_text(*status.since_contact),
            status.endpoint_error
        ));
    }
    if (!status.head) {
        out.emplace_back("the head of the chain is not known yet");
    } else if (status.head_age > status.max_head_age) {
        out.push_back(
            "the endpoint's newest block is " + seconds_text(status.head_age) +
            " old: the endpoint is stuck, syncing or cut off, or this machine's clock is wrong"
        );
    }
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
