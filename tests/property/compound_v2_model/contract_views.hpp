// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <vector>

/// What the modelled contracts' view functions answer.
namespace faultline::compound_v2_model {

std::optional<eth::ReadAnswer> contract_answer(const Contracts& contracts, const eth::Read& read);

/// Views of all cTokens and of these accounts.
std::vector<tests::ViewCall> contract_views(
    tests::Chance& chance, const Contracts& contracts, const std::vector<Address>& accounts
);

}  // namespace faultline::compound_v2_model
