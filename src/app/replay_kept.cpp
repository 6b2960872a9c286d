// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/kept_source.hpp>
#include <app/offline_engine.hpp>
#include <app/replay.hpp>
#include <app/replay_progress.hpp>
#include <app/row_digest.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

using store::Family;
using Rows = std::map<Bytes, Bytes>;

int failed(std::ostream& err, const Error& error, ExitCode code = ExitCode::kFailed) {
    err << "faultline: " << error.message() << '\n';
    return exit_status(code);
}

Result<Rows> rows_of(const store::Store& store, Family family) {
    Rows rows;
    FAULTLINE_TRY_VOID(store.scan(family, {}, [&](BytesView key, BytesView value) {
        rows.emplace(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
        return true;
    }));
    return rows;
}

/// Everything that the engine's state is made of, into memory.
Result<void> copy_state(const store::Store& from, store::Store& to) {
    store::Batch batch;
    for (const Family family : {Family::kMeta, Family::kRows, Family::kUndo}) {
        FAULTLINE_TRY_VOID(from.scan(family, {}, [&](BytesView key, BytesView value) {
            batch.put(family, key, value);
            return true;
        }));
    }
    return to.commit(batch, store::Durability::kSynced);
}

/// The range that was asked for, when all of it can be among what is kept.
Result<engine::KeptRange> range_of(const store::Store& store, const ReplayBlocks& asked) {
    FAULTLINE_TRY(const auto kept, engine::kept_range(store));
    if (!kept) {
        return Error(Code::kInvalid, "the store keeps no raw blocks")
            .advise(
                "set keep_raw_blocks in the configuration; it is for blocks applied from then on"
            );
    }
    const engine::KeptRange range{
        .first = asked.from.value_or(kept->first), .last = asked.to.value_or(kept->last)
    };
    if (range.first > range.last) {
        return Error(
                   Code::kInvalid,
                   "the range " + std::to_string(range.first) + " to " +
                       std::to_string(range.last) + " is empty"
        )
            .advise(
                "give --from a block at or before --to; kept are " + std::to_string(kept->first) +
                " to " + std::to_string(kept->last)
            );
    }
    if (range.first < kept->first || range.last > kept->last) {
        return Error(
                   Code::kInvalid,
                   "blocks " + std::to_string(range.first) + " to " + std::to_string(range.last) +
                       " are asked for, and " + std::to_string(kept->first) + " to " +
                       std::to_string(kept->last) + " are kept"
        )
            .advise("ask for blocks within that range, or set keep_raw_blocks: all");
    }
    return range;
}

/// Where the fold of a range begins, and so what can be said of its end.
enum class Begin : std::uint8_t {
    kAtStart,   ///< The chain's first block: from nothing.
    kFromUndo,  ///< The stored rows, with the blocks of the range taken back.
    kNowhere,   ///< Further back than can be taken back: from nothing, and not comparable.
};

Result<Begin> begin_of(const store::Store& store, const ChainConfig& chain, eth::BlockNum first) {
    if (first == chain.follow.start_block) {
        return Begin::kAtStart;
    }
    FAULTLINE_TRY(const bool undoable, engine::can_take_back(store, first));
    return undoable ? Begin::kFromUndo : Begin::kNowhere;
}

/// How many rows of each table are not the same in both.
std::map<std::string, std::size_t> differences(const Rows& a, const Rows& b) {
    std::map<std::string, std::size_t> by_table;
    const auto count = [&](const Bytes& key) {
        constexpr std::size_t kTableBytes = 2;
        ++by_table[to_hex(BytesView(key).first(std::min(key.size(), kTableBytes)))];
    };
    for (const auto& [key, value] : a) {
        const auto other = b.find(key);
        if (other == b.end() || other->second != value) {
            count(key);
        }
    }
    for (const auto& [key, value] : b) {
        if (!a.contains(key)) {
            count(key);
        }
    }
    return by_table;
}

/// The first row is the tip's: its table is the lowest.
int compare(
    const store::Store& stored, const store::Store& folded, std::ostream& out, std::ostream& err
) {
    auto ours = rows_of(folded, Family::kRows);
    auto theirs = rows_of(stored, Family::kRows);
    if (!ours || !theirs) {
        return failed(err, ours ? theirs.error() : ours.error());
    }
    if (theirs->empty() || ours->empty() || *theirs->begin() != *ours->begin()) {
        out << "rows: cannot be compared; the range ends before the newest block\n";
        return exit_status(ExitCode::kOk);
    }
    for (Rows* rows : {&*theirs, &*ours}) {
        std::erase_if(*rows, [](const auto& row) {
            return engine::Fold::written_outside_blocks(row.first);
        });
    }
    const auto different = differences(*theirs, *ours);
    if (different.empty()) {
        out << "rows: all " << theirs->size() << " equal those stored\n";
        return exit_status(ExitCode::kOk);
    }
    out << "rows: not those stored\n";
    for (const auto& [table, count] : different) {
        out << "  table " << table << ": " << count << " differ\n";
    }
    err << "faultline: the rows folded now are not those stored; rows of alerts (table 0x0301) "
           "also "
           "differ when the rules were changed since\n";
    return exit_status(ExitCode::kFailed);
}

}  // namespace

int replay_blocks(
    const DaemonConfig& config, const ReplayBlocks& asked, std::ostream& out, std::ostream& err
) {
    const auto chain = chain_of(config, asked.chain);
    if (!chain) {
        return failed(err, chain.error(), ExitCode::kUsage);
    }
    auto stored = store::open_rocksdb_read_only(store_folder(config, **chain));
    if (!stored) {
        return failed(err, stored.error(), ExitCode::kCannotStart);
    }
    if (auto fits = store::check_schema(**stored, identity_of(**chain)); !fits) {
        return failed(err, fits.error(), ExitCode::kCannotStart);
    }
    const auto range = range_of(**stored, asked);
    if (!range) {
        return failed(err, range.error());
    }
    const auto begin = begin_of(**stored, **chain, range->first);
    if (!begin) {
        return failed(err, begin.error());
    }
    const auto log = obs::make_stderr_log(obs::Level::kError, obs::LogFormat::kText);
    OfflineEngine offline(fold_options(config, **chain), *log);
    if (*begin == Begin::kFromUndo) {
        auto copied = copy_state(**stored, offline.store());
        if (auto loaded = copied ? offline.engine().load() : std::move(copied); !loaded) {
            return failed(err, loaded.error());
        }
    }
    ReplayProgress progress(offline.loop().clock(), err);
    KeptSource source(**stored, *range, offline.engine(), progress);
    const Error ended = offline.run(source);
    const auto tip = offline.engine().tip();
    out << "chain " << (*chain)->follow.chain_name << ": replayed blocks " << range->first << " to "
        << (tip ? std::to_string(tip->number) : "none") << ", " << source.logs() << " logs, "
        << offline.engine().fold().protocols().counts().holders << " accounts, " << progress.speed()
        << '\n';
    if (const auto digest = digest_rows(offline.store())) {
        out << "state: " << digest->text() << '\n';
    }
    if (!source.ended()) {
        return failed(err, ended);
    }
    if (*begin == Begin::kNowhere) {
        out << "rows: cannot be compared; the range begins neither at the chain's start ("
            << (*chain)->follow.start_block << ") nor within the undo window\n";
        return exit_status(ExitCode::kOk);
    }
    return compare(**stored, offline.store(), out, err);
}

}  // namespace faultline::app
