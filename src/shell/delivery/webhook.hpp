// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/json_writer.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {

inline constexpr std::string_view kKeyHeader = "Idempotency-Key";
inline constexpr std::string_view kSignatureHeader = "Faultline-Signature";

/// The JSON document of docs/webhook.md. The same transition gives the same bytes, so every attempt
/// of every process carries the same body, as long as links begin where they did.
std::string webhook_body(
    const alerts::Transition& transition, std::string_view chain_name, const LinkBases& links = {}
);

/// key, fingerprint, episode, transition, what it retracts or resolves, severity, rule, summary.
void write_identity(JsonWriter& json, const alerts::Transition& transition);

/// block, labels, figures, what only some alerts have, links, evidence.
void write_facts(
    JsonWriter& json, const alerts::Transition& transition, const std::vector<Link>& links
);

/// "t=1700000000,v1=<hex>,v1=<hex>": a signature by each secret.
std::string signature(
    const std::vector<std::string>& secrets, UnixMillis now, std::string_view body
);

/// Replaces the header of that name, compared without case.
void set_header(net::HttpRequest& request, std::string_view name, std::string value);

/// Adds a receiver's own headers, which replace ours of the same name.
void add_headers(
    net::HttpRequest& request, const std::vector<std::pair<std::string, std::string>>& headers
);

}  // namespace faultline::delivery
