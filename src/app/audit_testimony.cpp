// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <app/audit_testimony.hpp>
#include <cstddef>
#include <vector>

namespace faultline::app {
namespace {

/// What a revert carries along differs between clients.
bool same(const eth::ReadAnswer& one, const eth::ReadAnswer& other) {
    return one.reverted() == other.reverted() && (one.reverted() || one.result == other.result);
}

}  // namespace

Weighed weigh(
    const Figure<protocol::ViewFigure>& ours,
    const std::vector<eth::ReadAnswer>& answers,
    std::size_t endpoints
) {
    bool left_out = true;
    std::size_t heard = 0;
    for (const eth::ReadAnswer& answer : answers) {
        if (answer.unanswered()) {
            continue;
        }
        ++heard;
        const protocol::Compared compared = protocol::compare(ours, answer);
        if (compared == protocol::Compared::kEqual) {
            return Weighed::kEqual;
        }
        left_out = compared == protocol::Compared::kLeftOut;
    }
    if (left_out) {
        return Weighed::kLeftOut;
    }
    const bool all_heard = endpoints > 1 && heard > 1 && answers.size() >= endpoints;
    const bool agreed = std::ranges::any_of(answers, [&](const eth::ReadAnswer& one) {
        return !one.unanswered() &&
               std::ranges::count_if(answers, [&](const eth::ReadAnswer& other) {
                   return same(one, other);
               }) > 1;
    });
    return all_heard || agreed ? Weighed::kDiffers : Weighed::kUndecided;
}

}  // namespace faultline::app
