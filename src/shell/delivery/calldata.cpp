// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_text.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/shell/delivery/calldata.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

constexpr unsigned kMostPlaces = 77;
constexpr std::size_t kSelectorBytes = 4;

bool digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Placeholder {
    std::string name;
    std::optional<unsigned> places;
};

/// "limit:18" of "{limit:18}".
Result<Placeholder> placeholder_of(std::string_view inside) {
    constexpr std::string_view kName =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const std::size_t colon = inside.find(':');
    Placeholder out{.name = std::string(inside.substr(0, colon)), .places = std::nullopt};
    if (out.name.empty() || out.name.find_first_not_of(kName) != std::string::npos) {
        return Error(Code::kInvalid, "{" + std::string(inside) + "} is no placeholder")
            .advise("Write {name} or {name:18}; in text, {{ and }} are braces");
    }
    if (colon == std::string_view::npos) {
        return out;
    }
    const std::string_view places = inside.substr(colon + 1);
    if (places.empty() || places.size() > 2 || !digits(places) ||
        std::stoul(std::string(places)) > kMostPlaces) {
        return Error(
            Code::kInvalid,
            "{" + std::string(inside) + "} has to name 0 to " + std::to_string(kMostPlaces) +
                " decimal places after the colon"
        );
    }
    out.places = static_cast<unsigned>(std::stoul(std::string(places)));
    return out;
}

using ValueOf = std::function<Result<std::string>(const Placeholder&)>;

/// The text with the values of its placeholders.
Result<std::string> expanded(std::string_view text, const ValueOf& value_of) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c != '{' && c != '}') {
            out += c;
            continue;
        }
        if (at + 1 < text.size() && text[at + 1] == c) {
            out += c;
            ++at;
            continue;
        }
        const std::size_t end = text.find('}', at);
        if (c == '}' || end == std::string_view::npos) {
            return Error(Code::kInvalid, "a brace does not match; {{ and }} are braces in text");
        }
        FAULTLINE_TRY(const auto placeholder, placeholder_of(text.substr(at + 1, end - at - 1)));
        FAULTLINE_TRY(const std::string value, value_of(placeholder));
        out += value;
        at = end;
    }
    return out;
}

Result<std::string> value_in(const CallValues& values, const Placeholder& placeholder) {
    const auto found = values.find(placeholder.name);
    if (found == values.end()) {
        return Error(Code::kInvalid, "the alert has no {" + placeholder.name + "}");
    }
    return placeholder.places ? scaled(found->second, *placeholder.places) : found->second;
}

/// The address in the id of a node.
std::string address_in(std::string value) {
    const std::size_t colon = value.rfind(':');
    return colon == std::string::npos ? value : value.substr(colon + 1);
}

bool has_placeholder(std::string_view text) {
    return text.contains('{');
}

/// Of what is no list.
Result<void> check_leaf(const eth::AbiText& text) {
    const bool filled = has_placeholder(text.text);
    const ValueOf nothing = [](const Placeholder&) -> Result<std::string> {
        return std::string();
    };
    FAULTLINE_TRY(const std::string constant, expanded(text.text, nothing));
    if (!filled) {
        FAULTLINE_TRY_VOID(eth::abi_value_of(text.type, constant));
        return {};
    }
    if (!constant.empty() && text.type.kind != eth::AbiType::Kind::kString) {
        return Error(
            Code::kInvalid,
            "\"" + text.text + "\" mixes a placeholder with other words, which only text may"
        );
    }
    return {};
}

/// Constants are read, placeholders only looked at.
Result<void> check(const eth::AbiText& text) {
    using Kind = eth::AbiType::Kind;
    const Kind kind = text.type.kind;
    if (kind != Kind::kList && kind != Kind::kArray && kind != Kind::kTuple) {
        return check_leaf(text);
    }
    for (const eth::AbiText& part : text.parts) {
        FAULTLINE_TRY_VOID(check(part));
    }
    return {};
}

}  // namespace

Result<std::string> scaled(std::string_view number, unsigned places) {
    const bool negative = number.starts_with('-');
    const std::string_view size = number.substr(negative ? 1 : 0);
    const std::size_t point = std::min(size.find('.'), size.size());
    std::string whole(size.substr(0, point));
    std::string decimals(size.substr(std::min(point + 1, size.size())));
    if (whole.empty() || !digits(whole) || !digits(decimals) ||
        (point < size.size() && decimals.empty())) {
        return Error(Code::kInvalid, "\"" + std::string(number) + "\" is no decimal number");
    }
    decimals.resize(decimals.find_last_not_of('0') + 1);
    if (decimals.size() > places) {
        return Error(
            Code::kInvalid,
            std::string(number) + " has more than " + std::to_string(places) +
                " decimals, and is not rounded"
        );
    }
    decimals.resize(places, '0');
    whole += decimals;
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    return (negative && whole != "0" ? "-" : "") + whole;
}

Result<CallTemplate> CallTemplate::parse(
    std::string_view function, const std::vector<std::string>& arguments
) {
    FAULTLINE_TRY(const auto declaration, eth::parse_abi_declaration(function));
    if (declaration.parameters.size() != arguments.size()) {
        return Error(
            Code::kInvalid,
            declaration.signature() + " takes " + std::to_string(declaration.parameters.size()) +
                " arguments, but " + std::to_string(arguments.size()) + " are given"
        );
    }
    CallTemplate out;
    out.signature_ = declaration.signature();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const eth::AbiParameter& parameter = declaration.parameters[i];
        std::string name = "argument " + std::to_string(i + 1);
        if (!parameter.name.empty()) {
            name += " (" + std::string(parameter.name) + ")";
        }
        auto text = eth::parse_abi_text(parameter.type, arguments[i]);
        if (!text) {
            return std::move(text).error().context(name);
        }
        if (auto checked = check(*text); !checked) {
            return std::move(checked).error().context(name);
        }
        out.types_.push_back(parameter.type);
        out.arguments_.push_back({.name = std::move(name), .text = *std::move(text)});
    }
    return out;
}

Result<Bytes> CallTemplate::encode(const CallValues& values) const {
    const ValueOf value_of = [&values](const Placeholder& placeholder) {
        return value_in(values, placeholder);
    };
    const auto fill = [&value_of](const eth::AbiText& text) -> Result<std::string> {
        FAULTLINE_TRY(std::string value, expanded(text.text, value_of));
        const bool node = text.type.kind == eth::AbiType::Kind::kAddress;
        return node && has_placeholder(text.text) ? address_in(std::move(value)) : value;
    };
    eth::AbiList list;
    for (const Argument& argument : arguments_) {
        auto value = eth::read_abi_text(argument.text, fill);
        if (!value) {
            return std::move(value).error().context(argument.name);
        }
        list.push_back(*std::move(value));
    }
    FAULTLINE_TRY(const Bytes encoded, eth::encode_abi(types_, list));
    const Hash32 digest = eth::keccak256(Bytes(signature_.begin(), signature_.end()));
    Bytes out(digest.bytes.begin(), digest.bytes.begin() + kSelectorBytes);
    out.insert(out.end(), encoded.begin(), encoded.end());
    return out;
}

}  // namespace faultline::delivery
