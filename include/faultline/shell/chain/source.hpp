// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>
#include <vector>

namespace faultline::chain {

/// Where blocks come from: a live node, a tape, a simulation. Nothing above can tell them apart.
/// Pull-based: next() is called only after the previous event was applied, so the planner it asks
/// for reads sees the state the block will be applied to. It is committed by then, too, unless
/// has_history() allowed to wait. Thread: loop.
class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// The next event of the stream (contract: eth::ChainEvent). Waits as long as the chain does
    /// not move and retries what can be retried; an error means the stream cannot go on by itself:
    /// kRejected for a reorg deeper than the undo window or a wrong chain id, with what to do.
    virtual runtime::Task<Result<eth::ChainEvent>> next() = 0;

    /// Whether next() will deliver a deep block (eth::Block::deep) at once and without fail,
    /// provided that the last event is applied by then. It need not be committed: a run of such
    /// blocks may become durable together.
    [[nodiscard]] virtual bool has_history() const { return false; }
};

/// What the source must know of the state it feeds; implemented by the engine.
class AppliedChain {
  public:
    AppliedChain() = default;
    AppliedChain(const AppliedChain&) = delete;
    AppliedChain& operator=(const AppliedChain&) = delete;
    virtual ~AppliedChain() = default;

    /// The last block applied and not reverted; nullopt before the first.
    [[nodiscard]] virtual std::optional<eth::BlockRef> tip() const = 0;
    /// The applied block of that height, as far back as the undo window reaches.
    [[nodiscard]] virtual std::optional<eth::BlockRef> applied(eth::BlockNum number) const = 0;

    /// A block as it was applied; nullopt when it is not kept.
    [[nodiscard]] virtual std::optional<eth::Block> kept(eth::BlockNum /*number*/) const {
        return std::nullopt;
    }

    /// The view calls a block still needs, given the answers in it, before it is applied. Asked
    /// again with the new answers until it is empty: one answer may call for another question.
    /// Of history only what no block changes, so that it can be asked at the head: no endpoint need
    /// have old state. None for a deep block (Source::has_history() relies on it).
    [[nodiscard]] virtual std::vector<eth::Read> plan_reads(const eth::Block& block) const = 0;

    /// Whether a block of history with these logs may need reads, and so cannot be deep.
    [[nodiscard]] virtual bool asks_in_history(const eth::LogList& /*logs*/) const { return false; }
};

}  // namespace faultline::chain
