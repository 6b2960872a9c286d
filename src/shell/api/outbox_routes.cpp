// SPDX-License-Identifier: Apache-2.0
#include "outbox_routes.hpp"

#include "answers.hpp"
#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpResponse;
using runtime::Task;

constexpr std::size_t kRows = 100;
constexpr std::size_t kMostRows = 1000;
/// Of one change, and of the words it is given.
constexpr std::size_t kMostNumbers = 1000;
constexpr std::size_t kMostReason = 500;

std::optional<std::string> parameter(const Target& target, const std::string& name) {
    const auto found = target.query.find(name);
    return found == target.query.end() ? std::nullopt : std::optional(found->second);
}

Result<std::uint64_t> number(std::string_view name, std::string_view text) {
    std::uint64_t out = 0;
    const char* end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, out);
    if (failure != std::errc{} || rest != end) {
        return Error(
                   Code::kInvalid,
                   "the parameter " + std::string(name) + " has " + quoted(text) + " in it"
        )
            .advise("It must be a sequence number, as /v1/outbox shows them");
    }
    return out;
}

Result<std::optional<std::uint64_t>> number_parameter(
    const Target& target, const std::string& name
) {
    const auto text = parameter(target, name);
    if (!text) {
        return std::optional<std::uint64_t>();
    }
    FAULTLINE_TRY(const std::uint64_t value, number(name, *text));
    return std::optional(value);
}

/// "17" or "17,18".
Result<std::vector<std::uint64_t>> numbers(std::string_view text) {
    std::vector<std::uint64_t> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        FAULTLINE_TRY(out.emplace_back(), number("sequence", text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (out.size() > kMostNumbers) {
            return Error(
                Code::kInvalid,
                "more than " + std::to_string(kMostNumbers) + " sequence numbers are given"
            );
        }
    }
    return out;
}

Result<OutboxQuery> query_of(const Target& target) {
    FAULTLINE_TRY_VOID(only(target, {"chain", "receiver", "after", "sequence", "limit"}));
    OutboxQuery query;
    query.receiver = parameter(target, "receiver").value_or("");
    FAULTLINE_TRY(query.after, number_parameter(target, "after"));
    FAULTLINE_TRY(query.sequence, number_parameter(target, "sequence"));
    FAULTLINE_TRY(query.limit, limit_parameter(target, kRows, kMostRows));
    return query;
}

Result<bool> flag(const Target& target, const std::string& name) {
    const std::string text = parameter(target, name).value_or("false");
    if (text != "true" && text != "false") {
        return Error(Code::kInvalid, "the parameter " + name + " is " + quoted(text))
            .advise("It must be true or false");
    }
    return text == "true";
}

Result<std::string> reason_of(const Target& target) {
    std::string reason = parameter(target, "reason").value_or("");
    if (reason.empty() || reason.size() > kMostReason) {
        return Error(
                   Code::kInvalid,
                   "the parameter reason has " + std::to_string(reason.size()) + " characters"
        )
            .advise("Say why in 1 to " + std::to_string(kMostReason) + ": it is kept");
    }
    return reason;
}

Result<OutboxChange> change_of(const Target& target) {
    OutboxChange change;
    change.drop = target.path.back() == "drop";
    FAULTLINE_TRY_VOID(
        change.drop ? only(target, {"chain", "receiver", "sequence", "all", "reason"})
                    : only(target, {"chain", "receiver", "sequence", "all", "overtaken"})
    );
    change.receiver = parameter(target, "receiver").value_or("");
    if (change.receiver.empty()) {
        return Error(Code::kInvalid, "the parameter receiver is missing")
            .advise("Name whose dead letters are meant");
    }
    FAULTLINE_TRY(change.sequences, numbers(parameter(target, "sequence").value_or("")));
    FAULTLINE_TRY(const bool all, flag(target, "all"));
    if (all == !change.sequences.empty()) {
        return Error(Code::kInvalid, "which dead letters is not said")
            .advise("Give either sequence=17,18 or all=true");
    }
    FAULTLINE_TRY(change.overtaken, flag(target, "overtaken"));
    if (change.drop) {
        FAULTLINE_TRY(change.reason, reason_of(target));
    }
    return change;
}

Task<Result<OutboxChanged>> changed(const std::vector<ChainView*>& chains, const Target& target) {
    FAULTLINE_CO_TRY(const OutboxChange change, change_of(target));
    FAULTLINE_CO_TRY(ChainView * chain, chain_parameter(chains, target));
    co_return co_await chain->change_outbox(change);
}

Task<Result<OutboxPage>> page_of(
    const std::vector<ChainView*>& chains, const OutboxQuery& query, const Target& target
) {
    FAULTLINE_CO_TRY(ChainView * chain, chain_parameter(chains, target));
    co_return co_await chain->outbox(query);
}

}  // namespace

Task<HttpResponse> outbox_answer(std::vector<ChainView*> chains, Target target) {
    const auto query = query_of(target);
    if (!query) {
        co_return failed_answer(query.error());
    }
    const auto page = co_await page_of(chains, *query, target);
    co_return page ? json_answer(200, outbox_json(*page, query->sequence.has_value()))
                   : failed_answer(page.error());
}

Task<HttpResponse> outbox_change_answer(
    std::vector<ChainView*> chains, Target target, bool as_text
) {
    constexpr int kConflict = 409;
    const auto done = co_await changed(chains, target);
    if (!done) {
        co_return failed_answer(done.error());
    }
    const int status = done->refused.empty() ? 200 : kConflict;
    if (!as_text) {
        co_return json_answer(status, changed_json(*done));
    }
    HttpResponse out = text_answer("text/plain; charset=utf-8", changed_text(*done));
    out.status = status;
    co_return out;
}

}  // namespace faultline::api
