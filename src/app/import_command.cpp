// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/utf8.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <app/config_summary.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/import_command.hpp>
#include <app/openzeppelin_import.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>

namespace faultline::app {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& why) {
    return Error(Code::kUnavailable, "cannot write " + path.string() + ": " + why)
        .advise("Give another folder with --out");
}

/// Makes the file and its folder; what is secret is for its owner alone before anything is in it.
Result<void> write(const fs::path& folder, const ImportedFile& file) {
    const fs::path path = folder / file.path;
    std::error_code problem;
    fs::create_directories(path.parent_path(), problem);
    if (!problem && file.secret) {
        fs::permissions(path.parent_path(), fs::perms::owner_all, problem);
    }
    if (problem) {
        return cannot_write(path.parent_path(), problem.message());
    }
    std::ofstream stream(path, std::ios::binary);
    if (stream && file.secret) {
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, problem);
    }
    stream << file.content << std::flush;
    if (!stream || problem) {
        return cannot_write(path, "the disk, or the rights to it");
    }
    return {};
}

Result<void> write_all(const fs::path& folder, const Imported& imported) {
    std::error_code problem;
    if (fs::exists(folder, problem) && !fs::is_empty(folder, problem)) {
        return Error(Code::kInvalid, folder.string() + " is there already and not empty")
            .advise("Give a new folder with --out; nothing is ever overwritten");
    }
    for (const ImportedFile& file : imported.files) {
        FAULTLINE_TRY_VOID(write(folder, file));
    }
    return {};
}

void print_notes(const Imported& imported, std::ostream& out) {
    out
        << (imported.notes.empty() ? "everything was carried over\n"
                                   : "not carried over, or not as it was:\n");
    for (const ImportNote& note : imported.notes) {
        // Names of files and keys are others', and so is what a note quotes.
        out << "  " << one_line(note.file)
            << (note.pointer.empty() ? "" : " " + one_line(note.pointer)) << ": "
            << one_line(note.text) << '\n';
    }
}

void print_carried(const Imported& imported, const fs::path& folder, std::ostream& out) {
    const auto count = [&imported](const char* what) {
        const auto found = imported.carried.find(what);
        return found == imported.carried.end() ? std::size_t{0} : found->second;
    };
    out << "written to " << folder.string() << ": " << plural(count("chains"), "chain") << ", "
        << plural(count("rules"), "rule") << ", " << plural(count("receivers"), "receiver") << '\n';
    for (const std::string& variable : imported.variables) {
        out << "needs the environment variable " << variable << '\n';
    }
}

}  // namespace

struct ImportCommand::Values {
    CLI::App* openzeppelin = nullptr;
    std::string folder;
    std::string out = "faultline-import";
    std::string deployments = "config/chains";
};

ImportCommand::ImportCommand(CLI::App& top) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    CLI::App* import = top.add_subcommand("import", "Configurations of other programs as ours");
    import->require_subcommand(1);
    to.openzeppelin = import->add_subcommand(
        "openzeppelin", "OpenZeppelin Monitor's networks, monitors and triggers"
    );
    to.openzeppelin->add_option("DIR", to.folder, "The folder that has them")->required();
    to.openzeppelin->add_option("--out", to.out, "The folder to write, which must not exist")
        ->capture_default_str();
    to.openzeppelin->add_option("--chains", to.deployments, "The folder of shipped deployments")
        ->capture_default_str();
}

ImportCommand::~ImportCommand() = default;

bool ImportCommand::given() const {
    return values_->openzeppelin->parsed();
}

int ImportCommand::act(
    const config::Surroundings& surroundings, std::ostream& out, std::ostream& err
) const {
    const auto failed = [&err](const Error& error, ExitCode code) {
        err << "faultline import openzeppelin: " << one_line(error.message()) << '\n';
        return exit_status(code);
    };
    const auto imported = import_openzeppelin(values_->folder, values_->deployments, surroundings);
    if (!imported) {
        return failed(imported.error(), ExitCode::kInvalidConfig);
    }
    print_notes(*imported, out);
    if (!imported->carried.contains("chains")) {
        return failed(
            Error(Code::kMissing, "no chain could be carried over, so nothing was written")
                .advise("A configuration needs a chain with a market that is followed"),
            ExitCode::kInvalidConfig
        );
    }
    const fs::path folder = values_->out;
    if (const auto written = write_all(folder, *imported); !written) {
        return failed(written.error(), ExitCode::kCannotStart);
    }
    print_carried(*imported, folder, out);
    const std::string file = (folder / "faultline.yaml").string();
    const auto loaded = load_config(file, surroundings);
    if (loaded) {
        out << summary(*loaded, file);
        return exit_status(ExitCode::kOk);
    }
    for (const config::Problem& problem : loaded.error()) {
        err << one_line(problem.message()) << '\n';
    }
    err << "the configuration was written, but is not right yet\n";
    return exit_status(ExitCode::kFailed);
}

}  // namespace faultline::app
