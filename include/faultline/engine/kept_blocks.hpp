// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <limits>
#include <optional>

namespace faultline::engine {

/// How many applied blocks to keep as they came: header, watched logs, answers, evidence.
struct KeepBlocks {
    static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

    /// The newest so many of those that were followed live; 0 keeps none, kAll history too.
    std::uint64_t newest = 0;
};

/// The blocks kept in a store (Family::kBlocks), written and pruned in the batches of their rows.
class KeptBlocks {
  public:
    explicit KeptBlocks(KeepBlocks keep = {}) : keep_(keep) {}

    /// Finds the oldest block that is kept.
    Result<void> load(const store::Store& store);

    /// Adds the block, and takes out some of those that are too old by now: at most so many that
    /// the batch stays small.
    void applied(store::Batch& batch, const eth::Block& block);

    void reverted(store::Batch& batch, eth::BlockNum number) const;

  private:
    KeepBlocks keep_;
    std::optional<eth::BlockNum> oldest_;  ///< At or below every block that is kept.
};

struct KeptRange {
    eth::BlockNum first = 0;
    eth::BlockNum last = 0;
};

/// The first and last block kept; blocks between them may be absent. nullopt when there is none.
Result<std::optional<KeptRange>> kept_range(const store::Store& store);

/// Whether the store has what it takes to take back that block and all above it.
Result<bool> can_take_back(const store::Store& store, eth::BlockNum number);

/// A block as it was applied; kMissing when it is not kept, kCorrupt when it is damaged.
Result<eth::Block> kept_block(const store::Store& store, eth::BlockNum number);

}  // namespace faultline::engine
