// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <optional>
#include <vector>

namespace faultline::maker {

struct Folded {
    std::optional<Error> error;
    bool unknown = false;  ///< Nothing is accounted for of it; it changed nothing.
};

/// Folds a log by what its emitter is.
Folded fold(Transition& at, Role role);

}  // namespace faultline::maker
