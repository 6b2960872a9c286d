// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/store/store.hpp>

#include <string>
#include <vector>

/// The outbox of a store as the API and the command line show it.
namespace faultline::app {

/// Errors: those of the store.
Result<api::OutboxPage> outbox_page(
    const store::Store& store,
    const std::string& chain,
    const std::vector<std::string>& receivers,
    const api::OutboxQuery& query
);

delivery::LetterChoice choice_of(const api::OutboxChange& change);

api::OutboxChanged shown(const delivery::LetterChange& change, bool dropped);

}  // namespace faultline::app
