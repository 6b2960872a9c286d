// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/dexposure/writer.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/as_of_check.hpp>
#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/graph_export.hpp>
#include <app/stored_fold.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

/// There is no clock here: any time may be past.
constexpr UnixMillis kUnknownTime{std::numeric_limits<std::int64_t>::max()};

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline graph export: " << error.message() << '\n';
    return exit_status(code);
}

/// A text and the file it goes to; an empty name is the standard output.
struct Written {
    std::string file;
    std::string text;
};

Result<graph::Snapshot> stored_graph(
    const store::Store& store, const engine::Fold& fold, const std::string& as_of
) {
    if (as_of.empty()) {
        if (!fold.graph().as_of()) {
            return Error(Code::kMissing, "there is no exposure graph in the store yet")
                .advise("It begins with the first live block: let `faultline run` catch up");
        }
        return fold.graph().snapshot();
    }
    FAULTLINE_TRY(const auto wanted, api::parse_as_of(as_of));
    if (const auto newest = fold.graph().as_of()) {
        FAULTLINE_TRY_VOID(has_come(wanted, *newest, kUnknownTime));
    }
    engine::GraphHistory history;
    FAULTLINE_TRY_VOID(history.load(store));
    FAULTLINE_TRY(const auto rows, history.rows(store, wanted));
    return fold.graph().snapshot_of(rows);
}

/// One snapshot as DeXposure publishes its weeks.
std::string dexposure_text(const graph::Snapshot& snapshot) {
    std::ostringstream out;
    dexposure::SnapshotWriter writer(out);
    const auto added = writer.add(network::protocol_network(snapshot));
    const auto finished = writer.finish();
    FAULTLINE_ASSERT(added && finished);  // Every number is finite, and memory takes all.
    return out.str();
}

std::vector<Written> written(const graph::Snapshot& snapshot, const GraphExport& asked) {
    if (asked.format == "csv") {
        graph::CsvTables tables = graph::to_csv(snapshot);
        return {
            {.file = asked.out + "-nodes.csv", .text = std::move(tables.nodes)},
            {.file = asked.out + "-edges.csv", .text = std::move(tables.edges)}
        };
    }
    if (asked.format == "gexf") {
        return {{.file = asked.out, .text = graph::to_gexf(snapshot)}};
    }
    if (asked.format == "dexposure") {
        return {{.file = asked.out, .text = dexposure_text(snapshot)}};
    }
    if (asked.format == "json") {
        return {{.file = asked.out, .text = graph::to_node_link_json(snapshot)}};
    }
    return {{.file = asked.out, .text = graph::to_graphml(snapshot)}};
}

Result<void> to_stream(const std::string& text, std::ostream& out) {
    out << text << std::flush;
    return out ? Result<void>() : Error(Code::kUnavailable, "the standard output takes no more");
}

Error cannot_write(const std::string& file) {
    return Error(Code::kUnavailable, file + " cannot be written")
        .advise("Give --out a file in a folder that exists, is writable and has room");
}

/// All of them or none: what was there before stays until all are whole.
Result<void> to_files(const std::vector<Written>& all) {
    const auto part_of = [](const Written& one) {
        return one.file + ".part";
    };
    for (const Written& one : all) {
        std::ofstream file(part_of(one), std::ios::binary | std::ios::trunc);
        file << one.text << std::flush;
        if (!file) {
            std::error_code ignored;
            for (const Written& each : all) {
                std::filesystem::remove(part_of(each), ignored);
            }
            return cannot_write(one.file);
        }
    }
    for (const Written& one : all) {
        std::error_code failed;
        std::filesystem::rename(part_of(one), one.file, failed);
        if (failed) {
            return cannot_write(one.file);
        }
    }
    return {};
}

}  // namespace

std::string as_of_fault(const std::string& text) {
    if (!text.empty()) {
        return {};
    }
    return "is empty: give a block number or a time such as 2026-11-30T09:00:00Z, or leave it out "
           "for the newest block";
}

std::string left_out_text(const graph::Snapshot& labelled) {
    std::string out;
    for (const auto& [protocol, count] : network::unvalued_holdings(labelled)) {
        out += (out.empty() ? "" : ", ") + std::to_string(count) +
               (count == 1 ? " holding of " : " holdings of ") + protocol;
    }
    return out.empty() ? out
                       : "left out, as nothing tells their value: " + out +
                             "; what the file says of those protocols is too low\n";
}

int graph_export(
    const DaemonConfig& config, const GraphExport& asked, std::ostream& out, std::ostream& err
) {
    const auto chain = chain_of(config, asked.chain);
    if (!chain) {
        return failed(err, chain.error(), ExitCode::kUsage);
    }
    if (asked.format == "csv" && asked.out.empty()) {
        return failed(
            err,
            Error(Code::kInvalid, "tables go to two files")
                .advise("Give --out NAME: they are NAME-nodes.csv and NAME-edges.csv"),
            ExitCode::kUsage
        );
    }
    const auto store = store::open_rocksdb_read_only(store_folder(config, **chain));
    if (!store) {
        return failed(err, store.error(), ExitCode::kCannotStart);
    }
    if (auto fits = store::check_schema(**store, identity_of(**chain)); !fits) {
        return failed(err, fits.error(), ExitCode::kCannotStart);
    }
    engine::Fold fold(fold_options(config, **chain));
    if (auto loaded = load_stored(**store, fold); !loaded) {
        return failed(err, loaded.error(), ExitCode::kCannotStart);
    }
    const auto snapshot = stored_graph(**store, fold, asked.as_of);
    if (!snapshot) {
        return failed(err, snapshot.error(), ExitCode::kFailed);
    }
    const graph::Labelled labelled =
        graph::labelled(config.labels, (*chain)->follow.chain_id, *snapshot);
    const std::vector<Written> all = written(labelled.snapshot, asked);
    auto done = asked.out.empty() ? to_stream(all.front().text, out) : to_files(all);
    if (!done) {
        return failed(err, done.error(), ExitCode::kFailed);
    }
    err << "graph of block " << snapshot->block.text() << ": " << labelled.snapshot.nodes.size()
        << " nodes, " << labelled.snapshot.edges.size() << " edges\n";
    if (asked.format == "dexposure") {
        err << left_out_text(labelled.snapshot);
    }
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
