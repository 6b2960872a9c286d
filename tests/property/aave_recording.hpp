// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <string>
#include <vector>

namespace faultline::tests {

/// What a view function of the real contract answered at a block.
struct Truth {
    std::string view;
    Address to;
    Bytes data;
    Bytes result;
};

/// One line of a recording: an applied block with the contract's answers, or the loss of the tip.
struct RecordedStep {
    bool reverted = false;
    eth::Block block;
    std::vector<Truth> truth;
};

struct Recording {
    aave::MarketConfig market;
    std::vector<RecordedStep> steps;
};

/// Reads tests/fixtures/aave/<name>; throws std::runtime_error when it is not what its README says.
Recording load_recording(const std::string& name);

}  // namespace faultline::tests
