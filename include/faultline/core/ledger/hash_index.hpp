// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace faultline::ledger {

/// Tells where in a list the element of a key is: a hash table of 8 bytes a slot with the list's
/// places in it, for those who keep their elements themselves, in an order of their own.
/// Open addressing: a search looks at neighbouring slots until one is free. Pure.
class HashIndex {
  public:
    using Place = std::uint32_t;
    static constexpr Place kNone = std::numeric_limits<Place>::max();

    /// The place for which `is_it(Place)` says so among those of this hash; kNone without one.
    template <class IsIt>
    [[nodiscard]] Place find(std::size_t hash, IsIt&& is_it) const {
        if (slots_.empty()) {
            return kNone;
        }
        const std::uint32_t tag = tag_of(hash);
        for (std::size_t at = home(tag); slots_[at].place != kNone; at = after(at)) {
            if (slots_[at].tag == tag && is_it(slots_[at].place)) {
                return slots_[at].place;
            }
        }
        return kNone;
    }

    /// @pre the place is not in it
    void insert(std::size_t hash, Place place) {
        FAULTLINE_ASSERT(place != kNone);
        if ((size_ + 1) * 4 > slots_.size() * 3) {
            grow();
        }
        set({.tag = tag_of(hash), .place = place});
        ++size_;
    }

    /// @pre the place is in it, with this hash
    void erase(std::size_t hash, Place place) {
        std::size_t hole = slot_of(hash, place);
        // What follows moves up, as far as it may: a search must not meet a free slot on its way.
        for (std::size_t at = after(hole); slots_[at].place != kNone; at = after(at)) {
            if (distance(home(slots_[at].tag), at) >= distance(hole, at)) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole] = {};
        --size_;
    }

    /// The element has another place now. @pre `from` is in it, with this hash
    void move(std::size_t hash, Place from, Place to) { slots_[slot_of(hash, from)].place = to; }

  private:
    struct Slot {
        std::uint32_t tag = 0;
        Place place = kNone;
    };

    static constexpr std::size_t kFewest = 16;

    /// 32 bits that depend on all of the hash, the low ones too.
    static std::uint32_t tag_of(std::size_t hash) noexcept {
        return static_cast<std::uint32_t>((hash * 0x9e3779b97f4a7c15ULL) >> 32U);
    }

    [[nodiscard]] std::size_t home(std::uint32_t tag) const noexcept {
        return tag & (slots_.size() - 1);
    }

    [[nodiscard]] std::size_t after(std::size_t at) const noexcept {
        return (at + 1) & (slots_.size() - 1);
    }

    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const noexcept {
        return (to - from) & (slots_.size() - 1);
    }

    [[nodiscard]] std::size_t slot_of(std::size_t hash, Place place) const {
        FAULTLINE_ASSERT(size_ != 0);
        std::size_t at = home(tag_of(hash));
        for (; slots_[at].place != place; at = after(at)) {
            FAULTLINE_ASSERT(slots_[at].place != kNone);
        }
        return at;
    }

    void set(const Slot& slot) {
        std::size_t at = home(slot.tag);
        while (slots_[at].place != kNone) {
            at = after(at);
        }
        slots_[at] = slot;
    }

    void grow() {
        const std::size_t size = slots_.empty() ? kFewest : 2 * slots_.size();
        const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(size));
        for (const Slot& slot : before) {
            if (slot.place != kNone) {
                set(slot);
            }
        }
    }

    std::vector<Slot> slots_;  ///< A power of two of them, a quarter or more free.
    std::size_t size_ = 0;
};

}  // namespace faultline::ledger
