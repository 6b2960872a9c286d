// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <functional>
#include <utility>

namespace faultline::sim {

/// The disk. Shows every batch that was committed to whoever checks, and fails as disks do:
///  - disk full: commits fail and change nothing, until there is room again;
///  - death in mid-commit: the process dies while a commit is under way, which is then there as a
///    whole or not at all; nothing is committed after it;
///  - crash: of the batches that were not synced, any number of the oldest survive.
/// What must survive: rows, checkpoint, undo records and outbox of a whole number of blocks.
class ObservedStore final : public store::Store {
  public:
    Result<void> commit(const store::Batch& batch, store::Durability durability) override;

    [[nodiscard]] Result<std::optional<Bytes>> get(store::Family family, BytesView key)
        const override {
        return memory_.get(family, key);
    }

    Result<void> scan(
        store::Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const override {
        return memory_.scan(family, from, visit);
    }

    void on_commit(std::function<void(const store::Batch&)> observe) {
        observe_ = std::move(observe);
    }

    void disk_full(bool on) { full_ = on; }

    [[nodiscard]] bool full() const { return full_; }

    /// The next commit is the process's last act; `written` says whether it gets to the disk.
    void die_at_commit(bool written) { dies_ = written ? Death::kAfter : Death::kBefore; }

    [[nodiscard]] bool dead() const { return dead_; }

    /// What the next process finds.
    void crash(runtime::Random& random);

  private:
    enum class Death {
        kNone,
        kBefore,
        kAfter
    };

    store::MemoryStore memory_;
    std::function<void(const store::Batch&)> observe_;
    bool full_ = false;
    Death dies_ = Death::kNone;
    bool dead_ = false;
};

}  // namespace faultline::sim
