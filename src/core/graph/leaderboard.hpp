// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace faultline::graph {

/// The largest legs of one part and side, exactly, of any number of them in little memory: the
/// first `size` and a reserve of those behind, so that a scan over all legs is needed only after
/// most of the reserve has shrunk away. Equal legs are ordered by holder.
class Leaderboard {
  public:
    struct Entry {
        U256 units;
        protocol::Holder holder;

        /// The larger first.
        friend std::strong_ordering operator<=>(const Entry& a, const Entry& b) {
            const auto by_units = b.units <=> a.units;
            return by_units != 0 ? by_units : a.holder <=> b.holder;
        }

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    /// Who is kept no more, who is now, and whom that brought into top() or took out of it: the
    /// holder that was set, at most, and one who makes room or takes the place.
    struct Change {
        std::optional<protocol::Holder> forgotten;
        bool kept = false;  ///< The holder that was set.
        std::optional<protocol::Holder> left;
        std::optional<protocol::Holder> joined;
    };

    explicit Leaderboard(std::size_t size) : size_(size) {}

    /// A holder's leg is that now; 0: it has none any more.
    Change set(const protocol::Holder& holder, const U256& units);

    /// The same of a holder that is not among the entries: for scans.
    Change offer(const protocol::Holder& holder, const U256& units);

    /// Whether a leg of a holder that is not among the entries would be. Most are not.
    [[nodiscard]] bool would_keep(const protocol::Holder& holder, const U256& units) const;

    /// Whether there may be a larger leg than those of top(): then clear() it, and set() all.
    [[nodiscard]] bool needs_scan() const noexcept {
        return best_outsider_ && entries_.size() < size_;
    }

    void clear();

    /// All that are kept, largest first.
    [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }

    /// The first `size` of them, largest first. @pre !needs_scan()
    [[nodiscard]] std::span<const Entry> top() const noexcept;

  private:
    Change shift(std::size_t was, const Entry& entry);

    /// How many are kept for each that is shown.
    static constexpr std::size_t kReserve = 8;

    std::size_t size_;
    std::vector<Entry> entries_;  ///< Sorted; whoever is not among them ranks behind all of them.
    std::optional<Entry> best_outsider_;  ///< No outsider ranks before it; nullopt: there is none.
};

}  // namespace faultline::graph
