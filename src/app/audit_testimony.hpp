// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::app {

/// What comes of our figure before the answers of several endpoints.
enum class Weighed : std::uint8_t {
    kEqual,      ///< One says what we say: the others are wrong.
    kDiffers,    ///< Two that say the same contradict us, or all there are do.
    kUndecided,  ///< One contradicts us and others have not been heard.
    kLeftOut,    ///< We withhold the figure, or nobody could answer.
};

/// `answers` to one view, of an endpoint each, or twice of the only one; at least one. `endpoints`
/// is how many there are to ask.
Weighed weigh(
    const Figure<protocol::ViewFigure>& ours,
    const std::vector<eth::ReadAnswer>& answers,
    std::size_t endpoints
);

}  // namespace faultline::app
