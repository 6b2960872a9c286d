// SPDX-License-Identifier: Apache-2.0
#include "changes.hpp"

#include "answers.hpp"
#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/operator_view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using runtime::Task;
using Path = std::vector<std::string>;

constexpr std::size_t kNameSegment = 2;

char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// "https://host:port" -> "host:port"
std::string_view host_of(std::string_view origin) {
    constexpr std::string_view kMark = "://";
    const std::size_t at = origin.find(kMark);
    return at == std::string_view::npos ? std::string_view() : origin.substr(at + kMark.size());
}

/// "host:port" -> "host"; "[::1]:port" -> "[::1]"
std::string_view without_port(std::string_view host) {
    const std::size_t end = host.starts_with('[') ? host.find(']') : host.find(':');
    const std::size_t more = host.starts_with('[') ? 1 : 0;
    return end == std::string_view::npos ? host : host.substr(0, end + more);
}

/// Whether nobody else can have given us that name: an address, or one that is ours. Browsers take
/// what ends in digits for an address of four numbers, and nothing else stands in brackets.
bool is_ours(const ApiOptions& options, std::string_view host) {
    const auto same = [host](std::string_view own) {
        return std::ranges::equal(own, host, {}, lower, lower);
    };
    const bool address =
        host.starts_with('[') || (!host.empty() && std::ranges::all_of(host, [](char c) {
            return (c >= '0' && c <= '9') || c == '.';
        }));
    return address || same("localhost") || std::ranges::any_of(options.hosts, same);
}

HttpResponse not_allowed(const std::string& methods) {
    HttpResponse out = error_answer(
        405, "method_not_allowed", "this path is not asked in that way", "use " + methods
    );
    out.headers.emplace_back("Allow", methods);
    return out;
}

bool reads(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

void write_silence(JsonWriter& json, const SilenceFigures& silence) {
    json.begin_object().field("id", silence.id).field("state", silence.state);
    json.key("matchers").begin_array();
    for (const std::string& matcher : silence.matchers) {
        json.string(matcher);
    }
    json.end_array().field("author", silence.author).field("reason", silence.reason);
    json.field("created_at", runtime::iso_time(silence.created))
        .field("starts_at", runtime::iso_time(silence.starts));
    json.field("ends_at", runtime::iso_time(silence.ends)).end_object();
}

HttpResponse silence_answer(const Result<SilenceFigures>& silence) {
    if (!silence) {
        return failed_answer(silence.error());
    }
    JsonWriter json;
    write_silence(json, *silence);
    return json_answer(200, json.take());
}

HttpResponse silences_answer(const OperatorView& operators) {
    JsonWriter json;
    json.begin_object().key("silences").begin_array();
    for (const SilenceFigures& silence : operators.silences()) {
        write_silence(json, silence);
    }
    return json_answer(200, json.end_array().end_object().take());
}

HttpResponse operations_answer(const OperatorView& operators, const Target& target) {
    constexpr std::size_t kUsual = 100;
    constexpr std::size_t kMost = 10'000;
    if (const auto known = only(target, {"limit"}); !known) {
        return failed_answer(known.error());
    }
    const auto limit = limit_parameter(target, kUsual, kMost);
    if (!limit) {
        return failed_answer(limit.error());
    }
    JsonWriter json;
    json.begin_object().key("operations").begin_array();
    for (const OperationFigures& one : operators.operations(*limit)) {
        json.begin_object().field("sequence", one.sequence).field("at", runtime::iso_time(one.at));
        json.field("what", one.what).field("who", one.who).field("about", one.about);
        json.field("why", one.why).end_object();
    }
    return json_answer(200, json.end_array().end_object().take());
}

HttpResponse acknowledged_answer(const Result<std::vector<AcknowledgedFigures>>& taken) {
    if (!taken && taken.error().code() == Code::kRejected) {
        return error_answer(
            409, "conflict", taken.error().message(), "/v1/alerts has the phase of each"
        );
    }
    if (!taken) {
        return failed_answer(taken.error());
    }
    JsonWriter json;
    json.begin_object().key("acknowledged").begin_array();
    for (const AcknowledgedFigures& one : *taken) {
        json.begin_object().field("chain", one.chain).field("fingerprint", one.fingerprint);
        json.field("rule", one.rule).field("episode", one.episode).end_object();
    }
    return json_answer(200, json.end_array().end_object().take());
}

/// As Prometheus has it.
HttpResponse reload_answer(const ApiOptions& options, const HttpRequest& request) {
    if (auto refused = refused_post(options, request, false)) {
        return *std::move(refused);
    }
    const auto done = options.reload();
    if (!done) {
        return error_answer(
            400, "not_reloaded", done.error().message(), "what was loaded before goes on"
        );
    }
    JsonWriter json;
    json.begin_object();
    json.field("reloaded", *done);
    json.end_object();
    return json_answer(200, json.take());
}

Task<HttpResponse> silences(const ApiOptions& options, const HttpRequest& request) {
    OperatorView& operators = *options.operators;
    if (reads(request)) {
        co_return silences_answer(operators);
    }
    if (request.method != "POST") {
        co_return not_allowed("GET, HEAD, POST");
    }
    if (auto refused = refused_change(options, request, true)) {
        co_return *std::move(refused);
    }
    const auto silence = co_await operators.silence(request.body);
    co_return silence_answer(silence);
}

Task<HttpResponse> silence(const ApiOptions& options, const HttpRequest& request, std::string id) {
    OperatorView& operators = *options.operators;
    if (request.method != "DELETE") {
        co_return not_allowed("DELETE");
    }
    if (auto refused = refused_change(options, request, true)) {
        co_return *std::move(refused);
    }
    const auto ended = co_await operators.expire(std::move(id), request.body);
    co_return silence_answer(ended);
}

Task<HttpResponse> acknowledge(
    const ApiOptions& options, const HttpRequest& request, std::string fingerprint
) {
    OperatorView& operators = *options.operators;
    if (auto refused = refused_post(options, request, true)) {
        co_return *std::move(refused);
    }
    const auto taken = co_await operators.acknowledge(std::move(fingerprint), request.body);
    co_return acknowledged_answer(taken);
}

}  // namespace

std::string_view header_of(const HttpRequest& request, std::string_view name) {
    const auto found = std::ranges::find_if(request.headers, [name](const auto& one) {
        return std::ranges::equal(one.first, name, {}, lower, lower);
    });
    return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<HttpResponse> refused_change(
    const ApiOptions& options, const HttpRequest& request, bool takes_json
) {
    const std::string_view site = header_of(request, "Sec-Fetch-Site");
    const std::string_view origin = header_of(request, "Origin");
    const std::string_view host = host_of(origin);
    // A page whose name was made to lead here calls itself of this origin.
    const bool known = origin.empty() || is_ours(options, without_port(header_of(request, "Host")));
    const bool foreign = !known || (!site.empty() && site != "same-origin" && site != "none") ||
                         (!origin.empty() && (host.empty() || host != header_of(request, "Host")));
    if (foreign) {
        return error_answer(
            403,
            "forbidden",
            "a page of another origin may not change anything here",
            "ask from a shell, or from a page that this address or `external_url` serves"
        );
    }
    if (takes_json && !header_of(request, "Content-Type").starts_with("application/json")) {
        return error_answer(
            415,
            "unsupported_media_type",
            "what changes something is asked for in JSON",
            "send Content-Type: application/json"
        );
    }
    return std::nullopt;
}

std::optional<HttpResponse> refused_post(
    const ApiOptions& options, const HttpRequest& request, bool takes_json
) {
    return request.method == "POST" ? refused_change(options, request, takes_json)
                                    : not_allowed("POST");
}

Task<std::optional<Changed>> changing_answer(
    const ApiOptions& options, const HttpRequest& request, const Target& target
) {
    const Path& path = target.path;
    std::optional<Changed> out;
    if (options.reload && path == Path{"-", "reload"}) {
        out = {.route = "/-/reload", .response = reload_answer(options, request)};
        co_return out;
    }
    if (options.operators == nullptr || path.size() < 2 || path[0] != "v1") {
        co_return out;
    }
    OperatorView& operators = *options.operators;
    if (path.size() == 2 && path[1] == "silences") {
        out = {.route = "/v1/silences", .response = {}};
        out->response = co_await silences(options, request);
    } else if (path.size() == 3 && path[1] == "silences") {
        out = {.route = "/v1/silences/*", .response = {}};
        out->response = co_await silence(options, request, path[kNameSegment]);
    } else if (path.size() == 4 && path[1] == "alerts" && path[3] == "ack") {
        out = {.route = "/v1/alerts/*/ack", .response = {}};
        out->response = co_await acknowledge(options, request, path[kNameSegment]);
    } else if (path.size() == 2 && path[1] == "operations") {
        out = {.route = "/v1/operations", .response = {}};
        out->response =
            reads(request) ? operations_answer(operators, target) : not_allowed("GET, HEAD");
    }
    co_return out;
}

}  // namespace faultline::api
