// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/utf8.hpp>

#include <algorithm>
#include <app/json_document.hpp>
#include <app/openzeppelin_import.hpp>
#include <app/openzeppelin_parts.hpp>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::app {
namespace {

constexpr std::size_t kLongestName = 40;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return lower(c); });
    return text;
}

bool is_variable(std::string_view name) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return !name.empty() && (name.front() < '0' || name.front() > '9') &&
           name.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

JsonSpot JsonSpot::at(std::string_view key) const {
    return {
        .file = file,
        .pointer = pointer + pointer_token(key),
        .value = value == nullptr ? nullptr : value->find(key)
    };
}

JsonSpot JsonSpot::at(std::size_t index) const {
    return {
        .file = file,
        .pointer = pointer + "/" + std::to_string(index),
        .value = value != nullptr && index < value->items.size() ? &value->items[index] : nullptr
    };
}

void ImportBook::note(const JsonSpot& spot, std::string text) {
    out.notes.push_back({.file = spot.file, .pointer = spot.pointer, .text = std::move(text)});
}

void ImportBook::note_others(
    const JsonSpot& object, const std::set<std::string_view>& known, const std::string& text
) {
    if (object.value == nullptr) {
        return;
    }
    for (const auto& [key, value] : object.value->members) {
        if (!known.contains(key)) {
            note(object.at(key), text);
        }
    }
}

std::optional<std::string> ImportBook::plain(const JsonSpot& secret) {
    if (secret.value == nullptr || lower(secret.value->string("type")) != "plain") {
        return std::nullopt;
    }
    const Json* value = secret.value->find("value");
    return value != nullptr && value->kind == Json::Kind::kString ? std::optional(value->text)
                                                                  : std::nullopt;
}

std::optional<std::string> ImportBook::reference(const JsonSpot& secret, const std::string& name) {
    const std::string type = secret.value == nullptr ? "" : lower(secret.value->string("type"));
    if (type == "hashicorpcloudvault") {
        const std::string own = variable("FAULTLINE_" + name);
        note(
            secret,
            "secrets are not read from HashiCorp Cloud Vault: put it into the variable " + own
        );
        return "${" + own + "}";
    }
    const std::string theirs = secret.value == nullptr ? "" : secret.value->string("value");
    if (type != "environment" || !is_variable(theirs)) {
        note(secret, "this is no secret of type Plain, Environment or HashicorpCloudVault");
        return std::nullopt;
    }
    keep(theirs);
    return "${" + theirs + "}";
}

std::optional<std::string> ImportBook::secret_field(
    const JsonSpot& secret, const std::string& field, const std::string& name
) {
    if (auto text = plain(secret)) {
        return file_field(field, name, *std::move(text));
    }
    const auto text = reference(secret, name);
    return text ? std::optional(field + ": \"" + *text + "\"") : std::nullopt;
}

std::string ImportBook::file_field(
    const std::string& field, const std::string& name, std::string content
) {
    const std::string path = "secrets/" + name;
    out.files.push_back({.path = path, .content = std::move(content) + "\n", .secret = true});
    return field + "_file: " + path;
}

void ImportBook::keep(const std::string& variable) {
    variables_.insert(variable);
    out.variables.assign(variables_.begin(), variables_.end());
}

std::string ImportBook::variable(std::string_view name) {
    std::string shouted;
    for (const char each : name) {
        const char c = lower(each);
        const bool letter = c >= 'a' && c <= 'z';
        const bool digit = c >= '0' && c <= '9';
        shouted += letter ? static_cast<char>(c - 'a' + 'A') : digit ? c : '_';
    }
    keep(shouted);
    return shouted;
}

std::string ImportBook::unique_name(std::string_view wanted, std::set<std::string>& taken) {
    std::string name;
    for (const char each : wanted) {
        const char c = lower(each);
        const bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        name += known ? c : '-';
    }
    if (name.empty() || name.front() < 'a' || name.front() > 'z') {
        name.insert(0, "x-");
    }
    name.resize(std::min(name.size(), kLongestName));
    std::string unique = name;
    for (int i = 2; !taken.insert(unique).second; ++i) {
        const std::string end = "-" + std::to_string(i);
        unique = name.substr(0, kLongestName - end.size()) + end;
    }
    return unique;
}

std::string yaml_text(std::string_view given) {
    // Characters that no text of a configuration may hold.
    const std::string text = one_line(given);
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        // A configuration would take ${...} for a variable.
        if (c == '$' && text.compare(i, 2, "${") == 0) {
            out += '$';
        }
        out += c;
    }
    return out + "\"";
}

}  // namespace faultline::app
