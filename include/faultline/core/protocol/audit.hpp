// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

/// What to hold against the contracts' view functions, for ever and at random.
namespace faultline::protocol {

/// One view call and what we said of it when its block was the tip.
struct AuditCheck {
    Subject about;
    eth::Read read;
    Figure<ViewFigure> ours;
};

/// Everything that is to be asked at one block, by subject.
struct AuditSample {
    eth::BlockRef block;
    std::vector<AuditCheck> checks;
    bool degraded = false;  ///< Nobody is told our figures: they are what the rows would give.
};

/// Whom a sample is about besides those drawn.
using AuditSuspects = std::map<Subject, std::set<eth::Read>>;

/// `count` holders of a market, or all when there are fewer: those that come first when mixed with
/// `seed`. Each holder is as likely, and the order in which rows lie is not seen.
std::vector<Holder> draw_holders(
    const Protocol& protocol, MarketId market, std::uint64_t seed, std::size_t count
);

/// Whether a log names the address: emitted by it, or a topic or a word of its data.
bool names(const eth::Log& log, const Address& address);

struct AuditOptions {
    std::size_t accounts_per_sample = 8;
    std::size_t most_samples =
        64;  ///< Waiting for finality; while there are so many, none is taken.
};

/// Draws what to audit, keeps what we said of it at that block, and gives it out when the block is
/// final. The fold stands at the tip, and by the time a block is final our figures have moved on:
/// so they are captured while the block is the tip, and no row is ever rolled back for an audit.
class Audit {
  public:
    explicit Audit(AuditOptions options) : options_(options) {}

    /// Remembers which accounts the block's logs name: some of them are drawn.
    void saw(const eth::Block& block);

    /// Captures a sample of the next market in turn: mostly uniform draws, a quarter of accounts
    /// that changed lately, one part in turn, the market, and all of the market's suspects with
    /// the views that differed. The rows are those after `at`. Returns how many views it has; 0
    /// when nothing was captured: the block is captured already, or the market has no figures as
    /// of `at`, as is so in history. A degraded market is held to what its rows would give.
    std::size_t capture(
        const Protocols& protocols,
        const eth::Header& at,
        std::uint64_t seed,
        const AuditSuspects& suspects
    );

    /// Forgets samples of blocks that `ours` denies.
    template <class Ours>
    void drop_orphans(const Ours& ours) {
        std::erase_if(samples_, [&](const AuditSample& one) { return !ours(one.block); });
    }

    /// The oldest sample, when `ready` says so of its block.
    template <class Ready>
    std::optional<AuditSample> take(const Ready& ready) {
        if (samples_.empty() || !ready(samples_.front().block)) {
            return std::nullopt;
        }
        std::optional<AuditSample> out(std::move(samples_.front()));
        samples_.pop_front();
        return out;
    }

    [[nodiscard]] std::size_t waiting() const noexcept { return samples_.size(); }

  private:
    void make_room();
    [[nodiscard]] std::set<Subject> draw(
        const Protocol& protocol, MarketId market, std::uint64_t seed
    );

    AuditOptions options_;
    std::deque<AuditSample> samples_;  ///< Oldest first.
    std::deque<Address> lately_;       ///< Newest last; accounts and much else.
    std::size_t next_market_ = 0;
    std::map<MarketId, std::size_t> next_part_;
    std::optional<eth::BlockRef> captured_;
};

}  // namespace faultline::protocol
