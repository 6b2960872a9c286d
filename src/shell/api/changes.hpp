// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/shell/api/api.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>
#include <string_view>

/// Requests that may change something, and what they have to show for it.
namespace faultline::api {

struct Changed {
    std::string_view route;  ///< For the metric; never what the client sent.
    net::HttpResponse response;
};

/// Why a request that changes something is refused: it comes from a page of somebody else, in the
/// browser of somebody who reaches this API. Browsers say so, and ask before they send JSON or a
/// DELETE to another place; what asks from a shell is not concerned. nullopt: it is not.
std::optional<net::HttpResponse> refused_change(
    const ApiOptions& options, const net::HttpRequest& request, bool takes_json
);

/// The same of what is changed by POST alone: 405 for anything else.
std::optional<net::HttpResponse> refused_post(
    const ApiOptions& options, const net::HttpRequest& request, bool takes_json
);

/// Of a request: empty when there is none. Names are compared without case.
std::string_view header_of(const net::HttpRequest& request, std::string_view name);

/// The answer to POST /-/reload, and to what operators see and decide: /v1/silences,
/// /v1/silences/<id>, /v1/alerts/<fingerprint>/ack, /v1/operations. nullopt: it is none of these.
/// All outlive the task.
runtime::Task<std::optional<Changed>> changing_answer(
    const ApiOptions& options, const net::HttpRequest& request, const Target& target
);

}  // namespace faultline::api
