// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::store {

/// What a key is about. Each is a RocksDB column family of the same lower-case name.
enum class Family : std::uint8_t {
    kMeta,    ///< Schema, the engine's counters, delivery's notes.
    kRows,    ///< Journaled tables: table id (2 bytes), encoded row key.
    kUndo,    ///< Block number (8 bytes, big-endian): what reverting that block restores.
    kOutbox,  ///< Sequence number (8 bytes, big-endian): an alert transition not yet acknowledged.
    kDead,    ///< Sequence number, receiver's name: a transition it will not get, and why.
    kBlocks,  ///< Block number (8 bytes, big-endian): an applied block as it came.
    kGraph,   ///< Earlier exposure graphs, by block number.
};
inline constexpr std::size_t kFamilyCount = 7;

std::string_view family_name(Family family) noexcept;

/// Writes that become visible and durable together or not at all. A later one of the same key wins.
class Batch {
  public:
    struct Put {
        Family family;
        BytesView key;
        std::optional<BytesView> value;  ///< nullopt deletes.
    };

    void put(Family family, BytesView key, BytesView value);
    void erase(Family family, BytesView key);

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

    /// Valid until the batch changes. @pre index < size()
    [[nodiscard]] Put operator[](std::size_t index) const;

  private:
    struct Entry {
        std::size_t begin = 0;  ///< In bytes_: the key, then the value.
        std::size_t key_size = 0;
        std::size_t value_size = 0;
        Family family = Family::kMeta;
        bool erases = false;
    };

    void add(Entry entry, BytesView key, BytesView value);

    std::vector<Entry> entries_;
    Bytes bytes_;
};

enum class Durability : std::uint8_t {
    kSynced,    ///< On disk when commit returns: survives power loss.
    kBuffered,  ///< Survives the death of the process; later synced commits make it durable.
};

struct Entry {
    Bytes key;
    Bytes value;
    bool operator==(const Entry&) const = default;
};

/// Ordered key-value families with atomic batches. Keys order by bytes.
/// Thread: any, but commits must not overlap. Errors: kUnavailable for disk full or read-only (with
/// the path and what to do), kCorrupt for damaged data.
class Store {
  public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    virtual Result<void> commit(const Batch& batch, Durability durability) = 0;
    [[nodiscard]] virtual Result<std::optional<Bytes>> get(Family family, BytesView key) const = 0;
    /// Calls `visit` for each entry with key >= `from`, in key order, until it returns false.
    virtual Result<void> scan(
        Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const = 0;
};

/// Opens or creates a RocksDB at `path`. kUnavailable: not writable, held by another process, disk
/// full.
Result<std::unique_ptr<Store>> open_rocksdb(const std::string& path);

/// Opens what is at `path` for reading, also while a daemon writes it: as it was at this moment.
/// Commits are refused (kRejected). kUnavailable: there is no database, or it cannot be read.
Result<std::unique_ptr<Store>> open_rocksdb_read_only(const std::string& path);

}  // namespace faultline::store
