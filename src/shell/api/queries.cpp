// SPDX-License-Identifier: Apache-2.0
#include "queries.hpp"

#include "target.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/api/view.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

constexpr std::size_t kMostAccounts = 5000;

Result<std::optional<Address>> address_parameter(const Target& target, const std::string& name) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) {
        return std::optional<Address>();
    }
    auto address = Address::from_hex(found->second);
    if (!address) {
        return Error(Code::kInvalid, "the parameter " + name + " is " + quoted(found->second))
            .advise("It must be an address: 0x and 40 hex digits");
    }
    return std::optional(*address);
}

Result<std::optional<AsOf>> as_of_parameter(const Target& target, const std::string& name) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) {
        return std::optional<AsOf>();
    }
    auto as_of = parse_as_of(found->second);
    if (!as_of) {
        return std::move(as_of).error().context("the parameter " + name);
    }
    return std::optional(*as_of);
}

}  // namespace

Result<void> only(const Target& target, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : target.query) {
        if (std::ranges::find(known, name) == known.end()) {
            std::string names;
            for (const std::string_view each : known) {
                names += (names.empty() ? "" : ", ") + std::string(each);
            }
            return Error(Code::kInvalid, "there is no parameter " + quoted(name))
                .advise(names.empty() ? "This path takes none" : "This path takes: " + names);
        }
    }
    return {};
}

Result<std::size_t> limit_parameter(const Target& target, std::size_t otherwise, std::size_t most) {
    const auto found = target.query.find("limit");
    if (found == target.query.end()) {
        return otherwise;
    }
    std::size_t limit = 0;
    const std::string& text = found->second;
    const char* end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, limit);
    if (failure != std::errc{} || rest != end || limit < 1 || limit > most) {
        return Error(Code::kInvalid, "the parameter limit is " + quoted(text))
            .advise("It must be a number from 1 to " + std::to_string(most));
    }
    return limit;
}

Result<ChainView*> chain_parameter(const std::vector<ChainView*>& chains, const Target& target) {
    std::string names;
    for (const ChainView* chain : chains) {
        names += (names.empty() ? "" : ", ") + chain->name();
    }
    const auto wanted = target.query.find("chain");
    if (wanted == target.query.end()) {
        if (chains.size() == 1) {
            return chains.front();
        }
        return Error(Code::kInvalid, "the parameter chain is missing")
            .advise("It is one of: " + names);
    }
    const auto found = std::ranges::find_if(chains, [&wanted](const ChainView* chain) {
        return chain->name() == wanted->second;
    });
    if (found == chains.end()) {
        return Error(Code::kMissing, "there is no chain " + quoted(wanted->second))
            .advise("It is one of: " + names);
    }
    return *found;
}

Result<GraphQuery> graph_query(const Target& target) {
    GraphQuery out;
    FAULTLINE_TRY(out.as_of, as_of_parameter(target, "as_of"));
    return out;
}

Result<FlowQuery> flow_query(const Target& target) {
    FlowQuery out;
    FAULTLINE_TRY(out.since, as_of_parameter(target, "since"));
    FAULTLINE_TRY(out.as_of, as_of_parameter(target, "as_of"));
    return out;
}

Result<AccountsQuery> accounts_query(const Target& target) {
    AccountsQuery out;
    FAULTLINE_TRY_VOID(only(target, {"account", "after", "limit"}));
    FAULTLINE_TRY(out.account, address_parameter(target, "account"));
    FAULTLINE_TRY(out.after, address_parameter(target, "after"));
    FAULTLINE_TRY(out.limit, limit_parameter(target, out.limit, kMostAccounts));
    return out;
}

Result<HoldersQuery> holders_query(const Target& target) {
    HoldersQuery out;
    FAULTLINE_TRY_VOID(only(target, {"after", "limit"}));
    FAULTLINE_TRY(out.limit, limit_parameter(target, out.limit, kMostAccounts));
    const auto found = target.query.find("after");
    if (found == target.query.end()) {
        return out;
    }
    const std::string& text = found->second;
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto account = Address::from_hex(text.substr(0, dot));
    const auto part =
        dot == text.size() ? Result<Hash32>(Hash32{}) : Hash32::from_hex(text.substr(dot + 1));
    if (!account || !part) {
        return Error(Code::kInvalid, "the parameter after is " + quoted(text))
            .advise("It must be what the last answer has as next");
    }
    out.after = {.account = *account, .part = *part};
    return out;
}

}  // namespace faultline::api
