// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace faultline::compound_v3_model {

using tests::Int;

/// An ERC-20; who is not among its holders has as much of it as he wants.
struct Token {
    std::string symbol;
    unsigned decimals = 18;
    unsigned fee_bps = 0;  ///< Kept back of every transfer.
    std::map<Address, Int> holders;
};

/// A price feed of 8 decimals; silent, as far as anybody who follows Comet knows.
struct Feed {
    Int answer;
    bool broken = false;  ///< latestRoundData() reverts.
};

/// What Comets stand in.
struct Chain {
    tests::LogBook book;
    std::uint64_t number = 0;
    std::uint64_t now = 0;
    std::map<Address, Token> tokens;
    std::map<Address, Feed> feeds;

    /// What arrives.
    Int transfer(const Address& token, const Address& from, const Address& to, const Int& amount);
    [[nodiscard]] Int balance(const Address& token, const Address& holder) const;
};

}  // namespace faultline::compound_v3_model
