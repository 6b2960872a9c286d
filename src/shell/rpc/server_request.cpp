// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/rpc/server_request.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

ServerRequest invalid(std::int64_t code, std::string message) {
    ServerRequest request;
    request.id = "null";
    request.invalid = Refusal{.code = code, .message = std::move(message), .json = {}};
    return request;
}

bool is_id(const element& id) {
    return id.is_string() || id.is_number() || id.is_null();
}

ServerRequest read_request(const element& value) {
    object fields;
    if (value.get(fields) != simdjson::SUCCESS) {
        return invalid(kInvalidRequest, "invalid request: not an object");
    }
    std::string_view version;
    if (fields.at_key("jsonrpc").get(version) != simdjson::SUCCESS || version != "2.0") {
        return invalid(kInvalidRequest, "invalid request: jsonrpc is not \"2.0\"");
    }
    ServerRequest request;
    element id;
    if (fields.at_key("id").get(id) == simdjson::SUCCESS) {
        if (!is_id(id)) {
            return invalid(kInvalidRequest, "invalid request: id is no number, string or null");
        }
        request.id = simdjson::minify(id);
    }
    std::string_view method;
    if (fields.at_key("method").get(method) != simdjson::SUCCESS) {
        return invalid(kInvalidRequest, "invalid request: method is missing or no string");
    }
    request.method = std::string(method);
    element params;
    if (fields.at_key("params").get(params) != simdjson::SUCCESS) {
        request.params = "[]";
    } else if (params.is_array() || params.is_object()) {
        request.params = simdjson::minify(params);
    } else {
        return invalid(kInvalidRequest, "invalid request: params is no array and no object");
    }
    return request;
}

}  // namespace

ServerRequests read_requests(std::string_view text) {
    ServerRequests out;
    simdjson::dom::parser parser;
    element document;
    const auto bad = parser.parse(text.data(), text.size()).get(document);
    if (bad != simdjson::SUCCESS) {
        out.requests.push_back(
            invalid(kParseError, "parse error: " + std::string(simdjson::error_message(bad)))
        );
        return out;
    }
    simdjson::dom::array items;
    if (document.get(items) != simdjson::SUCCESS) {
        out.requests.push_back(read_request(document));
        return out;
    }
    for (const element item : items) {
        out.requests.push_back(read_request(item));
    }
    out.batch = !out.requests.empty();
    if (!out.batch) {
        out.requests.push_back(invalid(kInvalidRequest, "invalid request: empty batch"));
    }
    return out;
}

std::string json_quoted(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 0xfU];
        } else {
            out += c;
        }
    }
    out += '"';
    return out;
}

std::string answer_json(std::string_view id, std::string_view result) {
    std::string out;
    out.reserve(id.size() + result.size() + 40);
    out.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)").append(result);
    out += '}';
    return out;
}

std::string refusal_json(std::string_view id, const Refusal& refusal) {
    const std::string error = refusal.json.empty()
                                  ? R"({"code":)" + std::to_string(refusal.code) +
                                        R"(,"message":)" + json_quoted(refusal.message) + "}"
                                  : refusal.json;
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":)" + error + "}";
}

}  // namespace faultline::rpc
