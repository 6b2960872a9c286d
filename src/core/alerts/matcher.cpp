// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/pattern.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/rules/severity.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

constexpr std::string_view kNameBytes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Error wrong(std::string_view text, const std::string& why) {
    return Error(Code::kInvalid, "the matcher " + std::string(text) + ": " + why)
        .advise(R"(Write label="value", label!="value", label=~"expression" or label!~"expression")"
        );
}

/// What stands between the quotes; nullopt when they are not a pair around everything.
std::optional<std::string> unquoted(std::string_view text) {
    if (!text.starts_with('"')) {
        return text.contains('"') ? std::nullopt : std::optional(std::string(text));
    }
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            return i + 1 == text.size() ? std::optional(out) : std::nullopt;
        }
        const bool quote = text.substr(i).starts_with("\\\"");
        i += quote ? 1 : 0;
        out += text[i];
    }
    return std::nullopt;
}

}  // namespace

Labels labels_of(const Transition& transition, std::string_view chain_name) {
    Labels out = transition.labels;
    out["rule"] = transition.rule;
    out["severity"] = rules::severity_name(transition.severity);
    out["group"] = transition.group;
    out["chain"] = chain_name;
    return out;
}

Result<Matcher> Matcher::parse(std::string_view text) {
    const std::string_view whole = trimmed(text);
    const std::size_t end = std::min(whole.find_first_not_of(kNameBytes), whole.size());
    const std::string_view name = whole.substr(0, end);
    std::string_view rest = trimmed(whole.substr(end));
    if (name.empty()) {
        return wrong(whole, "it does not begin with the name of a label");
    }
    Relation relation = Relation::kEquals;
    if (rest.starts_with("=~")) {
        relation = Relation::kMatches;
    } else if (rest.starts_with("!~")) {
        relation = Relation::kMisses;
    } else if (rest.starts_with("!=")) {
        relation = Relation::kDiffers;
    } else if (!rest.starts_with("=")) {
        return wrong(whole, "behind the label there is none of = != =~ !~");
    }
    rest.remove_prefix(relation == Relation::kEquals ? 1 : 2);
    auto value = unquoted(trimmed(rest));
    if (!value) {
        return wrong(whole, "its quotes are not a pair around the value");
    }
    std::optional<Pattern> pattern;
    if (relation == Relation::kMatches || relation == Relation::kMisses) {
        FAULTLINE_TRY(pattern, Pattern::compile(*value));
    }
    return Matcher(std::string(name), relation, *std::move(value), std::move(pattern));
}

bool Matcher::holds(std::string_view value) const {
    switch (relation_) {
        case Relation::kEquals:
            return value == value_;
        case Relation::kDiffers:
            return value != value_;
        case Relation::kMatches:
            return pattern_ && pattern_->matches(value);
        case Relation::kMisses:
            return pattern_ && !pattern_->matches(value);
    }
    return false;
}

bool Matcher::matches(const Labels& labels) const {
    const auto found = labels.find(label_);
    return holds(found == labels.end() ? std::string_view() : std::string_view(found->second));
}

Certainty Matcher::certainty(const Labels& known) const {
    const auto found = known.find(label_);
    if (found == known.end()) {
        return Certainty::kMaybe;
    }
    return holds(found->second) ? Certainty::kYes : Certainty::kNo;
}

std::string Matcher::text() const {
    std::string out = label_;
    switch (relation_) {
        case Relation::kEquals:
            out += "=\"";
            break;
        case Relation::kDiffers:
            out += "!=\"";
            break;
        case Relation::kMatches:
            out += "=~\"";
            break;
        case Relation::kMisses:
            out += "!~\"";
            break;
    }
    for (const char byte : value_) {
        out += byte == '"' ? std::string("\\\"") : std::string(1, byte);
    }
    return out + "\"";
}

bool all_match(const std::vector<Matcher>& matchers, const Labels& labels) {
    return std::ranges::all_of(matchers, [&labels](const Matcher& one) {
        return one.matches(labels);
    });
}

Certainty all_certain(const std::vector<Matcher>& matchers, const Labels& known) {
    Certainty out = Certainty::kYes;
    for (const Matcher& one : matchers) {
        out = std::min(out, one.certainty(known));
    }
    return out;
}

}  // namespace faultline::alerts
