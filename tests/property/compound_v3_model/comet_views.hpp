// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <vector>

/// What the modelled contracts' view functions answer.
namespace faultline::compound_v3_model {

/// Of a Comet or its asset list.
std::optional<eth::ReadAnswer> comet_answer(
    const Chain& chain, const Comet& comet, const eth::Read& read
);

/// Of tokens and feeds.
std::optional<eth::ReadAnswer> chain_answer(const Chain& chain, const eth::Read& read);

/// Some views of a market and of these accounts.
std::vector<tests::ViewCall> comet_views(
    tests::Chance& chance,
    const Chain& chain,
    const Comet& comet,
    const std::vector<Address>& accounts
);

}  // namespace faultline::compound_v3_model
