// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace faultline::tape {

/// Who wants to know of what a tape says and lacks. All but `filter` may be empty.
struct SourceOptions {
    /// Answers price reads that the tape lacks; follows its lines. Outlives the source.
    RecordedFeeds* feeds = nullptr;
    eth::LogFilter filter;  ///< Other logs of the tape are left out.
    /// Answers a read that a block on the tape lacks, from what else the tape says; nullopt when it
    /// does not say.
    std::function<std::optional<eth::ReadAnswer>(const eth::Read&)> answer;
    /// A read that was planned, is not on the tape, and was not answered: the fold goes on without.
    std::function<void(const eth::Read&, const eth::BlockRef&)> on_hole;
    /// Once a block was committed, before the next line: its header and truth (logs and calls were
    /// given away).
    std::function<void(const rpc::RecordedBlock&)> on_committed;
};

/// What was read so far.
struct SourceCounts {
    std::size_t applied = 0;
    std::size_t reverted = 0;
    std::size_t reorgs = 0;  ///< Runs of reverted lines.
    std::size_t logs = 0;    ///< Of the filter.
    std::size_t all_logs = 0;
};

/// Blocks from a tape, in the order of its lines. Reads the file on the thread that asks. Thread:
/// loop.
class TapeSource final : public chain::Source {
  public:
    /// `applied` outlives it. @pre the reader's manifest was read
    TapeSource(
        std::unique_ptr<LineReader> reader,
        const chain::AppliedChain& applied,
        SourceOptions options
    );

    /// At the end: kMissing, and ended() is true. kInvalid, with file and line, for a line that
    /// does not follow from the ones before.
    runtime::Task<Result<eth::ChainEvent>> next() override;

    [[nodiscard]] bool ended() const noexcept { return ended_; }

    /// LineReader::cut
    [[nodiscard]] const std::optional<std::string>& cut() const { return reader_->cut(); }

    [[nodiscard]] const SourceCounts& counts() const noexcept { return counts_; }

  private:
    Result<eth::ChainEvent> read();
    Result<eth::ChainEvent> apply(std::string_view json);
    Result<eth::ChainEvent> revert(std::string_view json);
    void answer_reads(eth::Block& block) const;
    [[nodiscard]] eth::LogList wanted(eth::LogList logs) const;
    [[nodiscard]] Error wrong(Error error) const;
    [[nodiscard]] Error wrong(std::string what) const;

    std::unique_ptr<LineReader> reader_;
    const chain::AppliedChain& applied_;
    SourceOptions options_;
    eth::LogFilter decoded_;  ///< With what the feeds need.
    SourceCounts counts_;
    std::optional<rpc::RecordedBlock> under_way_;  ///< Given, and committed when next() is called.
    bool reverting_ = false;
    bool ended_ = false;
};

}  // namespace faultline::tape
