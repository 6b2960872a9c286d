// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

namespace faultline::app {

/// Loads the rows of a store, which a daemon may have open, for those who only look.
Result<void> load_stored(const store::Store& store, engine::Fold& fold);

}  // namespace faultline::app
