// SPDX-License-Identifier: Apache-2.0
// What a protocol costs by its logs: the blocks of a tape folded from nothing, again and again,
// with the answers that each block was planned to need. usage: protocol_logs TAPE [ROUNDS=20]
// Decoding of JSON, planning, the store and alerts are not in it; the sealing of rows is.
#include "bench/cpu_seconds.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <algorithm>
#include <app/tape_deployment.hpp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace faultline;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::cerr << result.error().message() << '\n';
        std::exit(EXIT_FAILURE);
    }
    return *std::move(result);
}

/// A block to fold, or nothing where one is taken back.
using Step = std::optional<eth::Block>;

struct Recorded {
    app::TapeDeployment deployment;
    std::vector<Step> steps;
    std::size_t logs = 0;
    std::size_t reads = 0;
};

/// All logs of one deployment's protocol, and what it reads.
class Preparation {
  public:
    Preparation(Recorded& out, tape::RecordedFeeds feeds, const protocol::Deployments& of)
        : out_(out),
          feeds_(std::move(feeds)),
          filter_(protocol::filter_of(of)),
          protocols_(ledger_, of) {}

    void apply(const rpc::RecordedBlock& recorded) {
        feeds_.apply(recorded);
        eth::Block block;
        block.header = recorded.header;
        block.reads = recorded.calls;
        for (std::size_t i = 0; i < recorded.logs.size(); ++i) {
            if (filter_.wants(recorded.logs[i])) {
                block.logs.add(recorded.logs[i]);
            }
        }
        answer(block);
        std::vector<protocol::Incident> incidents;
        protocols_.apply(block, incidents);
        undo_.push_back(ledger_.seal());
        out_.logs += block.logs.size();
        out_.steps.emplace_back(std::move(block));
    }

    void revert() {
        feeds_.revert();
        must(ledger_.undo(undo_.back()));
        undo_.pop_back();
        out_.steps.emplace_back(std::nullopt);
    }

  private:
    void answer(eth::Block& block) {
        for (std::size_t answered = 1; answered != 0;) {
            answered = 0;
            for (const eth::Read& read : protocols_.plan_reads(block)) {
                if (block.made(read)) {
                    continue;
                }
                auto answer = feeds_.answer(read);
                if (!answer) {
                    answer = out_.deployment.answer(read);
                }
                if (answer) {
                    block.reads.push_back(*std::move(answer));
                    ++answered;
                }
            }
        }
        out_.reads += block.reads.size();
    }

    Recorded& out_;
    tape::RecordedFeeds feeds_;
    eth::LogFilter filter_;
    ledger::Ledger ledger_;
    protocol::Protocols protocols_;
    std::vector<std::vector<ledger::RowChange>> undo_;
};

Recorded read_tape(const std::string& file) {
    auto reader = must(tape::open_tape(file));
    const tape::Manifest manifest = must(tape::read_manifest(*reader));
    Recorded out;
    out.deployment = must(app::deployment_of(manifest));
    if (!out.deployment.beginnings.empty()) {
        std::cerr << "this tape begins in the middle; use one that does not\n";
        std::exit(EXIT_FAILURE);
    }
    Preparation preparation(
        out, must(tape::RecordedFeeds::of(manifest)), out.deployment.deployments
    );
    const eth::LogFilter filter =
        protocol::filter_of(out.deployment.deployments)
            .joined(eth::LogFilter::of_topics({tape::RecordedFeeds::topic0()}));
    while (const auto line = must(reader->next())) {
        if (line->kind == tape::LineKind::kApplied) {
            preparation.apply(must(rpc::decode_recorded_block(line->json, filter)));
        } else {
            preparation.revert();
        }
    }
    return out;
}

/// Folds all of it once; returns how many rows changed, so that nothing is optimised away.
std::size_t fold(const Recorded& recorded) {
    ledger::Ledger ledger;
    protocol::Protocols protocols(ledger, recorded.deployment.deployments);
    std::vector<std::vector<ledger::RowChange>> undo;
    std::vector<protocol::Incident> incidents;
    std::size_t changed = 0;
    for (const Step& step : recorded.steps) {
        if (step) {
            protocols.apply(*step, incidents);
            undo.push_back(ledger.seal());
            changed += undo.back().size();
        } else {
            must(ledger.undo(undo.back()));
            undo.pop_back();
        }
    }
    return changed;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: protocol_logs TAPE [ROUNDS=20]\n";
        return EXIT_FAILURE;
    }
    constexpr std::size_t kRounds = 20;
    const std::size_t rounds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : kRounds;
    const Recorded recorded = read_tape(argv[1]);
    std::size_t changed = 0;
    const double began = bench::cpu_seconds();
    for (std::size_t i = 0; i < rounds; ++i) {
        changed += fold(recorded);
    }
    const double seconds = bench::cpu_seconds() - began;
    const auto logs = static_cast<double>(recorded.logs * rounds);
    std::printf(
        "%zu logs, %zu reads, %zu blocks, %zu rounds (%zu rows changed): %.0f logs per CPU-second, "
        "%.2f us a log\n",
        recorded.logs,
        recorded.reads,
        recorded.steps.size(),
        rounds,
        changed,
        logs / seconds,
        seconds * 1e6 / logs
    );
    return EXIT_SUCCESS;
}
