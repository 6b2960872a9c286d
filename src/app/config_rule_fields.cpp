// SPDX-License-Identifier: Apache-2.0
// What a rule may hold: its terms, and the parameters of its kind.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/mute_window.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/shell/config/describe.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;
using rules::Parameter;
using rules::ParameterType;
using rules::RuleKind;
using Value = rules::Arguments::Value;

constexpr std::size_t kMostRules = 100'000;
constexpr std::size_t kMostNames = 10'000;

std::string type_name(const Parameter& parameter) {
    switch (parameter.type) {
        case ParameterType::kNumber:
            return "number such as 1.5, 5% or 30bps";
        case ParameterType::kDuration:
            return "duration such as 90s, 10m or 25h";
        case ParameterType::kWindow:
            return "window such as 10m, 24h, 7d or 1b (blocks)";
        case ParameterType::kChoice: {
            std::vector<std::string> words(parameter.choices.begin(), parameter.choices.end());
            return words_name(words);
        }
        case ParameterType::kCount:
            return "integer 1..1000000";
        case ParameterType::kText:
        case ParameterType::kTexts:
        case ParameterType::kAddresses:
            return "text";
    }
    return "text";
}

template <class V>
Type<std::optional<Value>> texts(const Type<V>& item, std::string (*text_of)(const V&)) {
    const auto list = list_of(item, {.most = kMostNames});
    auto read = [list, text_of](Reader& reader, const Node& node) {
        std::optional<std::optional<Value>> out;
        const auto values = list.read(reader, node);
        if (values) {
            std::vector<std::string> all;
            for (const V& value : *values) {
                all.push_back(text_of(value));
            }
            out.emplace(Value(std::move(all)));
        }
        return out;
    };
    return {
        .name = list.name,
        .read = std::move(read),
        .show = [](const std::optional<Value>&) { return std::string(); },
        .section = nullptr,
        .list = true
    };
}

Type<std::optional<Value>> argument_type(const Parameter& parameter) {
    if (parameter.type == ParameterType::kAddresses) {
        return texts<Address>(address_type(), [](const Address& one) { return one.hex(); });
    }
    if (parameter.type == ParameterType::kTexts) {
        return texts<std::string>(text("name"), [](const std::string& one) { return one; });
    }
    return maybe(scalar<Value>(
        type_name(parameter),
        [parameter](std::string_view text) -> Result<Value> {
            auto value = rules::read_argument(parameter, text);
            return value ? std::move(value) : wrong(value.error().detail());
        },
        [](const Value&) { return std::string(); }
    ));
}

void add_parameter(Section<Rule>& out, const Parameter& parameter, bool shown) {
    FieldText field{
        .name = std::string(parameter.name),
        .text = std::string(parameter.text),
        .example =
            std::string(parameter.example.empty() ? parameter.default_value : parameter.example),
        .default_text =
            parameter.default_value.empty() ? "none" : std::string(parameter.default_value),
        .shown = shown && !parameter.example.empty()
    };
    const bool list =
        parameter.type == ParameterType::kTexts || parameter.type == ParameterType::kAddresses;
    if (list) {
        field.default_text = "[]";
    } else if (parameter.required) {
        field.default_text.clear();
    }
    const auto slot = [name = std::string(parameter.name)](Rule& rule) -> auto& {
        return rule.given[name];
    };
    if (parameter.required) {
        out.required(std::move(field), slot, argument_type(parameter));
    } else {
        out.optional(std::move(field), slot, argument_type(parameter));
    }
}

Type<rules::WithoutFigure> without_figure() {
    return one_of<rules::WithoutFigure>(
        {{"hold", rules::WithoutFigure::kHold}, {"fire", rules::WithoutFigure::kFire}}
    );
}

void add_head(Section<Rule>& out, const RuleKind& kind) {
    out.required(
        {.name = "name",
         .text = "Part of each alert; renaming a rule ends its alerts.",
         .example = "hf_critical"},
        [](Rule& r) -> auto& { return r.terms.name; },
        identifier()
    );
    out.required(
        {.name = "kind", .text = "What is watched.", .example = std::string(kind.name)},
        &Rule::kind,
        text("kind of rule")
    );
    out.optional(
        {.name = "severity", .text = "Handed to receivers.", .example = "critical", .shown = true},
        [](Rule& r) -> auto& { return r.terms.severity; },
        one_of<rules::Severity>(
            {{"info", rules::Severity::kInfo},
             {"warning", rules::Severity::kWarning},
             {"critical", rules::Severity::kCritical}}
        )
    );
}

void add_patience(Section<Rule>& out) {
    const auto days = duration(0s, std::chrono::days(30));
    out.optional(
        {.name = "for_blocks",
         .text = "Blocks in a row; 1 fires at the first.",
         .example = "2",
         .shown = true},
        [](Rule& r) -> auto& { return r.terms.patience.for_blocks; },
        integer<std::uint32_t>(1, 100'000)
    );
    out.optional(
        {.name = "for", .text = "And for so long, in the chain's time."}, &Rule::for_time, days
    );
    out.optional(
        {.name = "keep_firing_for",
         .text = "An alert resolves when its condition did not hold for so long."},
        &Rule::keep_firing_for,
        days
    );
    out.optional(
        {.name = "cooldown", .text = "After it resolved, it does not fire for so long."},
        &Rule::cooldown,
        days
    );
    out.optional(
        {.name = "repeat", .text = "While it fires it is told again after so long; 0s: once."},
        &Rule::repeat,
        days
    );
    out.optional(
        {.name = "wait_for",
         .text = "Receivers are told when the block that fired or resolved is that final; what the "
                 "chain takes back before is never told. latest tells at once, and takes back."},
        [](Rule& r) -> auto& { return r.terms.wait_for; },
        one_of<eth::Finality>(
            {{"latest", eth::Finality::kLatest},
             {"safe", eth::Finality::kSafe},
             {"finalized", eth::Finality::kFinalized}}
        )
    );
    out.optional(
        {.name = "mute",
         .text = "Times of the week, in UTC, in which it begins no alert: 22:00-06:00, or sat,sun "
                 "00:00-24:00. What still holds then fires when they are over."},
        [](Rule& r) -> auto& { return r.terms.mutes; },
        list_of(
            scalar<rules::MuteWindow>(
                "time of the week",
                [](std::string_view text) { return rules::MuteWindow::parse(text); },
                [](const rules::MuteWindow& mute) { return mute.text(); }
            ),
            {.most = 50}
        )
    );
}

/// What it does while its figure is not a value.
void add_without(Section<Rule>& out) {
    out.optional(
        {.name = "on_no_data",
         .text = "While something that its figure needs was never seen. hold: nothing begins and "
                 "nothing ends; fire: as if the condition held."},
        [](Rule& r) -> auto& { return r.terms.on_no_data; },
        without_figure()
    );
    out.optional(
        {.name = "on_stale", .text = "While something that its figure needs is too old."},
        [](Rule& r) -> auto& { return r.terms.on_stale; },
        without_figure()
    );
    out.optional(
        {.name = "on_error",
         .text = "While the contracts' own view would revert, or its figure cannot be computed."},
        [](Rule& r) -> auto& { return r.terms.on_error; },
        without_figure()
    );
}

std::string label_fault(const std::string& name) {
    for (const char c : name) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (!fine) {
            return "labels are written with a-z, 0-9 and _";
        }
    }
    const bool taken = name == "chain" || name == "rule" || name == "severity" || name == "group";
    return taken ? "every alert has this label already" : "";
}

void add_texts(Section<Rule>& out) {
    out.optional(
        {.name = "labels", .text = "Added to each alert: {team: risk}."},
        &Rule::labels,
        text_map("label", label_fault)
    );
    out.optional(
        {.name = "summary",
         .text = "What an alert says, with labels, figure, threshold and what in braces: {market}: "
                 "{figure} of {token}. The rule's own words unless given."},
        [](Rule& r) -> auto& { return r.terms.summary; },
        text("text", 0, 500)
    );
    out.optional(
        {.name = "runbook", .text = "Where to read what to do; goes with each alert."},
        [](Rule& r) -> auto& { return r.terms.runbook; },
        link_type(true)
    );
    out.optional(
        {.name = "group", .text = "Alerts of a group may be told together."},
        [](Rule& r) -> auto& { return r.terms.group; },
        text("name", 0, 40)
    );
}

Section<Rule> section_of(const RuleKind& kind) {
    std::string about(kind.text);
    if (!kind.not_yet.empty()) {
        about += " It is refused for now: it waits for " + std::string(kind.not_yet) + ".";
    }
    Section<Rule> out("Rule: " + std::string(kind.name), std::move(about));
    const bool health = kind.name == "health_factor";
    add_head(out, kind);
    for (const Parameter& parameter : kind.parameters) {
        add_parameter(out, parameter, health);
    }
    add_patience(out);
    add_without(out);
    add_texts(out);
    return out;
}

const std::map<std::string, Section<Rule>, std::less<>>& sections() {
    static const auto all = [] {
        std::map<std::string, Section<Rule>, std::less<>> out;
        for (const RuleKind& kind : rules::rule_kinds()) {
            out.emplace(kind.name, section_of(kind));
        }
        return out;
    }();
    return all;
}

/// The kind of a rule; reported when there is none.
const RuleKind* kind_of(Reader& reader, const Node& node) {
    const Node* written = node.find("kind");
    if (written == nullptr) {
        reader.missing(node, "kind", "kind of rule");
        return nullptr;
    }
    const Reader::Scope scope(reader, ".kind", written->place, {});
    const auto name = reader.text(*written, "kind of rule");
    if (!name) {
        return nullptr;
    }
    const RuleKind* kind = rules::rule_kind(*name);
    if (kind == nullptr) {
        std::vector<std::string> known;
        std::string all;
        for (const RuleKind& one : rules::rule_kinds()) {
            known.emplace_back(one.name);
            all += (all.empty() ? "" : ", ") + known.back();
        }
        reader.error(
            reader.path(),
            "there is no kind " + quoted(*name) + suggestion(*name, known) + "; kinds are " + all
        );
    } else if (!kind->not_yet.empty()) {
        reader.error(
            reader.path(),
            "rules of kind " + *name + " wait for " + std::string(kind->not_yet) +
                "; leave the rule out until then"
        );
        return nullptr;
    }
    return kind;
}

std::optional<Rule> read_rule(Reader& reader, const Node& node) {
    if (!reader.is_map(node, "Rule")) {
        return std::nullopt;
    }
    const RuleKind* kind = kind_of(reader, node);
    return kind == nullptr ? std::nullopt
                           : std::optional(sections().find(kind->name)->second.read(reader, node));
}

}  // namespace

Type<std::vector<Rule>> rules_type() {
    const Type<Rule> one{
        .name = "Rule",
        .read = read_rule,
        .show = [](const Rule&) { return std::string(); },
        .section = sections().find("health_factor")->second.text(),
        .list = false,
        .scalar = false
    };
    return list_of(one, {.most = kMostRules});
}

std::vector<std::shared_ptr<const SectionText>> rule_kind_sections() {
    std::vector<std::shared_ptr<const SectionText>> out;
    for (const auto& [name, section] : sections()) {
        out.push_back(section.text());
    }
    return out;
}

Section<RuleFile> rule_file_section() {
    Section<RuleFile> out(
        "Rules file", "A file named under `rule_files`: what raises an alert. See docs/rules.md."
    );
    out.required(
        {.name = "rules", .text = "Each of a kind, of which the sections below say what it takes."},
        &RuleFile::rules,
        rules_type()
    );
    return out;
}

}  // namespace faultline::app::written
