// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/resync.hpp>
#include <cstddef>
#include <filesystem>
#include <ostream>
#include <string>
#include <system_error>

namespace faultline::app {
namespace {

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline resync: " << error.message() << '\n';
    return exit_status(code);
}

/// How many transitions wait for a receiver. Fails while another process has the store open.
Result<std::size_t> undelivered(const std::string& folder) {
    FAULTLINE_TRY(const auto store, store::open_rocksdb(folder));
    std::size_t count = 0;
    FAULTLINE_TRY_VOID(store->scan(store::Family::kOutbox, {}, [&](BytesView, BytesView) {
        ++count;
        return true;
    }));
    return count;
}

/// The first name of that kind that nothing has.
std::string free_name(const std::string& folder) {
    std::string name = folder + ".before-resync";
    for (int i = 2; std::filesystem::exists(name); ++i) {
        name = folder + ".before-resync-" + std::to_string(i);
    }
    return name;
}

}  // namespace

int resync(const DaemonConfig& config, const Resync& asked, std::ostream& out, std::ostream& err) {
    const auto chain = chain_of(config, asked.chain);
    if (!chain) {
        return failed(err, chain.error(), ExitCode::kUsage);
    }
    const std::string folder = store_folder(config, **chain);
    if (!std::filesystem::exists(folder)) {
        out << folder << " does not exist: the next run follows from the start block\n";
        return exit_status(ExitCode::kOk);
    }
    const auto waiting = undelivered(folder);
    if (!waiting) {
        return failed(err, waiting.error(), ExitCode::kCannotStart);
    }
    const std::string aside = free_name(folder);
    std::error_code problem;
    std::filesystem::rename(folder, aside, problem);
    if (problem) {
        return failed(
            err,
            Error(Code::kUnavailable, "cannot move " + folder + ": " + problem.message())
                .advise("make its parent folder writable for this user"),
            ExitCode::kCannotStart
        );
    }
    out << "moved " << folder << " to " << aside << '\n';
    if (*waiting > 0) {
        out << *waiting << " alert transitions in it were not delivered yet and will not be\n";
    }
    if ((*chain)->needs_bootstrap) {
        out << "next: faultline bootstrap reads the chain again, then faultline run";
    } else {
        out << "next: faultline run follows from block " << (*chain)->follow.start_block;
    }
    out << "; when it has caught up, delete " << aside << '\n';
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
