// SPDX-License-Identifier: Apache-2.0
#include "dialects.hpp"

#include "dialect.hpp"

#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace faultline::delivery {

std::unique_ptr<Dialect> make_dialect(const Receiver& receiver) {
    return std::visit(
        [&receiver](const auto& settings) { return dialect_of(settings, receiver); },
        receiver.settings
    );
}

net::HttpRequest json_post(
    net::Url url, std::string body, std::string_view version, const Receiver& receiver
) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {
        {"Content-Type", "application/json"}, {"User-Agent", "faultline/" + std::string(version)}
    };
    request.body = std::move(body);
    request.status_only = true;
    request.public_only = !receiver.allow_private;
    return request;
}

std::string route_name(std::string_view service, const net::Url& url) {
    const std::size_t secret = std::hash<std::string>{}(url.host + url.target);
    return std::string(service) + "/" + url.host + "/" + std::to_string(secret);
}

LimitScope own_server(std::string_view kind, const Receiver& receiver, const net::Url& url) {
    const std::string service = std::string(kind) + "/" + receiver.name;
    return {
        .service = service, .route = route_name(service, url), .service_pace = {}, .route_pace = {}
    };
}

}  // namespace faultline::delivery
