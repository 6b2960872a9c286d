// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/bootstrap.hpp>
#include <app/chain_identity.hpp>
#include <app/chain_pool.hpp>
#include <app/chain_reading.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/foreground.hpp>
#include <app/rpc_metrics.hpp>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using runtime::Task;

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline bootstrap: " << error.message() << '\n';
    return exit_status(code);
}

/// An address a line; empty lines and what follows a # say nothing.
Result<std::vector<Address>> read_accounts(const std::string& file) {
    std::ifstream in(file);
    if (!in || !std::filesystem::is_regular_file(file)) {
        return Error(Code::kInvalid, file + " cannot be read")
            .advise("give a file with an address a line");
    }
    std::vector<Address> out;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        line.resize(std::min(line.size(), line.find('#')));
        std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
        if (line.empty()) {
            continue;
        }
        const auto account = Address::from_hex(line);
        if (!account) {
            return Error(
                       Code::kInvalid,
                       file + ":" + std::to_string(number) +
                           ": not an address: " + account.error().message()
            )
                .advise("write 0x and 40 hex digits a line");
        }
        out.push_back(*account);
    }
    if (out.empty()) {
        return Error(Code::kInvalid, file + " names no account")
            .advise("write 0x and 40 hex digits a line");
    }
    return out;
}

/// kInvalid when blocks were followed already.
Result<void> check_empty(const store::Store& store, const std::string& folder) {
    FAULTLINE_TRY(const auto mark, engine::bootstrap_mark(store));
    bool rows = false;
    FAULTLINE_TRY_VOID(store.scan(store::Family::kRows, {}, [&](BytesView, BytesView) {
        rows = true;
        return false;
    }));
    if (!mark && rows) {
        return Error(Code::kInvalid, "the store in " + folder + " follows its chain already")
            .advise("`faultline run` goes on with it; `faultline resync` moves it aside first");
    }
    return {};
}

/// The chain's store, as far as a bootstrap has come.
Result<std::unique_ptr<store::Store>> open_store(
    const DaemonConfig& config, const ChainConfig& chain
) {
    const std::string folder = store_folder(config, chain);
    FAULTLINE_TRY(auto store, store::open_rocksdb(folder));
    if (auto fits = store::check_schema(*store, identity_of(chain)); !fits) {
        return std::move(fits).error().context("folder " + folder);
    }
    FAULTLINE_TRY_VOID(check_empty(*store, folder));
    return store;
}

Result<ChainReading::Options> options_of(const ChainConfig& chain, const BootstrapCommand& asked) {
    ChainReading::Options out;
    out.search_from = asked.search_from.value_or(chain.follow.start_block);
    out.again = asked.again;
    out.searches = asked.search_from.has_value() || !asked.accounts_file.empty();
    if (!asked.accounts_file.empty()) {
        FAULTLINE_TRY(out.accounts, read_accounts(asked.accounts_file));
    }
    return out;
}

/// A list of accounts does not say which of an account's positions are meant.
Result<void> check_listable(const ChainConfig& chain, const BootstrapCommand& asked) {
    if (asked.accounts_file.empty()) {
        return {};
    }
    ledger::Ledger ledger;
    const protocol::Protocols protocols(ledger, chain.deployments);
    for (const auto& one : protocols.all()) {
        if (!one->part_label().empty()) {
            return Error(
                       Code::kInvalid,
                       "positions of " + std::string(one->family()) + " are by " +
                           std::string(one->part_label()) +
                           ", which a list of accounts does not say"
            )
                .advise("leave --accounts out: logs are searched then");
        }
    }
    return {};
}

/// What is asked of one that goes on is what it was begun with.
Result<void> check_begins(const store::Store& store, const BootstrapCommand& asked) {
    FAULTLINE_TRY(const auto mark, engine::bootstrap_mark(store));
    if (mark && !asked.again && (!asked.accounts_file.empty() || asked.search_from)) {
        return Error(
                   Code::kInvalid,
                   "a bootstrap at block " + mark->block.text() +
                       " is under way, with other accounts"
        )
            .advise("leave --accounts and --search-from out to go on with it, or add --again");
    }
    return {};
}

/// What ended it.
struct Ending {
    bool done = false;
    std::optional<Error> error;  ///< Neither: a signal.
};

Task<> read(ChainReading& reading, runtime::TaskGroup& all, Ending& ending) {
    auto result = co_await reading.run();
    ending.done = result.has_value();
    if (!result) {
        ending.error = std::move(result).error();
    }
    all.cancel();
}

Task<> read_until_stopped(
    runtime::Loop& loop, rpc::Pool& pool, ChainReading& reading, Ending& ending
) {
    runtime::TaskGroup all;
    all.spawn("bootstrap", read(reading, all, ending));
    all.spawn("endpoints", pool.run());
    co_await wait_or_signal(loop, all);
}

}  // namespace

int bootstrap(
    const DaemonConfig& config, const BootstrapCommand& asked, std::ostream& out, std::ostream& err
) {
    const auto found = chain_of(config, asked.chain);
    if (!found) {
        return failed(err, found.error(), ExitCode::kUsage);
    }
    const ChainConfig& chain = **found;
    if (const auto listable = check_listable(chain, asked); !listable) {
        return failed(err, listable.error(), ExitCode::kUsage);
    }
    auto options = options_of(chain, asked);
    if (!options) {
        return failed(err, options.error(), ExitCode::kUsage);
    }
    const auto store = open_store(config, chain);
    if (!store) {
        return failed(err, store.error(), ExitCode::kCannotStart);
    }
    if (const auto begins = check_begins(**store, asked); !begins) {
        return failed(err, begins.error(), ExitCode::kUsage);
    }
    const std::unique_ptr<obs::Log> log = obs::make_stderr_log(config.log_level, config.log_format);
    obs::Metrics metrics;
    RpcMetrics requests(metrics, chain.follow.chain_name);
    runtime::Loop loop;
    loop.catch_signals();
    runtime::Random random(runtime::Random::system_seed());
    const auto workers = runtime::make_worker_pool(1);
    const auto http = net::make_http_client(loop.clock());
    const auto websockets = net::make_ws_connector(loop.clock());
    delivery::RateLimits limits;
    InTurn in_turn;
    const Shared shared{
        loop.clock(), random, *workers, in_turn, *http, *websockets, *http, limits, *log, metrics
    };
    const auto pool = open_pool(chain, shared, requests);
    ChainReading reading(
        chain,
        *std::move(options),
        {*pool,
         **store,
         loop.clock(),
         random,
         [&](const std::string& line) {
             out << chain.follow.chain_name << ": " << line << std::endl;
         }}
    );
    Ending ending;
    try {
        loop.run(read_until_stopped(loop, *pool, reading, ending));
    } catch (const std::exception& error) {
        return failed(err, Error(Code::kUnavailable, error.what()), ExitCode::kFailed);
    }
    if (ending.error) {
        return failed(err, *ending.error, ExitCode::kFailed);
    }
    if (!ending.done) {
        out << "stopped; the same command goes on where it ended\n";
        return exit_status(ExitCode::kFailed);
    }
    out << chain.follow.chain_name << ": " << reading.summary()
        << "; next: faultline run follows from there\n";
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
