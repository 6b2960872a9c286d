// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/self_description.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>
#include <faultline/shell/tape/source.hpp>

#include <app/exit_code.hpp>
#include <app/offline_engine.hpp>
#include <app/replay.hpp>
#include <app/replay_progress.hpp>
#include <app/row_digest.hpp>
#include <app/tape_beginning.hpp>
#include <app/tape_deployment.hpp>
#include <app/truth_check.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

/// A tape that was opened and whose manifest was understood.
struct OpenTape {
    std::unique_ptr<tape::LineReader> reader;
    tape::Manifest manifest;
    TapeDeployment deployment;
};

Result<OpenTape> open(const std::string& file) {
    OpenTape tape;
    FAULTLINE_TRY(tape.reader, tape::open_tape(file));
    FAULTLINE_TRY(tape.manifest, tape::read_manifest(*tape.reader));
    auto deployment = deployment_of(tape.manifest);
    if (!deployment) {
        return std::move(deployment)
            .error()
            .context(tape.reader->place())
            .advise("copy or record the tape again");
    }
    tape.deployment = *std::move(deployment);
    return tape;
}

/// Reads that were planned and the tape lacks, by what they call.
class Holes {
  public:
    explicit Holes(const protocol::Protocols& protocols) : protocols_(protocols) {}

    void add(const eth::Read& read, const eth::BlockRef& block) {
        Hole& hole = open_[protocols_.call_name(read.data)];
        if (hole.count++ == 0) {
            hole.first = "block " + block.text() + ", " + read.to.hex();
        }
    }

    void add_stated(const eth::Read& read) { ++stated_[protocols_.call_name(read.data)]; }

    void print(std::ostream& out) const {
        for (const auto& [call, count] : stated_) {
            out << "not on the tape: " << call << ", " << count << " (answered by the manifest)\n";
        }
        for (const auto& [call, hole] : open_) {
            out << "not on the tape: " << call << ", " << hole.count << " (first at " << hole.first
                << "; what needs it is withheld)\n";
        }
    }

  private:
    struct Hole {
        std::size_t count = 0;
        std::string first;
    };

    const protocol::Protocols& protocols_;
    std::map<std::string, Hole> open_;
    std::map<std::string, std::size_t> stated_;
};

void print_deployment(const OpenTape& tape, const std::string& file, std::ostream& out) {
    out << file << ": chain " << tape.manifest.chain_id;
    if (!tape.manifest.about.empty()) {
        out << ", " << tape.manifest.about;
    }
    out << '\n';
    for (const std::string& market : tape.deployment.described) {
        out << "market " << market << '\n';
    }
    std::string others;
    for (const std::string& other : tape.deployment.not_followed) {
        others += (others.empty() ? "" : ", ") + other;
    }
    if (tape.deployment.described.empty()) {
        out << "no market this build follows"
            << (others.empty() ? "" : " (the manifest names " + others + ")") << '\n';
    } else if (!others.empty()) {
        out << "not followed by this build: " << others << '\n';
    }
}

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void print_summary(
    const engine::Fold& fold,
    const tape::SourceCounts& counts,
    const ReplayProgress& progress,
    std::ostream& out
) {
    out << "replayed " << counted(counts.applied, "block") << ", "
        << counted(counts.reorgs, "reorg") << " (" << counted(counts.reverted, "block")
        << " taken back), " << counted(counts.all_logs, "log") << " (" << counts.logs
        << " watched), " << counted(fold.protocols().counts().holders, "account") << ", "
        << progress.speed() << '\n';
    if (const auto tip = fold.tip()) {
        out << "tip: block " << tip->ref.number << " (" << tip->ref.hash.hex() << ")\n";
    }
    for (std::size_t i = 0; i < fold.protocols().markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const std::string why = fold.protocols().of(market).degraded(market);
        if (!why.empty()) {
            out << "degraded: " << why << '\n';
        }
    }
}

/// Where markets are older than the tape, its first block is what they are read at.
Result<void> begin(
    OpenTape& tape,
    OfflineEngine& offline,
    tape::RecordedFeeds& feeds,
    TruthCheck* truth,
    std::ostream& out
) {
    if (tape.deployment.beginnings.empty()) {
        return {};
    }
    FAULTLINE_TRY(const auto line, tape.reader->next());
    if (!line || line->kind != tape::LineKind::kApplied) {
        return Error(
                   Code::kInvalid, tape.reader->place() + ": the tape does not begin with a block"
        )
            .advise("copy or record the tape again");
    }
    FAULTLINE_TRY(
        const rpc::RecordedBlock first,
        rpc::decode_recorded_block(
            line->json, eth::LogFilter::of_topics({tape::RecordedFeeds::topic0()})
        )
    );
    out << "begun at block " << first.header.ref.number << ", where some of it stands already\n";
    FAULTLINE_TRY_VOID(begin_at(tape.deployment, first, offline.store()));
    FAULTLINE_TRY_VOID(offline.engine().load());
    feeds.apply(first);
    if (truth != nullptr) {
        truth->compare(offline.engine().fold(), first);
    }
    return {};
}

int failed(std::ostream& err, const Error& error) {
    err << "faultline: " << error.message() << '\n';
    return exit_status(ExitCode::kFailed);
}

}  // namespace

int replay_tape(const ReplayTape& asked, std::ostream& out, std::ostream& err) {
    auto tape = open(asked.file);
    if (!tape) {
        return failed(err, tape.error());
    }
    print_deployment(*tape, asked.file, out);
    const auto log = obs::make_stderr_log(obs::Level::kError, obs::LogFormat::kText);
    OfflineEngine offline(
        {.chain_name = "tape", .deployments = tape->deployment.deployments, .rules = {}}, *log
    );
    ReplayProgress progress(offline.loop().clock(), err);
    Holes holes(offline.engine().fold().protocols());
    TruthCheck truth;
    auto feeds = tape::RecordedFeeds::of(tape->manifest);
    if (!feeds) {
        return failed(err, feeds.error());
    }
    if (auto begun = begin(*tape, offline, *feeds, asked.verify ? &truth : nullptr, out); !begun) {
        return failed(err, begun.error());
    }
    tape::TapeSource source(
        std::move(tape->reader),
        offline.engine(),
        {.feeds = &*feeds,
         .filter = protocol::filter_of(tape->deployment.deployments),
         .answer =
             [&](const eth::Read& read) {
                 auto answer = tape->deployment.answer(read);
                 if (answer) {
                     holes.add_stated(read);
                 }
                 return answer;
             },
         .on_hole =
             [&](const eth::Read& read, const eth::BlockRef& at) {
                 if (!eth::asks_what_it_is(read.data)) {
                     holes.add(read, at);
                 }
             },
         .on_committed =
             [&](const rpc::RecordedBlock& block) {
                 progress.at(block.header.ref);
                 if (asked.verify) {
                     truth.compare(offline.engine().fold(), block);
                 }
             }}
    );
    const Error ended = offline.run(source);
    print_summary(offline.engine().fold(), source.counts(), progress, out);
    if (const auto digest = digest_rows(offline.store())) {
        out << "state: " << digest->text() << '\n';
    }
    holes.print(out);
    if (asked.verify) {
        truth.print(out);
    }
    if (!source.ended()) {
        return failed(err, ended);
    }
    if (asked.verify && truth.compared() == 0) {
        err << "faultline: warning: nothing was compared, so nothing is verified; what is not "
               "covered, and why, is above\n";
    }
    if (source.cut()) {
        err << "faultline: warning: " << *source.cut() << '\n';
    }
    return exit_status(truth.mismatches() == 0 ? ExitCode::kOk : ExitCode::kFailed);
}

}  // namespace faultline::app
