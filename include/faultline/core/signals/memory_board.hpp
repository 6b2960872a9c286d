// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {

/// Signals by name, label and value. It may live from block to block: set what changed, erase what
/// is gone, and say which block it is.
///
/// Cost of each(): O(1) when the selector names with `=` all labels that signals of its name have;
/// otherwise what has the rarest of its `=` labels, or all signals of the name.
class MemoryBoard final : public Board {
  public:
    /// Without `series` all windows are kNoData. @pre series outlives it
    explicit MemoryBoard(const Series* series = nullptr) : series_(series) {}

    /// Windows end at this block from now on.
    void at(const At& block) { at_ = block; }

    /// Adds a signal, or replaces the one of its name and labels.
    void set(const Signal& signal);
    /// Nothing happens when there is none.
    void erase(std::string_view name, const Labels& labels);
    void clear();

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    std::size_t each(const Selector& selector, const BoardVisit& visit) const override;

    [[nodiscard]] Figure<Decimal> window(
        const Posted& posted, WindowFunction function, const Range& range
    ) const override;

  private:
    using Place = ledger::HashIndex::Place;

    /// The signals of a name.
    struct Named {
        std::vector<Posted> signals;
        ledger::HashIndex by_labels;
        /// Which have this label with this value.
        std::map<std::pair<std::string, std::string>, std::set<Place>> by_label;
        /// How many have labels of these names.
        std::map<std::vector<std::string>, std::size_t> shapes;
    };

    /// Which signals to look at.
    struct Rarest {
        const std::set<Place>* places = nullptr;  ///< All of the name without one.
        bool nobody = false;                      ///< A label has a value that no signal has.
    };

    static Rarest rarest_of(const Named& named, const Selector& selector);
    static Place find(const Named& named, const Labels& labels);
    static void link(Named& named, Place place);
    static void unlink(Named& named, Place place);

    const Series* series_;
    At at_;
    std::map<std::string, Named, std::less<>> names_;
    std::size_t size_ = 0;
};

}  // namespace faultline::signals
