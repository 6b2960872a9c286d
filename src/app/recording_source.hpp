// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/tape/line_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

struct RecordingOptions {
    eth::LogFilter filter;
    std::uint64_t truth_every = 0;
    std::optional<eth::BlockNum> to;
};

struct RecordingParts {
    chain::Source& source;  ///< What is recorded.
    const engine::Engine& engine;
    rpc::Node& node;
    rpc::EndpointOptions endpoint;
    net::HttpClient& http;
    runtime::Clock& clock;
    tape::LineWriter& tape;
    obs::Log& log;
};

/// Hands on another source's events and writes each to a tape: a block once it was committed, with
/// the answers its reads got, a revert before it is carried out. Thread: loop.
class RecordingSource final : public chain::Source {
  public:
    /// All parts outlive it.
    RecordingSource(RecordingOptions options, RecordingParts parts);

    /// As the source's. kMissing, and ended() is true, once `to` is written; kUnavailable when the
    /// tape cannot be written.
    runtime::Task<Result<eth::ChainEvent>> next() override;

    [[nodiscard]] bool ended() const noexcept { return ended_; }

    [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

    [[nodiscard]] std::size_t truths() const noexcept { return truths_; }

  private:
    runtime::Task<Result<void>> write(eth::Block block);
    runtime::Task<std::vector<rpc::RecordedView>> ask_truth(eth::BlockRef at);
    [[nodiscard]] std::vector<rpc::RecordedView> truth_to_ask() const;

    RecordingOptions options_;
    RecordingParts parts_;
    std::optional<eth::Block> under_way_;  ///< Given, and committed when next() is called.
    std::size_t blocks_ = 0;
    std::size_t live_blocks_ = 0;
    std::size_t truths_ = 0;
    bool ended_ = false;
};

}  // namespace faultline::app
