// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <vector>

namespace faultline::app {

/// The answers, or kRejected where a read has none: a bootstrap is whole or nothing.
Result<std::vector<eth::ReadAnswer>> whole_answers(
    std::vector<eth::ReadAnswer> answers, const eth::BlockRef& block
);

}  // namespace faultline::app
