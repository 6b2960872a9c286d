// SPDX-License-Identifier: Apache-2.0
// What a fold makes of recorded contracts is the same to the byte, whether one thread does all or
// two do what goes side by side.
#include "property/aave_deployment.hpp"
#include "property/compound_v3_replay.hpp"
#include "property/protocol_replay.hpp"
#include "unit/shell/store/temporary_folder.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/outcome.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/second_thread.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <catch2/catch.hpp>

#include <app/daemon_config.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

/// Counts what is handed over.
class Counted final : public ForkJoin {
  public:
    explicit Counted(ForkJoin& inner) : inner_(inner) {}

    void both(const std::function<void()>& here, const std::function<void()>& aside) override {
        ++count_;
        inner_.both(here, aside);
    }

    [[nodiscard]] std::size_t count() const { return count_; }

  private:
    ForkJoin& inner_;
    std::size_t count_ = 0;
};

/// The pack, as a daemon reads it.
rules::RuleSet shipped_rules() {
    const store::TemporaryFolder folder;
    const std::string file = folder.path() + "/pack.yaml";
    std::ofstream(file) << "store: {path: " << folder.path() << "/unused}\n"
                        << R"(chains:
  - name: recorded
    chain_id: 31337
    endpoints: [{name: none, url: "http://127.0.0.1:9"}]
    aave_v3:
      - name: recorded
        addresses_provider: "0x0000000000000000000000000000000000000001"
        pool: "0x0000000000000000000000000000000000000002"
        configurator: "0x0000000000000000000000000000000000000003"
        oracle: "0x0000000000000000000000000000000000000004"
        deployed_at: 1
labels: []
rule_files: [)" << FAULTLINE_SOURCE_DIR
                        << "/config/rules/]\n";
    auto config = app::load_config(file, config::process_surroundings());
    INFO((config ? "" : config.error().front().message()));
    REQUIRE(config);
    return std::move(config->rules);
}

struct Folded {
    std::vector<engine::Outcome> outcomes;
    std::vector<ledger::RowChange> rows;  ///< All, at the end.
    std::size_t transitions = 0;
    std::size_t reverted = 0;
};

/// A tape's blocks, each live.
class TapeFold {
  public:
    TapeFold(
        const std::string& name,
        const ProtocolReplay::Deploy& deploy,
        ProtocolReplay::Answer answer,
        ForkJoin& fork_join
    )
        : answer_(std::move(answer)),
          reader_(open_tape(name)),
          manifest_(must(tape::read_manifest(*reader_))),
          feeds_(must(tape::RecordedFeeds::of(manifest_))),
          deployments_(deployments(deploy)),
          filter_(protocol::filter_of(deployments_)),
          decoded_(filter_.joined(eth::LogFilter::of_topics({tape::RecordedFeeds::topic0()}))),
          fold_({.chain_name = "recorded", .deployments = deployments_, .rules = shipped_rules()}) {
        fold_.work_with(fork_join);
    }

    Folded run() {
        Folded out;
        while (const auto line = must(reader_->next())) {
            if (line->kind == tape::LineKind::kApplied) {
                apply(must(rpc::decode_recorded_block(line->json, decoded_)), out);
                continue;
            }
            out.outcomes.push_back(must(fold_.revert(undo_.back())));
            undo_.pop_back();
            feeds_.revert();
            ++out.reverted;
        }
        out.rows = fold_.dump();
        return out;
    }

  private:
    protocol::Deployments deployments(const ProtocolReplay::Deploy& deploy) {
        protocol::Deployments out;
        out.emplace_back(deploy(manifest_));
        return out;
    }

    void apply(const rpc::RecordedBlock& recorded, Folded& out) {
        feeds_.apply(recorded);
        eth::Block block;
        block.header = recorded.header;
        block.live = true;
        block.reads = recorded.calls;
        for (std::size_t i = 0; i < recorded.logs.size(); ++i) {
            if (filter_.wants(recorded.logs[i])) {
                block.logs.add(recorded.logs[i]);
            }
        }
        answer_reads(block);
        engine::Outcome outcome =
            fold_.apply(block, static_cast<std::uint32_t>(out.outcomes.size()));
        undo_.push_back({block.ref(), outcome.rows, {}});
        out.transitions += outcome.transitions.size();
        out.outcomes.push_back(std::move(outcome));
    }

    void answer_reads(eth::Block& block) {
        for (bool answered = true; answered;) {
            answered = false;
            for (const eth::Read& read : fold_.plan_reads(block)) {
                auto answer = feeds_.answer(read);
                if (!answer && answer_) {
                    answer = answer_(read);
                }
                if (answer && !block.made(read)) {
                    block.reads.push_back(*std::move(answer));
                    answered = true;
                }
            }
        }
    }

    ProtocolReplay::Answer answer_;
    std::unique_ptr<tape::LineReader> reader_;
    tape::Manifest manifest_;
    tape::RecordedFeeds feeds_;
    protocol::Deployments deployments_;
    eth::LogFilter filter_;
    eth::LogFilter decoded_;
    engine::Fold fold_;
    std::vector<engine::UndoRecord> undo_;
};

void check_both(
    const std::string& name,
    const ProtocolReplay::Deploy& deploy,
    const ProtocolReplay::Answer& answer
) {
    InTurn in_turn;
    const Folded one = TapeFold(name, deploy, answer, in_turn).run();
    const auto second_thread = runtime::make_second_thread();
    Counted counted(*second_thread);
    const Folded two = TapeFold(name, deploy, answer, counted).run();
    REQUIRE(one.outcomes.size() == two.outcomes.size());
    for (std::size_t i = 0; i < one.outcomes.size(); ++i) {
        INFO("block " << i);
        REQUIRE(one.outcomes[i].rows == two.outcomes[i].rows);
        REQUIRE(one.outcomes[i].transitions == two.outcomes[i].transitions);
    }
    CHECK(one.rows == two.rows);
    WARN(
        name << ": " << one.outcomes.size() << " blocks, " << one.reverted << " taken back, "
             << one.transitions << " transitions, " << counted.count() << " times side by side"
    );
    CHECK(one.transitions > 0);
    CHECK(counted.count() > one.outcomes.size() / 2);
}

}  // namespace

TEST_CASE("two threads fold Aave's tape to the bytes of one") {
    check_both(kMini.name, aave_deployment, revisions(kMini));
}

TEST_CASE("two threads fold a Comet's tape to the bytes of one") {
    check_both("comet-s1", comet_deployment, {});
}

}  // namespace faultline::tests
