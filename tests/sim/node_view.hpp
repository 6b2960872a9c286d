// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/chain_model.hpp"

#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace faultline::sim {

/// What the simulated node holds to be the chain. Normally that is the model's canonical path; a
/// node that lags keeps an old one, orphans and all, until it catches up in one step.
class NodeView {
  public:
    explicit NodeView(const ChainModel& chain) : chain_(chain) {}

    /// Stops following the chain, as it was `behind` blocks ago. @pre behind <= the chain's head
    void freeze(std::uint64_t behind) {
        Path path = chain_.path();
        path.resize(path.size() - behind);
        const std::uint64_t known = chain_.find(path.back())->born + 1;
        frozen_ = Frozen{std::move(path), known};
    }

    /// Follows the chain again.

    void thaw() { frozen_.reset(); }

    [[nodiscard]] bool lags() const { return frozen_.has_value(); }

    [[nodiscard]] const Path& path() const { return frozen_ ? frozen_->path : chain_.path(); }

    [[nodiscard]] eth::BlockNum head() const { return path().size() - 1; }

    /// nullptr above the head.
    [[nodiscard]] const ModelBlock* at(eth::BlockNum number) const {
        return number <= head() ? chain_.find(path()[number]) : nullptr;
    }

    /// A block by hash; `orphans` says whether blocks off the path are still known.
    [[nodiscard]] const ModelBlock* find(const Hash32& hash, bool orphans) const {
        const ModelBlock* block = chain_.find(hash);
        if (block == nullptr || (frozen_ && block->born >= frozen_->blocks_made)) {
            return nullptr;
        }
        return orphans || at(block->header.ref.number) == block ? block : nullptr;
    }

  private:
    struct Frozen {
        Path path;
        std::uint64_t blocks_made = 0;
    };

    const ChainModel& chain_;
    std::optional<Frozen> frozen_;
};

}  // namespace faultline::sim
