// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/tape/line_writer.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <algorithm>
#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/foreground.hpp>
#include <app/offline_engine.hpp>
#include <app/record.hpp>
#include <app/recording_source.hpp>
#include <app/registry.hpp>
#include <app/version.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using runtime::Task;

void write_list(JsonWriter& json, std::string_view name, const auto& values) {
    json.key(name).begin_array();
    for (const auto& value : values) {
        json.string(value.hex());
    }
    json.end_array();
}

/// The topics of any contract, and what is asked of some.
void write_clauses(JsonWriter& json, const eth::LogFilter& filter) {
    std::span<const eth::LogClause> clauses = filter.clauses();
    if (!clauses.empty() && clauses.front().contracts.empty()) {
        write_list(json, "topics0", clauses.front().topics0);
        clauses = clauses.subspan(1);
    }
    if (clauses.empty()) {
        return;
    }
    json.key("clauses").begin_array();
    for (const eth::LogClause& clause : clauses) {
        json.begin_object();
        write_list(json, "contracts", clause.contracts);
        write_list(json, "topics0", clause.topics0);
        json.end_object();
    }
    json.end_array();
}

std::string manifest_line(const ChainConfig& chain, const eth::LogFilter& filter) {
    JsonWriter json;
    json.begin_object();
    json.field("tape", tape::kVersion);
    json.field("chainId", quantity_hex(chain.follow.chain_id));
    json.field(
        "about",
        "recorded by faultline " + std::string(kVersion) + " from block " +
            std::to_string(chain.follow.start_block) + ", logs of the filter only"
    );
    json.key("manifest").begin_object();
    json.field("chain", chain.follow.chain_name);
    json.field("startBlock", quantity_hex(chain.follow.start_block));
    json.key("filter").begin_object();
    write_clauses(json, filter);
    json.end_object();
    for (const auto& deployment : chain.deployments) {
        for (const auto& protocol : registered_protocols()) {
            protocol->write_manifest(json, *deployment);
        }
    }
    json.end_object().end_object();
    return json.take();
}

/// What ended a recording.
struct Ending {
    std::optional<Error> error;
};

Task<> follow(
    engine::Engine& engine, RecordingSource& source, runtime::TaskGroup& all, Ending& ending
) {
    auto result = co_await engine.run(source);
    if (!result) {
        ending.error = std::move(result).error();
    }
    all.cancel();
}

Task<> record_until_stopped(
    OfflineEngine& offline, RecordingSource& source, chain::Follower& follower, Ending& ending
) {
    runtime::TaskGroup all;
    all.spawn("record", follow(offline.engine(), source, all, ending));
    all.spawn("head hints", follower.run_hints());
    co_await wait_or_signal(offline.loop(), all);
}

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline: " << error.message() << '\n';
    return exit_status(code);
}

/// The tape with its first line.
Result<std::unique_ptr<tape::LineWriter>> begin_tape(
    const std::string& file, const std::string& manifest
) {
    FAULTLINE_TRY(auto tape, tape::create_tape(file));
    FAULTLINE_TRY_VOID(tape->write(manifest));
    return tape;
}

int conclude(
    const Record& asked,
    const RecordingSource& source,
    const Ending& ending,
    std::ostream& out,
    std::ostream& err
) {
    out << asked.tape << ": " << source.blocks() << " blocks, " << source.truths()
        << " truth calls\n";
    if (source.ended() || !ending.error) {
        return exit_status(ExitCode::kOk);
    }
    return failed(
        err, *ending.error, source.blocks() == 0 ? ExitCode::kCannotStart : ExitCode::kFailed
    );
}

}  // namespace

int record(const DaemonConfig& config, const Record& asked, std::ostream& out, std::ostream& err) {
    const auto found = chain_of(config, asked.chain);
    if (!found) {
        return failed(err, found.error(), ExitCode::kUsage);
    }
    const ChainConfig& chain = **found;
    if (const auto starts = check_can_start(chain); !starts) {
        return failed(err, starts.error(), ExitCode::kInvalidConfig);
    }
    const std::unique_ptr<obs::Log> log = obs::make_stderr_log(config.log_level, config.log_format);
    OfflineEngine offline(
        {.chain_name = chain.follow.chain_name, .deployments = chain.deployments, .rules = {}},
        *log,
        chain.follow.undo_window_blocks
    );
    offline.loop().catch_signals();
    runtime::Clock& clock = offline.loop().clock();
    const auto workers = runtime::make_worker_pool(1);
    const auto http = net::make_http_client(clock);
    const auto websockets = net::make_ws_connector(clock);
    // One endpoint's word: what a tape says, one node has said.
    rpc::EndpointOptions endpoint = *std::ranges::find_if(chain.endpoints, [](const auto& one) {
        return one.role != rpc::Role::kVerifyOnly;
    });
    endpoint.verification = chain.verification;
    endpoint.trusts_blooms = chain.trusts_blooms;
    const auto node = rpc::make_json_rpc_node(endpoint, *http, clock, *workers);
    chain::FollowerOptions options = chain.follow;
    options.filter = protocol::filter_of(chain.deployments);
    const auto follower = chain::make_follower(
        options,
        {*node,
         {endpoint},
         *websockets,
         clock,
         offline.random(),
         offline.engine(),
         *log,
         offline.metrics()}
    );
    auto tape = begin_tape(asked.tape, manifest_line(chain, options.filter));
    if (!tape) {
        return failed(err, tape.error(), ExitCode::kCannotStart);
    }
    RecordingSource source(
        {.filter = options.filter, .truth_every = asked.truth_every, .to = asked.to},
        {*follower, offline.engine(), *node, endpoint, *http, clock, **tape, *log}
    );
    Ending ending;
    try {
        offline.loop().run(record_until_stopped(offline, source, *follower, ending));
    } catch (const std::exception& error) {
        return failed(err, Error(Code::kUnavailable, error.what()), ExitCode::kFailed);
    }
    if (auto closed = (*tape)->close(); !closed) {
        return failed(err, closed.error(), ExitCode::kFailed);
    }
    return conclude(asked, source, ending, out, err);
}

}  // namespace faultline::app
