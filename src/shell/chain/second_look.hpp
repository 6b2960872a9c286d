// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <deque>

namespace faultline::chain {

/// The live blocks that were handed out and are to be looked at once more, when their logs have
/// reached every backend of an endpoint.
class SecondLook {
  public:
    struct Seen {
        eth::BlockRef block;
        eth::LogList logs;
    };

    /// What a second answer says of the first.
    enum class Verdict : std::uint8_t {
        kSame,
        kMore,   ///< All that was there, and logs that were left out.
        kOther,  ///< Logs are gone or changed: one of the answers is wrong.
    };

    /// `after_blocks` 0: never.
    explicit SecondLook(std::uint64_t after_blocks) : after_blocks_(after_blocks) {}

    void handed_out(const eth::Block& block);

    /// Of how many of the blocks at the tip a process that begins cannot know that they were looked
    /// at: looks may have been late. 0: never.
    [[nodiscard]] std::uint64_t unsure_blocks() const noexcept;

    /// The next block that is old enough below `tip`, or nullptr. It stays the next one until
    /// done(), so that a look that fails is made again.
    [[nodiscard]] const Seen* due(const eth::BlockRef& tip) const;
    void done();

    /// What that block was handed out with; nullptr when it is not to be looked at any more.
    [[nodiscard]] const Seen* of(const eth::BlockRef& block) const;
    /// Blocks from that height on are taken back, and come again.
    void drop_from(eth::BlockNum number);

    /// By what logs are told apart.
    enum class By : std::uint8_t {
        kAll,
        kContent,  ///< What receipts prove: contract, topics, data and order, not where they lie.
    };

    static Verdict compare(const eth::LogList& first, const eth::LogList& second, By by = By::kAll);

  private:
    std::uint64_t after_blocks_;
    std::deque<Seen> seen_;
};

}  // namespace faultline::chain
