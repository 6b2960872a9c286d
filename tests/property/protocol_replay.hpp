// SPDX-License-Identifier: Apache-2.0
// The markets of a protocol folded from a tape, without the engine in between.
#pragma once

#include "unit/core/protocol/activities_told.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message());
    }
    return *std::move(result);
}

/// What was compared with the answers of contracts, by the label's part before the colon.
struct ViewTally {
    std::size_t equal = 0;
    std::size_t different = 0;
    std::map<std::string, std::size_t> left_out;        ///< Withheld, by label and reason.
    std::map<std::string, std::size_t> words_withheld;  ///< Of views compared otherwise.
    std::map<std::string, std::size_t> foreign;         ///< Nobody's contract.
};

/// tests/fixtures/tapes/NAME.jsonl.zst
inline std::unique_ptr<tape::LineReader> open_tape(const std::string& name) {
    return must(tape::open_tape(
        std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/" + name + ".jsonl.zst"
    ));
}

inline tape::Manifest manifest_of(const std::string& name) {
    return must(tape::read_manifest(*open_tape(name)));
}

/// Of a call that the protocol has no name for.
inline std::string selector_of(const eth::Read& read) {
    constexpr std::size_t kSelector = 4;
    return "selector " + to_hex(BytesView(read.data).first(std::min(read.data.size(), kSelector)));
}

class ProtocolReplay {
  public:
    using Deploy =
        std::function<std::unique_ptr<protocol::Deployment>(const tape::Manifest& manifest)>;
    using Answer = std::function<std::optional<eth::ReadAnswer>(const eth::Read& read)>;

    /// Called when a block is folded, and not sealed yet.
    std::function<void()> before_seal;
    /// Of the block folded last.
    std::vector<protocol::Incident> activities;

    /// The tape is tests/fixtures/tapes/NAME.jsonl.zst. `answer` is asked for what neither the tape
    /// nor its feeds answer.
    ProtocolReplay(const std::string& name, const Deploy& deploy, Answer answer = {})
        : answer_(std::move(answer)),
          reader_(open_tape(name)),
          manifest_(must(tape::read_manifest(*reader_))),
          feeds_(must(tape::RecordedFeeds::of(manifest_))),
          deployment_(deploy(manifest_)),
          filter_(deployment_->wanted_logs()),
          decoded_(filter_.joined(eth::LogFilter::of_topics({tape::RecordedFeeds::topic0()}))) {
        open();
    }

    /// The next block that is applied, not folded yet; reverts before it are carried out.
    std::optional<rpc::RecordedBlock> next() {
        for (;;) {
            const auto line = must(reader_->next());
            if (!line) {
                return std::nullopt;
            }
            if (line->kind == tape::LineKind::kApplied) {
                return must(rpc::decode_recorded_block(line->json, decoded_));
            }
            if (undo_.empty()) {
                return std::nullopt;  // It goes back below what was adopted.
            }
            REQUIRE(ledger_->undo(undo_.back()));
            undo_.pop_back();
            feeds_.revert();
            ++reverted_;
        }
    }

    /// Folds it; returns its incidents, but for activities.
    std::vector<protocol::Incident> apply(const rpc::RecordedBlock& recorded) {
        feeds_.apply(recorded);
        eth::Block block;
        block.header = recorded.header;
        block.live = recorded.live;
        block.reads = recorded.calls;
        for (std::size_t i = 0; i < recorded.logs.size(); ++i) {
            if (filter_.wants(recorded.logs[i])) {
                block.logs.add(recorded.logs[i]);
            }
        }
        answer_reads(block);
        std::vector<protocol::Incident> incidents;
        protocol_->apply(block, incidents);
        if (before_seal) {
            before_seal();
        }
        undo_.push_back(ledger_->seal());
        activities = protocol::activities_of(incidents);
        return incidents;
    }

    /// `look()` while the newest block is taken back; then it is there again.
    template <class F>
    void without_newest(F&& look) {
        const std::vector<ledger::RowChange> again = must(ledger_->undo(undo_.back()));
        std::forward<F>(look)();
        undo_.back() = must(ledger_->undo(again));
    }

    /// Our answers against all that the block's line tells.
    void compare(const rpc::RecordedBlock& block, ViewTally& tally) const {
        const auto views = protocol_->views(
            {.number = block.header.ref.number, .timestamp = block.header.timestamp},
            protocol::Trust::kWithhold
        );
        for (const rpc::RecordedView& truth : block.truth) {
            const std::string label = truth.label.substr(0, truth.label.find(':'));
            const auto ours = views->answer(truth.answer.read);
            if (!ours) {
                ++tally.foreign[label];
                continue;
            }
            switch (protocol::compare(*ours, truth.answer)) {
                case protocol::Compared::kLeftOut:
                    ++tally.left_out[label + ": " + ours->reason];
                    break;
                case protocol::Compared::kEqual:
                    ++tally.equal;
                    break;
                case protocol::Compared::kDiffers:
                    ++tally.different;
                    INFO(
                        truth.label << " at block " << block.header.ref.number << "\n expected "
                                    << protocol::text_of(truth.answer, ours->value.array)
                                    << "\n ours     " << protocol::text_of(ours->value)
                    );
                    CHECK_NOFAIL(false);
                    break;
            }
            if (const std::size_t words = protocol::words_withheld(ours->value); words > 0) {
                tally.words_withheld[label] += words;
            }
        }
    }

    /// Goes on from these rows instead of those that were folded.
    void adopt(const std::vector<ledger::RowChange>& rows) {
        open();
        for (const ledger::RowChange& row : rows) {
            REQUIRE(ledger_->load(row.table, row.key, *row.after));
        }
    }

    [[nodiscard]] std::vector<ledger::RowChange> dump() const { return ledger_->dump(); }

    [[nodiscard]] protocol::Protocol& protocol() { return *protocol_; }

    [[nodiscard]] const protocol::Protocol& protocol() const { return *protocol_; }

    [[nodiscard]] ledger::Ledger& ledger() { return *ledger_; }

    [[nodiscard]] const protocol::Quarantine& quarantine() const { return *quarantine_; }

    [[nodiscard]] const tape::Manifest& manifest() const { return manifest_; }

    /// Planned reads that nobody answered, by what they call.
    [[nodiscard]] const std::map<std::string, std::size_t>& holes() const { return holes_; }

    /// Planned reads in all.
    [[nodiscard]] std::size_t reads() const { return reads_; }

    [[nodiscard]] std::size_t reverted() const { return reverted_; }

  private:
    void open() {
        protocol_.reset();
        quarantine_.reset();
        ledger_.emplace();
        quarantine_.emplace(*ledger_);
        protocol_ = deployment_->open(*ledger_, *quarantine_, 0);
        undo_.clear();
    }

    void answer_reads(eth::Block& block) {
        for (;;) {
            std::size_t answered = 0;
            const std::vector<eth::Read> reads = protocol_->plan_reads(block);
            for (const eth::Read& read : reads) {
                if (block.made(read)) {
                    continue;
                }
                auto answer = feeds_.answer(read);
                if (!answer && answer_) {
                    answer = answer_(read);
                }
                if (answer) {
                    block.reads.push_back(*std::move(answer));
                    ++answered;
                }
            }
            if (answered != 0) {
                continue;
            }
            reads_ += reads.size();
            for (const eth::Read& read : reads) {
                if (!block.made(read)) {
                    ++holes_[protocol_->call_name(read.data).value_or(selector_of(read))];
                }
            }
            return;
        }
    }

    Answer answer_;
    std::unique_ptr<tape::LineReader> reader_;
    tape::Manifest manifest_;
    tape::RecordedFeeds feeds_;
    std::unique_ptr<protocol::Deployment> deployment_;
    eth::LogFilter filter_;
    eth::LogFilter decoded_;  ///< With what the feeds need.
    std::optional<ledger::Ledger> ledger_;
    std::optional<protocol::Quarantine> quarantine_;
    std::unique_ptr<protocol::Protocol> protocol_;
    std::vector<std::vector<ledger::RowChange>> undo_;
    std::map<std::string, std::size_t> holes_;
    std::size_t reads_ = 0;
    std::size_t reverted_ = 0;
};

}  // namespace faultline::tests
