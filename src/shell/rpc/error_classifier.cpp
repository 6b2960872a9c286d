// SPDX-License-Identifier: Apache-2.0
#include "error_table.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the pieces of `pattern` between '*' occur in `text`, in order.
bool matches(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    while (!pattern.empty()) {
        const std::size_t star = std::min(pattern.find('*'), pattern.size());
        const std::string_view piece = pattern.substr(0, star);
        const std::size_t found = text.find(piece, at);
        if (found == std::string_view::npos) {
            return false;
        }
        at = found + piece.size();
        pattern.remove_prefix(std::min(star + 1, pattern.size()));
    }
    return true;
}

bool is_hex_data(std::string_view data) {
    constexpr std::size_t kSelectorChars = 10;
    return data.size() >= kSelectorChars && bytes_from_hex(data).has_value();
}

/// eth_call failures whose code says "the EVM stopped", for lack of words.
bool looks_reverted(const NodeError& error, std::string_view words) {
    const bool evm_code = error.code == 3 || error.code == -32000 || error.code == -32015;
    return evm_code && (words.contains("revert") || is_hex_data(error.data));
}

std::optional<Suggestion> range_in(std::string_view words) {
    const std::size_t open = words.find("[0x");
    const std::size_t comma = words.find(',', std::min(open, words.size()));
    const std::size_t close = words.find(']', std::min(comma, words.size()));
    if (open == std::string_view::npos || comma == std::string_view::npos ||
        close == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view second = words.substr(comma + 1, close - comma - 1);
    while (second.starts_with(' ')) {
        second.remove_prefix(1);
    }
    const auto first_number = quantity_from_hex(words.substr(open + 1, comma - open - 1));
    const auto last_number = quantity_from_hex(second);
    if (!first_number || !last_number) {
        return std::nullopt;
    }
    return Suggestion{.first = *first_number, .last = *last_number};
}

Code code_of(Cause cause) {
    switch (cause) {
        case Cause::kUnknown:
        case Cause::kBackend:
            return Code::kTransient;
        case Cause::kCapacity:
            return Code::kRateLimited;
        case Cause::kMissing:
            return Code::kMissing;
        case Cause::kReverted:
        case Cause::kCallTooBig:
        case Cause::kRangeTooWide:
        case Cause::kTooMuchData:
        case Cause::kFilterTooLong:
        case Cause::kUnsupported:
        case Cause::kBadRequest:
        case Cause::kForbidden:
            return Code::kRejected;
    }
    return Code::kTransient;
}

Cause cause_of(const NodeError& error, std::string_view words, int http_status) {
    for (const WordsRow& row : words_table()) {
        if (matches(words, row.pattern)) {
            return row.cause;
        }
    }
    if (looks_reverted(error, words)) {
        return Cause::kReverted;
    }
    if (http_status < 200 || http_status > 299) {
        return classify_http(http_status).cause;
    }
    for (const CodeRow& row : code_table()) {
        if (row.code == error.code) {
            return row.cause;
        }
    }
    return Cause::kUnknown;
}

}  // namespace

std::string_view cause_name(Cause cause) noexcept {
    switch (cause) {
        case Cause::kUnknown:
            return "unknown";
        case Cause::kReverted:
            return "reverted";
        case Cause::kCallTooBig:
            return "call_too_big";
        case Cause::kRangeTooWide:
            return "range_too_wide";
        case Cause::kTooMuchData:
            return "too_much_data";
        case Cause::kFilterTooLong:
            return "filter_too_long";
        case Cause::kCapacity:
            return "capacity";
        case Cause::kBackend:
            return "backend";
        case Cause::kMissing:
            return "missing";
        case Cause::kUnsupported:
            return "unsupported";
        case Cause::kBadRequest:
            return "bad_request";
        case Cause::kForbidden:
            return "forbidden";
    }
    return "unknown";
}

Classification classify(const NodeError& error, int http_status) {
    std::string words = error.message + " " + error.data;
    std::ranges::transform(words, words.begin(), lower);
    const Cause cause = cause_of(error, words, http_status);
    return {.cause = cause, .code = code_of(cause), .suggested_range = range_in(words)};
}

bool refuses_call(const NodeError& error) {
    return classify(error).cause == Cause::kCallTooBig || refuses_size(error);
}

bool refuses_size(const NodeError& error) {
    std::string words = error.message;
    std::ranges::transform(words, words.begin(), lower);
    // "query timed out": as much fits when there is less to do.
    return classify(error).cause == Cause::kTooMuchData && !words.contains("time");
}

bool ran_out_of_time(const NodeError& error) {
    std::string words = error.message;
    std::ranges::transform(words, words.begin(), lower);
    const Cause cause = classify(error).cause;
    return (cause == Cause::kBackend && words.contains("execution aborted (timeout")) ||
           (cause == Cause::kTooMuchData && words.contains("time"));
}

Classification classify_http(int http_status) {
    for (const StatusRow& row : status_table()) {
        if (http_status >= row.first && http_status <= row.last) {
            return {.cause = row.cause, .code = code_of(row.cause), .suggested_range = {}};
        }
    }
    return {};
}

}  // namespace faultline::rpc
