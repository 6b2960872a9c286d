// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/signals/signal.hpp>

#include <string>

namespace faultline::engine {

/// What tells a part apart in labels, as docs/signals.md has it: its name; where it has none, its
/// own address, unless that is its token's.
std::string part_label(const protocol::PartExposure& part);

/// Empty where there is none: the chain's coin.
std::string token_label(const Address& token);

/// Whether labels of a signal, or of a row made of signals, can be those of the part: what they say
/// of part and token is so.
bool are_of(const signals::Labels& labels, const protocol::PartExposure& part);

}  // namespace faultline::engine
