// SPDX-License-Identifier: Apache-2.0
#include "json_reply.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t kBodyShown = 80;
constexpr std::size_t kMessageShown = 300;

bool is_success(int http_status) {
    return http_status >= 200 && http_status <= 299;
}

/// Ids are numbers; some proxies send them back as strings.
std::optional<std::uint64_t> id_of(const object& answer) {
    element id;
    if (answer.at_key("id").get(id) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    if (id.get(number) == simdjson::SUCCESS) {
        return number;
    }
    std::string_view text;
    if (id.get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::optional<NodeError> error_of(const object& answer) {
    element error;
    if (answer.at_key("error").get(error) != simdjson::SUCCESS || error.is_null()) {
        return std::nullopt;
    }
    return read_node_error(error);
}

/// Answers of services that wrap JSON-RPC in their own envelope: {"status":"0","message":...}.
std::optional<NodeError> foreign_error_of(const object& answer) {
    std::string_view message;
    element ignored;
    if (answer.at_key("id").get(ignored) == simdjson::SUCCESS ||
        answer.at_key("message").get(message) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    NodeError error;
    error.message = std::string(message);
    std::string_view detail;
    if (answer.at_key("result").get(detail) == simdjson::SUCCESS) {
        error.message += ": " + std::string(detail);
    }
    return error;
}

/// A quota comes back within a day; who asks for more has made a mistake, and is asked again as one
/// that names no time.
std::int64_t sensible(std::int64_t retry_after_ms) {
    constexpr std::int64_t kDayMs = 24L * 3600 * 1000;
    return retry_after_ms > kDayMs ? 0 : retry_after_ms;
}

std::string advice_for(int http_status, Cause cause) {
    constexpr int kRedirects = 300;
    constexpr int kClientErrors = 400;
    constexpr int kNotFound = 404;
    if (cause == Cause::kUnknown) {
        return "These words are not known here and taken as trouble that passes";
    }
    if (cause == Cause::kForbidden) {
        return "Check the endpoint's URL and key";
    }
    if (http_status >= kRedirects && http_status < kClientErrors) {
        return "The endpoint sends us elsewhere: configure the final URL";
    }
    if (http_status == kNotFound) {
        return "Nothing answers JSON-RPC at this URL: check its path";
    }
    return "";
}

Error http_refusal(const Exchange& exchange) {
    const Classification found = classify_http(exchange.http_status);
    return about(
               found.code,
               method_names(exchange.calls),
               "HTTP status " + std::to_string(exchange.http_status) +
                   (exchange.body.empty() ? std::string()
                                          : ": " + printable(exchange.body, kBodyShown))
    )
        .advise(advice_for(exchange.http_status, found.cause))
        .after_ms(sensible(exchange.retry_after_ms));
}

/// Whether that is what became of a call, whatever the HTTP status beside it says.
bool is_outcome(std::string_view method, const NodeError& error) {
    return classify(error).cause == Cause::kReverted ||
           (method == "eth_call" && (refuses_call(error) || ran_out_of_time(error)));
}

}  // namespace

Error about(Code code, std::string_view method, const std::string& what) {
    return {code, std::string(method) + ": " + what};
}

std::string method_names(std::span<const Call> calls) {
    std::vector<std::string_view> seen;
    std::string out;
    for (const Call& call : calls) {
        if (std::ranges::find(seen, call.method) == seen.end()) {
            seen.push_back(call.method);
            out += (out.empty() ? "" : "+") + std::string(call.method);
        }
    }
    return out;
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out(text.substr(0, limit));
    for (char& c : out) {
        const bool shown = c >= ' ' && c <= '~';
        c = shown ? c : '.';
    }
    return text.size() > limit ? out + "..." : out;
}

NodeError read_node_error(element error) {
    NodeError out;
    std::string_view text;
    if (error.get(text) == simdjson::SUCCESS) {
        out.message = std::string(text);
        return out;
    }
    object fields;
    if (error.get(fields) != simdjson::SUCCESS) {
        out.message = simdjson::minify(error);
        return out;
    }
    std::int64_t code = 0;
    if (fields.at_key("code").get(code) == simdjson::SUCCESS) {
        out.code = code;
    }
    if (fields.at_key("message").get(text) == simdjson::SUCCESS) {
        out.message = std::string(text);
    }
    element data;
    if (fields.at_key("data").get(data) == simdjson::SUCCESS && !data.is_null()) {
        out.data = data.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(data);
    }
    return out;
}

Error node_refusal(std::string_view method, const NodeError& error, const Exchange& exchange) {
    const Classification found = classify(error, exchange.http_status);
    std::string what = "the node answered error " + std::to_string(error.code) + " \"" +
                       printable(error.message, kMessageShown) + "\"";
    if (!is_success(exchange.http_status)) {
        what += " with HTTP status " + std::to_string(exchange.http_status);
    }
    const bool passes = found.code == Code::kRateLimited || found.code == Code::kTransient;
    return about(found.code, method, what)
        .advise(advice_for(exchange.http_status, found.cause))
        .after_ms(passes ? sensible(exchange.retry_after_ms) : 0)
        .suggest(found.suggested_range);
}

Result<Reply> Reply::parse(const Exchange& exchange) {
    Reply reply;
    reply.exchange_ = exchange;
    reply.parser_ = std::make_unique<simdjson::dom::parser>();
    reply.answers_.resize(exchange.calls.size());
    element document;
    const simdjson::error_code bad =
        reply.parser_->parse(exchange.body.data(), exchange.body.size()).get(document);
    if (bad != simdjson::SUCCESS) {
        if (!is_success(exchange.http_status)) {
            return http_refusal(exchange);
        }
        if (exchange.body.starts_with("\x1f\x8b")) {
            return about(
                Code::kMalformed,
                method_names(exchange.calls),
                "the answer is compressed (gzip), which was not asked for"
            );
        }
        return about(
            Code::kMalformed,
            method_names(exchange.calls),
            "the answer is not JSON (" + std::string(simdjson::error_message(bad)) + "): \"" +
                printable(exchange.body, kBodyShown) + "\""
        );
    }
    FAULTLINE_TRY_VOID(reply.take(document));
    FAULTLINE_TRY_VOID(reply.complete());
    return reply;
}

Result<void> Reply::take(element document) {
    simdjson::dom::array answers;
    if (document.get(answers) == simdjson::SUCCESS) {
        for (const element answer : answers) {
            FAULTLINE_TRY_VOID(take_one(answer));
        }
    } else {
        FAULTLINE_TRY_VOID(refuse_whole(document));
        FAULTLINE_TRY_VOID(take_one(document));
    }
    return {};
}

Result<void> Reply::complete() const {
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        const NodeError* refused = error(i);
        if (is_success(exchange_.http_status)) {
            if (std::holds_alternative<std::monostate>(answers_[i])) {
                return about(
                    Code::kMalformed,
                    method(i),
                    "request " + std::to_string(i + 1) + " of " + std::to_string(answers_.size()) +
                        " has no answer"
                );
            }
        } else if (refused == nullptr) {
            return http_refusal(exchange_);
        } else if (!is_outcome(method(i), *refused)) {
            return node_refusal(method(i), *refused, exchange_);
        }
    }
    return {};
}

Result<void> Reply::refuse_whole(element document) const {
    object fields;
    if (answers_.size() < 2 || document.get(fields) != simdjson::SUCCESS) {
        return {};
    }
    if (const std::optional<NodeError> error = error_of(fields)) {
        return node_refusal(method_names(exchange_.calls), *error, exchange_);
    }
    return {};
}

Result<void> Reply::take_one(element answer) {
    object fields;
    if (answer.get(fields) != simdjson::SUCCESS) {
        return about(
            Code::kMalformed, method_names(exchange_.calls), "an answer is not a JSON object"
        );
    }
    std::optional<NodeError> error = error_of(fields);
    if (!error) {
        error = foreign_error_of(fields);
    }
    const std::optional<std::uint64_t> id = id_of(fields);
    if (!id || *id < exchange_.first_id || *id - exchange_.first_id >= answers_.size()) {
        return stray(id, error);
    }
    const auto call = static_cast<std::size_t>(*id - exchange_.first_id);
    if (!std::holds_alternative<std::monostate>(answers_[call])) {
        return about(
            Code::kMalformed, method(call), "the id " + std::to_string(*id) + " was answered twice"
        );
    }
    element value;
    if (error) {
        answers_[call] = *std::move(error);
    } else if (fields.at_key("result").get(value) == simdjson::SUCCESS) {
        answers_[call] = value;
    } else {
        return about(
            Code::kMalformed, method(call), "the answer has neither a result nor an error"
        );
    }
    return {};
}

Error Reply::stray(std::optional<std::uint64_t> id, const std::optional<NodeError>& error) const {
    const std::string methods = method_names(exchange_.calls);
    if (error) {
        return node_refusal(methods, *error, exchange_);
    }
    if (!is_success(exchange_.http_status)) {
        return http_refusal(exchange_);
    }
    return about(
        Code::kMalformed,
        methods,
        id ? "an answer has the id " + std::to_string(*id) + ", which was not asked"
           : std::string("an answer has no id")
    );
}

Result<element> Reply::result(std::size_t call) const {
    if (const NodeError* refused = error(call)) {
        return node_refusal(method(call), *refused, exchange_);
    }
    return std::get<element>(answers_.at(call));
}

Result<element> Reply::present(std::size_t call, std::string_view what) const {
    FAULTLINE_TRY(const element value, result(call));
    if (value.is_null()) {
        return about(
            Code::kMissing,
            method(call),
            "the node has no " + std::string(what) + " (it answered null)"
        );
    }
    return value;
}

const NodeError* Reply::error(std::size_t call) const {
    return std::get_if<NodeError>(&answers_.at(call));
}

std::string_view Reply::method(std::size_t call) const {
    return exchange_.calls[call].method;
}

}  // namespace faultline::rpc
