// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/rule_lists.hpp>
#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {
namespace {

constexpr std::size_t kColumns = 5;
using Line = std::array<std::string, kColumns>;

/// Columns as wide as their widest entry; the last as it comes.
void write_table(const std::vector<Line>& lines, std::ostream& out) {
    std::array<std::size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < kColumns; ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    for (const Line& line : lines) {
        for (std::size_t i = 0; i + 1 < kColumns; ++i) {
            out << line[i] << std::string(widths[i] - line[i].size() + 2, ' ');
        }
        out << line.back() << '\n';
    }
}

/// What a parameter is when it is left out.
std::string otherwise(const rules::Parameter& parameter) {
    if (parameter.required) {
        return "required";
    }
    return parameter.default_value.empty() ? "optional"
                                           : "default " + std::string(parameter.default_value);
}

void write_kind(const rules::RuleKind& kind, std::ostream& out) {
    out << kind.name << ": " << kind.text << '\n';
    if (!kind.not_yet.empty()) {
        out << "Refused until there is " << kind.not_yet << ".\n";
    }
    for (const rules::Parameter& parameter : kind.parameters) {
        out << "  " << parameter.name << " (" << otherwise(parameter) << "): " << parameter.text;
        for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
            out << (i == 0 ? " One of " : ", ") << parameter.choices[i];
        }
        out << (parameter.choices.empty() ? "\n" : ".\n");
    }
    out << "What every kind takes is in docs/rules.md and docs/config.md.\n";
}

}  // namespace

int list_rules(const DaemonConfig& config, std::ostream& out) {
    std::vector<Line> lines{{"RULE", "KIND", "SEVERITY", "WRITTEN AT", "FIRES WHEN"}};
    const auto add = [&](const rules::Terms& terms, const std::string& kind, std::string when) {
        const auto place = config.rule_places.find(terms.name);
        if (terms.patience.for_blocks > 1) {
            when += " for " + std::to_string(terms.patience.for_blocks) + " blocks";
        }
        if (terms.patience.for_seconds > 0) {
            when += " for " + std::to_string(terms.patience.for_seconds) + "s";
        }
        lines.push_back(
            {terms.name,
             kind,
             std::string(rules::severity_name(terms.severity)),
             place == config.rule_places.end() ? std::string() : place->second,
             when}
        );
    };
    for (const rules::HealthFactorRule& rule : config.rules.health) {
        add(rule.terms, "health_factor", rules::condition_text(rule));
    }
    for (const rules::SignalRule& rule : config.rules.signals) {
        add(rule.terms, rule.kind, rules::condition_text(rule));
    }
    write_table(lines, out);
    return exit_status(ExitCode::kOk);
}

int list_rule_kinds(const std::string& kind, std::ostream& out, std::ostream& err) {
    if (kind.empty()) {
        for (const rules::RuleKind& one : rules::rule_kinds()) {
            out << one.name << ": " << one.text << '\n';
        }
        out << "`faultline rules kinds KIND` says what one takes.\n";
        return exit_status(ExitCode::kOk);
    }
    if (const rules::RuleKind* one = rules::rule_kind(kind)) {
        write_kind(*one, out);
        return exit_status(ExitCode::kOk);
    }
    std::vector<std::string> names;
    for (const rules::RuleKind& one : rules::rule_kinds()) {
        names.emplace_back(one.name);
    }
    err << "faultline rules kinds: there is no kind " << config::quoted(kind)
        << config::suggestion(kind, names) << "; `faultline rules kinds` lists them\n";
    return exit_status(ExitCode::kUsage);
}

}  // namespace faultline::app
