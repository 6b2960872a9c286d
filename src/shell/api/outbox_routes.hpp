// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <vector>

/// What waits for receivers, and dead letters. `chain` as in graph_routes.
namespace faultline::api {

/// /v1/outbox
runtime::Task<net::HttpResponse> outbox_answer(std::vector<ChainView*> chains, Target target);

/// Puts dead letters back, or drops them; in words when `as_text`. 409 when some were refused.
/// /v1/outbox/retry, /v1/outbox/drop
runtime::Task<net::HttpResponse> outbox_change_answer(
    std::vector<ChainView*> chains, Target target, bool as_text
);

}  // namespace faultline::api
