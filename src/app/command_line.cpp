// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>  // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Error.hpp>
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <CLI/Validators.hpp>
#include <algorithm>
#include <app/alert_command.hpp>
#include <app/bootstrap.hpp>
#include <app/command_line.hpp>
#include <app/config_summary.hpp>
#include <app/daemon_config.hpp>
#include <app/dexposure_command.hpp>
#include <app/exit_code.hpp>
#include <app/graph_export.hpp>
#include <app/import_command.hpp>
#include <app/operator_command.hpp>
#include <app/option_checks.hpp>
#include <app/outbox_command.hpp>
#include <app/record.hpp>
#include <app/replay.hpp>
#include <app/rules_command.hpp>
#include <app/usage_error.hpp>
#include <app/version.hpp>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr const char* kDefaultFile = "faultline.yaml";

constexpr const char* kAbout =
    "Faultline follows lending on Ethereum-like chains block by block, knows every\n"
    "position exactly, and alerts before one breaks.";

constexpr const char* kFooter = R"(
To begin:
  faultline config example > faultline.yaml   a commented configuration
  faultline check faultline.yaml              is it right?
  faultline run faultline.yaml                follow, alert, serve; Ctrl-C stops it
  faultline bootstrap faultline.yaml          instead of following from a market's deployment:
                                              read its state at a finalized block, then run
  faultline silence add MATCHER... --for 2h --reason WHY
                                              have a running daemon not tell some alerts
  faultline replay --tape FILE --verify       fold a recorded chain, compare with its contracts
To try it without a node:
  faultline simnode --tape FILE               a simulated node that plays a recorded tape
  faultline sink                              a webhook receiver that prints alerts

Exit status: 0 done or stopped on request, 1 failed while running, 2 wrong command line,
3 wrong configuration, 4 could not start (port, disk, endpoint), 130 stopped by a second Ctrl-C.)";

void print(std::ostream& to, const std::vector<config::Problem>& problems) {
    for (const config::Problem& problem : problems) {
        to << problem.message() << '\n';
    }
}

/// Loads `file`; on failure says everything that is wrong and what did not happen because of it.
std::optional<DaemonConfig> load(
    const std::string& file, const CommandLinePorts& ports, const std::string& consequence
) {
    auto loaded = load_config(file, ports.surroundings);
    if (loaded) {
        print(ports.err, loaded->warnings);
        return std::move(*loaded);
    }
    print(ports.err, loaded.error());
    const auto errors =
        std::ranges::count(loaded.error(), config::Severity::kError, &config::Problem::severity);
    ports.err << plural(static_cast<std::size_t>(errors), "error") << " in the configuration"
              << consequence << '\n';
    return std::nullopt;
}

int check(const std::string& file, const CommandLinePorts& ports) {
    const auto config = load(file, ports, "");
    if (!config) {
        return exit_status(ExitCode::kInvalidConfig);
    }
    ports.out << summary(*config, file);
    return exit_status(ExitCode::kOk);
}

int run(const std::string& file, bool dry_run, const CommandLinePorts& ports) {
    auto config = load(file, ports, "; nothing was started");
    for (std::size_t i = 0; config && i < config->receivers.size(); ++i) {
        config->receivers[i].dry_run = config->receivers[i].dry_run || dry_run;
    }
    return config ? ports.run(*config) : exit_status(ExitCode::kInvalidConfig);
}

/// The commands and where their arguments go.
struct Commands {
    CLI::App top{kAbout, "faultline"};
    CLI::App* run = top.add_subcommand("run", "Follow the configured chains until told to stop");
    CLI::App* check =
        top.add_subcommand("check", "Say whether a configuration is right, start nothing");
    CLI::App* config = top.add_subcommand("config", "Print what can be configured");
    CLI::App* describe = config->add_subcommand("describe", "Every field, as Markdown");
    CLI::App* example =
        config->add_subcommand("example", "A commented configuration to begin with");
    CLI::App* replay = top.add_subcommand(
        "replay", "Fold a tape, or blocks that the daemon kept, again; needs no endpoint"
    );
    CLI::App* record = top.add_subcommand("record", "Follow a chain and write it to a tape");
    CLI::App* bootstrap = top.add_subcommand(
        "bootstrap", "Read a chain's markets at a finalized block, to follow it from there"
    );
    CLI::App* resync = top.add_subcommand(
        "resync", "Move a chain's store aside, to follow it from the start again"
    );
    CLI::App* graph = top.add_subcommand("graph", "What depends on what, as of a block");
    CLI::App* graph_export =
        graph->add_subcommand("export", "Write the exposure graph for other programs");
    CLI::App* version = top.add_subcommand("version", "Print the version");
    DexposureCommand dexposure{top};
    SimNodeCommand simnode{top};
    SinkCommand sink{top};
    RulesCommand rules{top};
    OutboxCommand outbox{top};
    CLI::App* alerts = top.add_subcommand("alert", "What is done about alerts, and by hand");
    AlertCommand alert{*alerts};
    OperatorCommand operators{top, *alerts};
    ImportCommand import{top};
    std::string file = kDefaultFile;
    bool dry_run = false;
    ReplayTape tape;
    ReplayBlocks blocks;
    Record recording;
    BootstrapCommand reading;
    Resync restart;
    GraphExport exported;

    Commands() {
        top.footer(kFooter);
        top.require_subcommand(1);
        top.set_version_flag("--version", "faultline " + std::string(kVersion));
        run->add_option("CONFIG", file, "The configuration")->capture_default_str();
        run->add_flag("--dry-run", dry_run, "Log what receivers would be sent, send nothing");
        check->add_option("CONFIG", file, "The configuration")->required();
        config->require_subcommand(1);
        add_replay();
        add_record();
        add_bootstrap();
        add_graph();
        resync->add_option("CONFIG", file, "The configuration")->capture_default_str();
        resync->add_option("--chain", restart.chain, "Which of several chains");
    }

    void add_replay() {
        CLI::Option* from_tape =
            replay->add_option("--tape", tape.file, "Replay this tape; no configuration is needed");
        replay->add_flag("--verify", tape.verify, "Compare with the view functions on the tape")
            ->needs(from_tape);
        replay->add_option("CONFIG", file, "Whose store to replay")
            ->capture_default_str()
            ->excludes(from_tape);
        replay->add_option("--chain", blocks.chain, "Which of several chains")->excludes(from_tape);
        replay->add_option("--from", blocks.from, "First block (the oldest kept)")
            ->check(whole_number())
            ->excludes(from_tape);
        replay->add_option("--to", blocks.to, "Last block (the newest kept)")
            ->check(whole_number())
            ->excludes(from_tape);
    }

    void add_graph() {
        graph->require_subcommand(1);
        alerts->require_subcommand(1);
        graph_export->add_option("CONFIG", file, "The configuration")->capture_default_str();
        graph_export->add_option("--chain", exported.chain, "Which of several chains");
        graph_export
            ->add_option("--format", exported.format, "graphml, gexf, json, csv or dexposure")
            ->check(CLI::IsMember({"graphml", "gexf", "json", "csv", "dexposure"}))
            ->default_val("graphml");
        graph_export
            ->add_option(
                "--as-of", exported.as_of, "A block, or a time: 2026-11-30T09:00:00Z (the newest)"
            )
            ->check(as_of_fault);
        graph_export->add_option(
            "--out", exported.out, "The file to write (the standard output); for csv its beginning"
        );
    }

    void add_bootstrap() {
        bootstrap->add_option("CONFIG", file, "The configuration")->capture_default_str();
        bootstrap->add_option("--chain", reading.chain, "Which of several chains");
        bootstrap->add_option(
            "--accounts",
            reading.accounts_file,
            "Who holds or owes anything, an address a line; otherwise logs are searched for them"
        );
        bootstrap
            ->add_option(
                "--search-from",
                reading.search_from,
                "Where that search begins (the earliest deployed_at, or block 0)"
            )
            ->check(whole_number());
        bootstrap->add_flag(
            "--again", reading.again, "Begin an unfinished bootstrap anew, at a newer block"
        );
    }

    void add_record() {
        record->add_option("CONFIG", file, "The configuration")->capture_default_str();
        record->add_option("--tape", recording.tape, "The file to write; it must not exist")
            ->required();
        record->add_option("--chain", recording.chain, "Which of several chains");
        record
            ->add_option(
                "--truth-every",
                recording.truth_every,
                "Ask the views that audits ask, of every account and part, at every n-th block "
                "and write their answers"
            )
            ->check(whole_number());
        record->add_option("--to", recording.to, "End after this block")->check(whole_number());
    }
};

/// Does it with the configuration, or says that nothing was `done`.
template <class Action, class Asked>
int with_config(
    const Commands& commands,
    const std::string& done,
    const CommandLinePorts& ports,
    const Action& action,
    const Asked& asked
) {
    const auto config = load(commands.file, ports, "; nothing was " + done);
    return config ? action(*config, asked) : exit_status(ExitCode::kInvalidConfig);
}

int replay(const Commands& commands, const CommandLinePorts& ports) {
    if (!commands.tape.file.empty()) {
        return ports.replay_tape(commands.tape);
    }
    return with_config(commands, "replayed", ports, ports.replay_blocks, commands.blocks);
}

/// Does it with `options`, or says what is wrong with them.
template <class Options, class Action>
int with_options(
    const char* command,
    Result<Options> options,
    const Action& action,
    const CommandLinePorts& ports
) {
    if (!options) {
        ports.err << "faultline " << command << ": " << options.error().message() << '\n';
        return exit_status(ExitCode::kUsage);
    }
    return action(std::move(*options), ports.out, ports.err);
}

int dexposure(const DexposureCommand& command, const CommandLinePorts& ports) {
    return command.metrics_given()
               ? with_options(
                     "dexposure metrics", command.metrics(), ports.dexposure_metrics, ports
                 )
               : with_options("dexposure stress", command.stress(), ports.dexposure_stress, ports);
}

int rules(const RulesCommand& command, const CommandLinePorts& ports) {
    if (!command.needs_config()) {
        return command.act(ports.surroundings, ports.out, ports.err);
    }
    const auto config = load(command.file(), ports, "; nothing was read");
    return config ? command.act(*config, ports.out, ports.err)
                  : exit_status(ExitCode::kInvalidConfig);
}

/// Of a command that has its configuration's file among its options.
template <class Command>
int with_own_config(const Command& command, const CommandLinePorts& ports) {
    const auto config = load(command.file(), ports, "; nothing was done");
    return config ? command.act(*config, ports.out, ports.err)
                  : exit_status(ExitCode::kInvalidConfig);
}

int dispatch(const Commands& commands, const CommandLinePorts& ports) {
    if (commands.simnode.given()) {
        return with_options("simnode", commands.simnode.options(), ports.simnode, ports);
    }
    if (commands.dexposure.given()) {
        return dexposure(commands.dexposure, ports);
    }
    if (commands.rules.given()) {
        return rules(commands.rules, ports);
    }
    if (commands.outbox.given()) {
        return with_own_config(commands.outbox, ports);
    }
    if (commands.alert.given()) {
        return with_own_config(commands.alert, ports);
    }
    if (commands.import.given()) {
        return commands.import.act(ports.surroundings, ports.out, ports.err);
    }
    if (commands.operators.given()) {
        return with_options(
            commands.operators.name(),
            commands.operators.request(ports.surroundings),
            ports.ask_daemon,
            ports
        );
    }
    if (commands.sink.given()) {
        return ports.sink(commands.sink.options(), ports.out, ports.err);
    }
    if (commands.run->parsed()) {
        return run(commands.file, commands.dry_run, ports);
    }
    if (commands.check->parsed()) {
        return check(commands.file, ports);
    }
    if (commands.replay->parsed()) {
        return replay(commands, ports);
    }
    if (commands.record->parsed()) {
        return with_config(commands, "recorded", ports, ports.record, commands.recording);
    }
    if (commands.bootstrap->parsed()) {
        return with_config(commands, "read", ports, ports.bootstrap, commands.reading);
    }
    if (commands.resync->parsed()) {
        return with_config(commands, "moved", ports, ports.resync, commands.restart);
    }
    if (commands.graph_export->parsed()) {
        return with_config(commands, "written", ports, ports.graph_export, commands.exported);
    }
    if (commands.describe->parsed()) {
        ports.out << config_reference();
    } else if (commands.example->parsed()) {
        ports.out << config_example();
    } else {
        ports.out << "faultline " << kVersion << '\n';
    }
    return exit_status(ExitCode::kOk);
}

}  // namespace

int command_line(const std::vector<std::string>& arguments, const CommandLinePorts& ports) {
    Commands commands;
    int status = exit_status(ExitCode::kOk);
    try {
        // CLI11 takes them from the back.
        commands.top.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        status = dispatch(commands, ports);
    } catch (const CLI::Success& asked) {  // --help, --version
        static_cast<void>(commands.top.exit(asked, ports.out, ports.err));
    } catch (const CLI::ParseError& error) {
        ports.err << "faultline: " << usage_error(arguments, error.what())
                  << "\nfaultline --help shows what can be asked for.\n";
        status = exit_status(ExitCode::kUsage);
    }
    ports.out.flush();
    if (!ports.out && status == exit_status(ExitCode::kOk)) {
        ports.err << "faultline: cannot write the output\n";
        return exit_status(ExitCode::kFailed);
    }
    return status;
}

}  // namespace faultline::app
