// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/exact_math.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <string>
#include <vector>

/// What the modelled contracts' view functions answer.
namespace faultline::aave_model {

struct ViewCall {
    std::string label;  ///< "aToken.WETH.balanceOf:0x…"
    eth::Read read;
    std::vector<Int> words;          ///< The whole answer.
    bool array = false;              ///< Its first word is an offset.
    bool optional = false;           ///< Who reads logs need not have a figure for it.
    bool first_word_untold = false;  ///< No log tells it; it may be left out, and is not compared.
};

/// Every view that the release has, of every reserve, category and of these accounts.
std::vector<ViewCall> every_view(
    const ContractModel& contracts, const std::vector<Address>& holders
);

/// What the chain answers to a read that no log replaces: prices, and the revision of the pool or
/// of what it runs. nullopt for another read.
std::optional<Bytes> chain_answer(const ContractModel& contracts, const eth::Read& read);

/// Address of what the pool runs.
Address pool_implementation();

Bytes abi_words(const std::vector<Int>& words);

}  // namespace faultline::aave_model
