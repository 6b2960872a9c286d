// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/store/store.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace faultline::store {

/// A Store in memory, with the failures of a disk: for tests/sim and unit tests.
///
/// Fault model: crash() keeps every batch up to the last kSynced one and, of the buffered ones
/// after it, a prefix of `kept_buffered` whole batches (RocksDB's log is replayed to a whole
/// batch). A failing commit changes nothing. Not modelled: torn batches, bit rot.
class MemoryStore final : public Store {
  public:
    Result<void> commit(const Batch& batch, Durability durability) override;
    [[nodiscard]] Result<std::optional<Bytes>> get(Family family, BytesView key) const override;
    Result<void> scan(
        Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const override;

    /// The process or the machine dies: buffered batches beyond the first `kept_buffered` are gone.
    void crash(std::size_t kept_buffered);

    [[nodiscard]] std::size_t buffered() const noexcept { return buffered_.size(); }

    /// When set, commit asks it first and fails with the error it returns.
    void fail_commits(std::function<std::optional<Error>()> fault) { fault_ = std::move(fault); }

  private:
    using Map = std::map<Bytes, Bytes>;
    using Families = std::array<Map, kFamilyCount>;
    static void apply(Families& families, const Batch& batch);

    Families durable_;
    Families current_;
    std::vector<Batch> buffered_;
    std::function<std::optional<Error>()> fault_;
};

}  // namespace faultline::store
