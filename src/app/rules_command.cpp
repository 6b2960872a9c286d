// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/document.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <app/daemon_config.hpp>
#include <app/rule_explain.hpp>
#include <app/rule_lists.hpp>
#include <app/rule_test.hpp>
#include <app/rules_command.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace faultline::app {

struct RulesCommand::Values {
    CLI::App* list = nullptr;
    CLI::App* kinds = nullptr;
    CLI::App* explain = nullptr;
    CLI::App* test = nullptr;
    std::string file;
    std::string kind;
    RuleExplain asked;
    std::vector<std::string> files;
};

RulesCommand::RulesCommand(CLI::App& top) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    CLI::App* rules = top.add_subcommand("rules", "What raises alerts, and why it does or not");
    rules->require_subcommand(1);
    to.list = rules->add_subcommand("list", "Every rule, and where it is written");
    to.list->add_option("CONFIG", to.file, "The configuration")->required();
    to.kinds = rules->add_subcommand("kinds", "The kinds of rules, and what each takes");
    to.kinds->add_option("KIND", to.kind, "Only this one, with its parameters");
    to.explain = rules->add_subcommand(
        "explain", "What a rule reads as of the newest stored block, and why it fires or not"
    );
    to.explain->add_option("CONFIG", to.file, "The configuration")->required();
    to.explain->add_option("NAME", to.asked.name, "The rule")->required();
    to.explain->add_option("--chain", to.asked.chain, "Which of several chains");
    to.test = rules->add_subcommand("test", "Run tests of rules: series, and what is to fire");
    to.test->add_option("FILE", to.files, "A file of tests")->required();
}

RulesCommand::~RulesCommand() = default;

bool RulesCommand::given() const {
    return needs_config() || values_->kinds->parsed() || values_->test->parsed();
}

bool RulesCommand::needs_config() const {
    return values_->list->parsed() || values_->explain->parsed();
}

const std::string& RulesCommand::file() const {
    return values_->file;
}

int RulesCommand::act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const {
    return values_->list->parsed() ? list_rules(config, out)
                                   : explain_rule(config, values_->asked, out, err);
}

int RulesCommand::act(
    const config::Surroundings& surroundings, std::ostream& out, std::ostream& err
) const {
    return values_->test->parsed() ? test_rules(values_->files, surroundings, out, err)
                                   : list_rule_kinds(values_->kind, out, err);
}

}  // namespace faultline::app
