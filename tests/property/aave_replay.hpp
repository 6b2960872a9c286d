// SPDX-License-Identifier: Apache-2.0
// A market folded from a tape, without the engine in between.
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

inline constexpr std::size_t kWord = 32;

template <class T>
T checked(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message());
    }
    return *std::move(result);
}

/// What real contracts said, and what release they are of.
struct Recording {
    std::string name;
    std::uint8_t pool_revision = 0;
    std::uint8_t token_revision = 0;
    std::size_t answers = 0;  ///< Of Aave's contracts, that there is a figure for.
    /// Incidents that degrade nothing: the recorder did not ask for the price of a new asset in the
    /// block that listed it.
    std::size_t harmless = 0;
};

inline const Recording kMini{
    .name = "devnet-mini", .pool_revision = 10, .token_revision = 5, .answers = 9757, .harmless = 0
};
inline const Recording kV37{
    .name = "aave37-s1", .pool_revision = 11, .token_revision = 5, .answers = 94470, .harmless = 0
};
inline const Recording kV302{
    .name = "aave302-s1", .pool_revision = 1, .token_revision = 1, .answers = 108833, .harmless = 2
};

/// The tape, and a market folded from it.
class Replay {
  public:
    /// `also` are first topics of logs to see beside those that the market is folded from.
    explicit Replay(Recording recording = kMini, const std::vector<Hash32>& also = {})
        : recording_(std::move(recording)),
          reader_(checked(tape::open_tape(
              std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/" + recording_.name +
              ".jsonl.zst"
          ))),
          manifest_(checked(tape::read_manifest(*reader_))) {
        config_ = {
            .name = "recorded",
            .addresses_provider = address("provider"),
            .pool = address("pool"),
            .configurator = address("configurator"),
            .oracle = address("oracle"),
            .deployed_at = std::nullopt
        };
        ledger_.emplace();
        quarantine_.emplace(*ledger_);
        markets_.emplace(*ledger_, *quarantine_, std::vector{config_});
        topics_.insert(topics_.end(), also.begin(), also.end());
        std::ranges::sort(topics_);
    }

    /// Of the contract that the tape calls "aave." and that name.
    [[nodiscard]] Address address(const std::string& name) const {
        return checked(Address::from_hex(*manifest_.find("aave." + name)));
    }

    /// The next block that is applied, not folded yet; reverts before it are carried out.
    std::optional<rpc::RecordedBlock> next() {
        for (;;) {
            const auto line = checked(reader_->next());
            if (!line) {
                return std::nullopt;
            }
            if (line->kind == tape::LineKind::kApplied) {
                return checked(
                    rpc::decode_recorded_block(line->json, eth::LogFilter::of_topics(topics_))
                );
            }
            if (undo_.empty()) {
                return std::nullopt;  // It goes back below what was adopted.
            }
            REQUIRE(ledger_->undo(undo_.back()));
            undo_.pop_back();
        }
    }

    /// Folds it; returns how many incidents degraded the market.
    std::size_t apply(rpc::RecordedBlock& recorded) {
        eth::Block block = before(recorded, recorded.logs.size());
        const std::vector<protocol::Incident> incidents = markets_->apply(block);
        undo_.push_back(ledger_->seal());
        const auto degrading =
            static_cast<std::size_t>(std::ranges::count_if(incidents, &protocol::Incident::degrades)
            );
        harmless_ += incidents.size() - degrading;
        return degrading;
    }

    /// `look()` at the rows as they stand in the block before its log of that index, with the
    /// prices that `reads` answer.
    template <class Look>
    void look_before(
        const rpc::RecordedBlock& recorded,
        std::size_t log,
        const std::vector<eth::ReadAnswer>& reads,
        const Look& look
    ) {
        eth::Block block = before(recorded, log);
        block.reads = reads;
        answer_revision(block);
        static_cast<void>(markets_->apply(block));
        const auto changes = ledger_->seal();
        look();
        REQUIRE(ledger_->undo(changes));
    }

    /// Incidents so far that degraded nothing.
    [[nodiscard]] std::size_t harmless() const { return harmless_; }

    /// Goes on from these rows instead of those that were folded.
    void adopt(const std::vector<ledger::RowChange>& rows) {
        markets_.reset();
        quarantine_.reset();
        ledger_.emplace();
        quarantine_.emplace(*ledger_);
        markets_.emplace(*ledger_, *quarantine_, std::vector{config_});
        for (const ledger::RowChange& row : rows) {
            REQUIRE(ledger_->load(row.table, row.key, *row.after));
        }
        undo_.clear();
    }

    [[nodiscard]] std::vector<ledger::RowChange> dump() const { return ledger_->dump(); }

    [[nodiscard]] const aave::MarketConfig& config() const { return config_; }

    [[nodiscard]] const Recording& recording() const { return recording_; }

    [[nodiscard]] const aave::Tables& tables() const { return markets_->tables(); }

    [[nodiscard]] aave::Views views(const eth::Header& at) const {
        return {markets_->tables(), config_, 0, at};
    }

  private:
    /// The block with its first `logs` logs only.
    [[nodiscard]] eth::Block before(const rpc::RecordedBlock& recorded, std::size_t logs) const {
        eth::Block block;
        block.header = recorded.header;
        block.reads = recorded.calls;
        for (std::size_t i = 0; i < logs; ++i) {
            block.logs.add(recorded.logs[i]);
        }
        answer_revision(block);
        return block;
    }

    /// The reads the tape does not have: the revisions of contracts whose release is known.
    void answer_revision(eth::Block& block) const {
        for (const eth::Read& read : markets_->plan_reads(block)) {
            if (aave::call_name(read.data).ends_with("_REVISION()")) {
                Bytes word(kWord);
                word.back() = aave::call_name(read.data).starts_with("POOL")
                                  ? recording_.pool_revision
                                  : recording_.token_revision;
                block.reads.push_back(
                    {.read = read, .outcome = eth::ReadOutcome::kReturned, .result = word}
                );
            }
        }
    }

    Recording recording_;
    std::unique_ptr<tape::LineReader> reader_;
    tape::Manifest manifest_;
    std::vector<Hash32> topics_ = aave::Markets::topics();
    aave::MarketConfig config_;
    std::optional<ledger::Ledger> ledger_;
    std::optional<protocol::Quarantine> quarantine_;
    std::optional<aave::Markets> markets_;
    std::vector<std::vector<ledger::RowChange>> undo_;
    std::size_t harmless_ = 0;
};

struct Compared {
    std::size_t equal = 0;
    std::size_t different = 0;
};

inline void compare(const Replay& replay, const rpc::RecordedBlock& block, Compared& compared) {
    const aave::Views views = replay.views(block.header);
    for (const rpc::RecordedView& truth : block.truth) {
        const auto ours = views.answer(truth.answer.read);
        if (!ours || !ours->ok()) {
            continue;
        }
        std::size_t at = ours->value.array ? kWord : 0;
        bool equal = truth.answer.result.size() == at + (ours->value.words.size() * kWord);
        for (const auto& word : ours->value.words) {
            equal =
                equal &&
                (!word ||
                 *word == U256::from_be_bytes(BytesView(truth.answer.result).subspan(at, kWord)));
            at += kWord;
        }
        INFO(truth.label << " at block " << block.header.ref.number);
        CHECK_NOFAIL(equal);
        ++(equal ? compared.equal : compared.different);
    }
}

}  // namespace faultline::tests
