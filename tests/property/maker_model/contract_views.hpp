// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <vector>

/// What the modelled contracts' view functions answer.
namespace faultline::maker_model {

std::optional<eth::ReadAnswer> contract_answer(const Maker& maker, const eth::Read& read);

/// Views of everything there is, of these accounts and of ilks by name.
std::vector<tests::ViewCall> contract_views(
    tests::Chance& chance,
    const Maker& maker,
    const std::vector<Ilk>& ilks,
    const std::vector<Address>& accounts
);

}  // namespace faultline::maker_model
