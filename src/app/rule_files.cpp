// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/text_template.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/engine/graph_signals.hpp>
#include <faultline/engine/position_signals.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>

#include <algorithm>
#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <app/rule_files.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Reader;

constexpr unsigned kWadDecimals = 18;

std::string item(const std::string& list, std::size_t index) {
    return list + "[" + std::to_string(index) + "]";
}

std::uint64_t seconds(Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(duration).count()
    );
}

rules::Terms terms_of(const written::Rule& rule) {
    rules::Terms out = rule.terms;
    out.patience.for_seconds = seconds(rule.for_time);
    out.patience.keep_firing_seconds = seconds(rule.keep_firing_for);
    out.patience.cooldown_seconds = seconds(rule.cooldown);
    out.patience.repeat_seconds = seconds(rule.repeat);
    out.labels.insert(rule.labels.begin(), rule.labels.end());
    return out;
}

rules::Arguments arguments_of(const rules::RuleKind& kind, const written::Rule& rule) {
    rules::Arguments out;
    for (const rules::Parameter& parameter : kind.parameters) {
        const auto given = rule.given.find(std::string(parameter.name));
        if (given != rule.given.end() && given->second) {
            out.set(parameter.name, *given->second);
        } else if (!parameter.default_value.empty()) {
            out.set(parameter.name, *rules::read_argument(parameter, parameter.default_value));
        }
    }
    return out;
}

/// All rules of all files on their way to a set.
class Rules {
  public:
    explicit Rules(const std::vector<PlacedChain>& placed) {
        const bool complete = std::ranges::all_of(placed, &PlacedChain::complete);
        for (const PlacedChain& chain : placed) {
            for (const PlacedMarket& one : chain.markets) {
                markets_.push_back(one.label.name);
                protocols_.push_back(one.kind);
            }
        }
        // With a file missing, a market that is not known may well exist.
        markets_known_ = complete && !markets_.empty();
    }

    void take(Reader& reader, const std::vector<written::Rule>& rules) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const std::string path = item("rules", i);
            if (!reader.sound(path)) {
                continue;
            }
            check_name(reader, path, rules[i].terms.name);
            check_markets(reader, path, rules[i]);
            check_protocols(reader, path, rules[i]);
            if (rules[i].kind == "health_factor") {
                take_health(reader, path, rules[i]);
            } else {
                take_signals(reader, path, rules[i]);
            }
        }
    }

    ReadRules finish() { return {.set = std::move(set_), .places = std::move(names_)}; }

  private:
    void check_name(Reader& reader, const std::string& path, const std::string& name) {
        if (rules::watch_rule_of(name)) {
            reader.error(
                path + ".name",
                config::quoted(name) +
                    " is what alerts about the watching itself bear, which are always on; choose "
                    "another name"
            );
        }
        const auto [earlier, is_new] =
            names_.try_emplace(name, reader.place(path + ".name").text());
        if (!is_new) {
            reader.error(
                path + ".name",
                "the name " + config::quoted(name) + " is already used at " + earlier->second
            );
        }
    }

    void check_markets(Reader& reader, const std::string& path, const written::Rule& rule) const {
        const auto given = rule.given.find("markets");
        if (!markets_known_ || given == rule.given.end() || !given->second) {
            return;
        }
        const auto& names = std::get<std::vector<std::string>>(*given->second);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool pattern = names[i].find('*') != std::string::npos;
            if (!pattern && std::ranges::find(markets_, names[i]) == markets_.end()) {
                reader.error(
                    item(path + ".markets", i),
                    "there is no market " + config::quoted(names[i]) +
                        config::suggestion(names[i], markets_)
                );
            }
        }
    }

    /// A rule may well be about a protocol of another day, but not by a slip.
    void check_protocols(Reader& reader, const std::string& path, const written::Rule& rule) const {
        const auto given = rule.given.find("protocols");
        if (!markets_known_ || given == rule.given.end() || !given->second) {
            return;
        }
        const auto& names = std::get<std::vector<std::string>>(*given->second);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool pattern = names[i].contains('*');
            if (!pattern && std::ranges::find(protocols_, names[i]) == protocols_.end()) {
                reader.warning(
                    item(path + ".protocols", i),
                    "no market of " + config::quoted(names[i]) + " is followed" +
                        config::suggestion(names[i], protocols_)
                );
            }
        }
    }

    void take_health(Reader& reader, const std::string& path, const written::Rule& written) {
        const rules::Arguments arguments = arguments_of(*rules::rule_kind(written.kind), written);
        rules::HealthFactorRule rule;
        rule.terms = terms_of(written);
        rule.below_wad = arguments.number("below").magnitude();
        const U256 least = pow10(kWadDecimals - 2);
        const U256 most = *checked_mul(pow10(kWadDecimals), U256(100));
        if (arguments.number("below").negative() || rule.below_wad < least ||
            rule.below_wad > most) {
            reader.error(
                path + ".below",
                "is " + arguments.number("below").text() +
                    ", expected a health factor from 0.01 to 100"
            );
        }
        rule.resolve_at_wad = arguments.has("resolve_at")
                                  ? arguments.number("resolve_at").magnitude()
                                  : rule.below_wad;
        if (rule.resolve_at_wad < rule.below_wad) {
            reader.error(
                path + ".resolve_at",
                "is smaller than below, so an alert would resolve while its condition still holds; "
                "make it " +
                    config::decimal_text(rule.below_wad, kWadDecimals) + " or more"
            );
        }
        const DivMod debt = div_mod(
            arguments.number("min_debt").magnitude(), pow10(kWadDecimals - rules::kMinDebtDecimals)
        );
        rule.min_debt_base = debt.quotient;
        if (!debt.remainder.is_zero() || arguments.number("min_debt").negative()) {
            reader.error(
                path + ".min_debt",
                "is " + arguments.number("min_debt").text() +
                    ", expected 0 or more, with up to 8 decimals"
            );
        }
        rule.top = arguments.has("top") ? static_cast<std::uint32_t>(arguments.count("top")) : 0;
        rule.markets = arguments.list("markets");
        for (const std::string& account : arguments.list("accounts")) {
            rule.accounts.push_back(*Address::from_hex(account));
        }
        check_without(reader, path, rule);
        const std::vector<std::string> labels{"account", "market", "protocol"};
        check_summary(reader, path, rule.terms, labels);
        check_labels(reader, path, written, labels);
        set_.health.push_back(std::move(rule));
    }

    void take_signals(Reader& reader, const std::string& path, const written::Rule& written) {
        const rules::RuleKind& kind = *rules::rule_kind(written.kind);
        auto rule = rules::make_rule(kind, terms_of(written), arguments_of(kind, written));
        if (!rule) {
            const rules::RuleFault& fault = rule.error();
            const bool known = written.given.contains(fault.parameter);
            std::string text = fault.what;
            if (!fault.unknown_signal.empty()) {
                std::vector<std::string> names;
                for (const signals::Kind& one : signals::catalogue()) {
                    names.emplace_back(one.name);
                }
                text += config::suggestion(fault.unknown_signal, names);
            }
            if (fault.offset > 0) {
                text += " (at character " + std::to_string(fault.offset + 1) + " of it)";
            }
            reader.error(known ? path + "." + fault.parameter : path, text);
            return;
        }
        if (written.repeat.count() > 0 && rule->repeats_itself) {
            reader.error(
                path + ".repeat",
                "a rule of kind " + written.kind + " is told again after `every`: leave repeat out"
            );
        }
        std::set<std::string> labels;
        for (const signals::Selector& selector : rule->measure.selectors()) {
            for (const auto& fault_of : {engine::exposure_fault, engine::position_fault}) {
                if (const std::string fault = fault_of(selector); !fault.empty()) {
                    reader.error(path, fault);
                    return;
                }
            }
            const signals::Kind* signal = signals::kind_of(selector.name);
            labels.insert(signal->labels.begin(), signal->labels.end());
        }
        check_summary(reader, path, rule->terms, {labels.begin(), labels.end()});
        check_labels(reader, path, written, {labels.begin(), labels.end()});
        set_.signals.push_back(*std::move(rule));
    }

    /// Where a market loses its figures, all of its positions do: an alert of each helps nobody.
    static void check_without(
        Reader& reader, const std::string& path, const rules::HealthFactorRule& rule
    ) {
        const std::pair<const char*, rules::WithoutFigure> settings[] = {
            {".on_no_data", rule.terms.on_no_data},
            {".on_stale", rule.terms.on_stale},
            {".on_error", rule.terms.on_error},
        };
        for (const auto& [name, setting] : settings) {
            if (setting == rules::WithoutFigure::kFire && rule.accounts.empty()) {
                reader.error(
                    path + name,
                    "is fire, and no accounts are named: each position of a market would be an "
                    "alert at once. Name accounts, or leave it out: positions_unvalued tells of "
                    "positions without figures"
                );
            }
        }
    }

    /// Alerts have what their figures are of already; a rule's own label cannot be another thing.
    static void check_labels(
        Reader& reader,
        const std::string& path,
        const written::Rule& rule,
        const std::vector<std::string>& taken
    ) {
        for (const auto& [name, value] : rule.labels) {
            if (std::ranges::find(taken, name) != taken.end()) {
                reader.error(
                    path + ".labels." + name,
                    "alerts of this rule have a label " + config::quoted(name) +
                        " already: choose another name"
                );
            }
        }
    }

    static void check_summary(
        Reader& reader,
        const std::string& path,
        const rules::Terms& terms,
        std::vector<std::string> known
    ) {
        for (const char* own : {"figure", "threshold", "what", "rule", "severity"}) {
            known.emplace_back(own);
        }
        for (const std::string& name : rules::placeholders(terms.summary)) {
            if (std::ranges::find(known, name) == known.end()) {
                std::string all;
                for (const std::string& one : known) {
                    all += (all.empty() ? "" : ", ") + one;
                }
                reader.error(
                    path + ".summary",
                    "there is no {" + name + "}" + config::suggestion(name, known) +
                        "; there are " + all
                );
            }
        }
    }

    std::vector<std::string> markets_;
    std::vector<std::string> protocols_;
    bool markets_known_ = false;
    std::map<std::string, std::string> names_;  ///< Where each was given.
    rules::RuleSet set_;
};

/// The files that a configuration names, folders opened; what cannot be read is reported.
std::vector<std::string> files_of(Reader& main, const written::Daemon& daemon) {
    const std::vector<std::string> named =
        daemon.rule_files.value_or(std::vector<std::string>{kRuleFolder});
    std::vector<std::string> out;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const std::string path = config::beside(main.file(), named[i]);
        if (!named[i].ends_with('/')) {
            out.push_back(path);
            continue;
        }
        const auto& list = main.surroundings().list_folder;
        const auto files =
            list ? list(path)
                 : Result<std::vector<std::string>>(Error(Code::kMissing, "there are no folders"));
        if (files) {
            for (const std::string& file : *files) {
                if (file.ends_with(".yaml") || file.ends_with(".yml")) {
                    out.push_back(path + file);
                }
            }
        } else if (daemon.rule_files) {
            main.error(item("rule_files", i), files.error().message());
        }
    }
    return out;
}

}  // namespace

ReadRules read_rules(
    Reader& main, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
) {
    Rules rules(placed);
    rules.take(main, daemon.rules);
    for (const std::string& file : files_of(main, daemon)) {
        const auto text = main.surroundings().read_file(file);
        if (!text) {
            main.error("rule_files", text.error().message());
            continue;
        }
        const auto node = config::parse_document(file, *text, main.problems());
        if (node) {
            Reader reader(main.surroundings(), main.problems(), file);
            const written::RuleFile content = written::rule_file_section().read(reader, *node);
            rules.take(reader, content.rules);
        }
    }
    ReadRules out = rules.finish();
    if (out.set.empty() && main.problems().errors() == 0) {
        main.warning("rules", "there is no rule, so only the watching itself will raise alerts");
    }
    return out;
}

}  // namespace faultline::app
