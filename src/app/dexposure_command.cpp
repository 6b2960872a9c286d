// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <CLI/Validators.hpp>
#include <app/dexposure_command.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_nodes.hpp>
#include <app/dexposure_stress.hpp>
#include <memory>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

constexpr const char* kAboutStress =
    "What a loss of some nodes leads to, in one week.\n"
    "  contagion  the simulator of DeXposure-FM: who loses more than a tenth hands it all on\n"
    "  debtrank   linear DebtRank: each loss is handed on in proportion to equity\n"
    "  cascade    shocked nodes default; SHARE is what creditors lose of their claims\n"
    "  clearing   Eisenberg-Noe: who cannot pay in full pays what it has, in proportion";

Result<network::Day> day_of(const std::string& text) {
    const auto day = network::Day::parse(text);
    if (!day) {
        return Error(
                   Code::kInvalid,
                   "--week takes a day that exists as YYYY-MM-DD, not \"" + text + "\""
        )
            .advise("Give it as the file names the week, such as 2022-05-09");
    }
    return *day;
}

void add_file(CLI::App& app, std::string& file, std::string& format) {
    app.add_option("FILE", file, "Weekly snapshots as DeXposure publishes them")->required();
    app.add_option("--format", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->default_val("text");
}

}  // namespace

struct DexposureCommand::Values {
    CLI::App* metrics_app = nullptr;
    CLI::App* stress_app = nullptr;
    DexposureMetrics metrics;
    std::string metrics_week;
    std::string metrics_nodes;
    DexposureStress stress;
    std::string stress_week;
    std::vector<std::string> shocks;
    std::string top;
};

DexposureCommand::DexposureCommand(CLI::App& top) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    CLI::App* dexposure = top.add_subcommand("dexposure", "Figures of DeXposure's weekly data");
    dexposure->require_subcommand(1);
    to.metrics_app = dexposure->add_subcommand("metrics", "What each week's network looks like");
    add_file(*to.metrics_app, to.metrics.file, to.metrics.format);
    to.metrics_app->add_option("--week", to.metrics_week, "Only this one (each week)")
        ->type_name("YYYY-MM-DD");
    to.metrics_app
        ->add_option(
            "--nodes", to.metrics_nodes, "Figures of the N largest nodes, too, or of all (none)"
        )
        ->type_name("N");
    to.metrics_app
        ->add_option(
            "--categories", to.metrics.categories, "meta_df.csv, for the figures by sector"
        )
        ->type_name("FILE");
    to.metrics_app
        ->add_option(
            "--labels", to.metrics.labels, "The folder that has labels/, for who issued the tokens"
        )
        ->type_name("FOLDER");
    to.stress_app = dexposure->add_subcommand("stress", kAboutStress);
    add_file(*to.stress_app, to.stress.file, to.stress.format);
    to.stress_app->add_option("--week", to.stress_week, "Which one")
        ->required()
        ->type_name("YYYY-MM-DD");
    to.stress_app->add_option("--shock", to.shocks, "What a node loses at first, 0.5 or 50%")
        ->type_name("ID=SHARE")
        ->allow_extra_args(false);
    to.stress_app->add_option("--shock-top", to.top, "The same for the N largest nodes")
        ->type_name("N=SHARE");
    to.stress_app
        ->add_option("--model", to.stress.model, "contagion, debtrank, cascade or clearing")
        ->check(CLI::IsMember({"contagion", "debtrank", "cascade", "clearing"}))
        ->default_val("contagion");
}

DexposureCommand::~DexposureCommand() = default;

bool DexposureCommand::metrics_given() const {
    return values_->metrics_app->parsed();
}

bool DexposureCommand::given() const {
    return metrics_given() || values_->stress_app->parsed();
}

Result<DexposureMetrics> DexposureCommand::metrics() const {
    DexposureMetrics out = values_->metrics;
    if (!values_->metrics_week.empty()) {
        FAULTLINE_TRY(out.week, day_of(values_->metrics_week));
    }
    if (!values_->metrics_nodes.empty()) {
        FAULTLINE_TRY(out.nodes, parse_nodes(values_->metrics_nodes));
    }
    return out;
}

Result<DexposureStress> DexposureCommand::stress() const {
    DexposureStress out = values_->stress;
    FAULTLINE_TRY(out.week, day_of(values_->stress_week));
    for (const std::string& text : values_->shocks) {
        FAULTLINE_TRY(out.shocks.emplace_back(), parse_shock(text));
    }
    if (!values_->top.empty()) {
        FAULTLINE_TRY(out.top, parse_top_shock(values_->top));
    }
    if (out.shocks.empty() && !out.top) {
        return Error(Code::kInvalid, "there is no shock")
            .advise("Give --shock ID=SHARE, such as 182=0.5, or --shock-top N=SHARE");
    }
    return out;
}

}  // namespace faultline::app
