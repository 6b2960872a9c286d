// SPDX-License-Identifier: Apache-2.0
#include "dead_letter_gauges.hpp"

#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

DeadLetterGauges::DeadLetterGauges(
    obs::Metrics& metrics, std::string chain, const std::vector<std::string>& receivers
)
    : metrics_(metrics), chain_(std::move(chain)) {
    for (const std::string& receiver : receivers) {
        show(receiver, 0);
    }
}

void DeadLetterGauges::show(const std::string& receiver, std::size_t count) {
    counts_[receiver] = count;
    metrics_
        .gauge(
            "faultline_dead_letters",
            "Alert transitions that are kept because a receiver did not get them: see faultline "
            "outbox.",
            {{"chain", chain_}, {"channel", receiver}}
        )
        .set(static_cast<double>(count));
}

void DeadLetterGauges::added(const std::string& receiver) {
    show(receiver, counts_[receiver] + 1);
}

void DeadLetterGauges::recount(const store::Store& store) {
    const auto counts = count_dead_letters(store);
    if (!counts) {
        return;
    }
    for (auto& [receiver, count] : counts_) {
        if (!counts->contains(receiver)) {
            show(receiver, 0);
        }
    }
    for (const auto& [receiver, count] : *counts) {
        show(receiver, count);
    }
}

std::size_t DeadLetterGauges::of(const std::string& receiver) const {
    const auto found = counts_.find(receiver);
    return found == counts_.end() ? 0 : found->second;
}

std::size_t DeadLetterGauges::total() const {
    std::size_t out = 0;
    for (const auto& [receiver, count] : counts_) {
        out += count;
    }
    return out;
}

}  // namespace faultline::delivery
