// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery::testing {

/// One row of the outbox, as the model sees it.
struct ModelRow {
    enum class Says : std::uint8_t {
        kFires,
        kStill,
        kEnds
    };

    explicit ModelRow(alerts::Transition said) : transition(std::move(said)) {}

    [[nodiscard]] bool is(alerts::Kind kind) const { return transition.kind == kind; }

    [[nodiscard]] Says says() const {
        if (transition.repeated) {
            return Says::kStill;
        }
        const bool fires = is(alerts::Kind::kFiring) ||
                           (is(alerts::Kind::kRetracted) && !retracts(alerts::Kind::kFiring));
        return fires ? Says::kFires : Says::kEnds;
    }

    [[nodiscard]] bool retracts(alerts::Kind kind) const {
        return is(alerts::Kind::kRetracted) && transition.retracts == kind;
    }

    [[nodiscard]] bool takes_back() const {
        return is(alerts::Kind::kRetracted) || transition.news == alerts::News::kTakenBack;
    }

    [[nodiscard]] bool waits() const {
        return transition.wait_for != eth::Finality::kLatest && !takes_back();
    }

    alerts::Transition transition;
};

/// What receivers hear of one alert each, by the plainest rules that there are: a row is told in
/// its turn, when its block is final and nothing keeps it back.
class HeardModel {
  public:
    using Sequence = std::uint64_t;

    /// What surrounds the model.
    struct Around {
        /// How long after it was seen that receiver is told; nullopt: it is not.
        std::function<std::optional<Duration>(const ModelRow&)> placement;
        std::function<bool(const ModelRow&)> quiet;    ///< Silenced or inhibited.
        std::function<bool(const ModelRow&)> in_hand;  ///< Acknowledged.
        std::function<bool(const ModelRow&)> final;    ///< As its rule asks.
        std::function<UnixMillis()> now;
    };

    explicit HeardModel(Around around) : around_(std::move(around)) {}

    /// A row comes; settle() is to follow. `maybe_sent`: it may have come before, to a process that
    /// died of it.
    void take(Sequence sequence, const ModelRow& row, bool maybe_sent = false) {
        if (!annuls(row) && !(row.transition.repeated && row.is(alerts::Kind::kRetracted))) {
            place(sequence, row, maybe_sent);
        }
    }

    /// Time passed, or somebody decided something.
    void settle() {
        while (!items_.empty() && settle_first()) {
        }
    }

    /// Another process, maybe with other routes; settle() is to follow.
    void restart() {
        std::vector<Item> before = std::exchange(items_, {});
        for (const Item& item : before) {
            if (item.untold && !item.kept) {
                untold_.insert(*item.untold);
            }
        }
        for (Item& item : before) {
            // Of what it was over by, the next process hears again.
            item.over = false;
            if (item.kept) {
                items_.push_back(std::move(item));
            } else {
                take(item.sequence, item.row);
            }
        }
    }

    /// It is no receiver any more.
    void remove() {
        items_.clear();
        untold_.clear();
    }

    /// The alert fires, and this receiver was not there when that was told.
    void begin_untold() { untold_.insert(-1); }

    /// Rows that the outbox has because of this receiver.
    void rows(std::map<Sequence, ModelRow>& out) const {
        for (const Item& item : items_) {
            if (!item.kept) {
                out.emplace(item.sequence, item.row);
            }
        }
    }

    /// Keys, in order.
    std::vector<std::string> told;

  private:
    using Says = ModelRow::Says;
    /// A sequence number, or what was before all rows.
    using Note = std::int64_t;

    struct Item {
        Sequence sequence = 0;
        ModelRow row;
        UnixMillis since;
        std::optional<Note> untold = std::nullopt;  ///< Nobody had told of the alert before.
        bool gated = false;                         ///< Something kept it back.
        bool kept = false;                          ///< It left the outbox.
        bool maybe_sent = false;
        bool over = false;  ///< While it was held, its end came, which waits.
    };

    [[nodiscard]] bool held(const Item& item) const {
        const auto after = around_.placement(item.row);
        if (item.over || around_.quiet(item.row) || !after) {
            return true;
        }
        const std::int64_t waited_ms = around_.now().value - item.since.value;
        return *after > Duration::zero() &&
               (around_.in_hand(item.row) || std::chrono::milliseconds(waited_ms) < *after);
    }

    /// Of a row that says that the alert still fires. What is new, nobody has in hand.
    [[nodiscard]] bool is_of_no_use(const ModelRow& row) const {
        const bool known = row.transition.news == alerts::News::kNone && around_.in_hand(row);
        return around_.quiet(row) || known;
    }

    std::optional<Note> take_note(Sequence before) {
        if (untold_.empty() || *untold_.begin() >= static_cast<Note>(before)) {
            return std::nullopt;
        }
        return untold_.extract(untold_.begin()).value();
    }

    void give_back(const Item& item) {
        if (item.untold) {
            untold_.insert(*item.untold);
        }
    }

    /// What was taken back before it was told is not told, nor what came of it.
    bool annuls(const ModelRow& row) {
        if (!row.takes_back()) {
            return false;
        }
        const auto found = std::ranges::find_if(items_, [&row](const Item& item) {
            return item.gated && !item.maybe_sent &&
                   item.row.transition.episode == row.transition.episode &&
                   item.row.transition.block == row.transition.block;
        });
        if (found == items_.end()) {
            return false;
        }
        if (found->row.says() == Says::kStill) {
            give_back(*found);
            items_.erase(found);
        } else {
            const bool end = found->row.says() == Says::kEnds;
            items_.erase(found, items_.end());
            if (const auto before = firing(); end && before != items_.end()) {
                before->over = false;
            }
        }
        return true;
    }

    /// The firing that the last items are about, while it is not told.
    [[nodiscard]] std::vector<Item>::iterator firing() {
        auto at = items_.end();
        while (at != items_.begin()) {
            --at;
            if (at->row.says() != Says::kStill) {
                return at->row.says() == Says::kFires ? at : items_.end();
            }
        }
        return items_.end();
    }

    void place(Sequence sequence, const ModelRow& row, bool maybe_sent) {
        Item item{.sequence = sequence, .row = row, .since = around_.now()};
        item.gated = row.waits();
        item.maybe_sent =
            maybe_sent && !row.waits() && (items_.empty() || items_.back().maybe_sent);
        const auto before = firing();
        const bool firing_is_held = before != items_.end() && held(*before);
        if (row.says() == Says::kEnds) {
            const bool goes_with_it = firing_is_held && !before->maybe_sent;
            if (goes_with_it && row.waits()) {
                before->over = true;
                items_.push_back(std::move(item));
                return;
            }
            if (firing_is_held) {
                items_.erase(before, items_.end());
            }
            if (!goes_with_it && !take_note(sequence)) {
                items_.push_back(std::move(item));
            }
            return;
        }
        if (!around_.placement(row)) {
            if (row.says() == Says::kFires) {
                untold_.insert(static_cast<Note>(sequence));
            }
            return;
        }
        if (row.says() == Says::kStill) {
            if (is_of_no_use(row) || firing_is_held) {
                return;
            }
        } else {
            const bool is_held = held(item);
            item.gated = item.gated || is_held;
            item.kept = is_held && items_.empty();
        }
        item.untold = take_note(sequence);
        items_.push_back(std::move(item));
    }

    /// False: the first item stays.
    bool settle_first() {
        Item& first = items_.front();
        if (first.row.says() == Says::kFires && held(first)) {
            const auto end = std::ranges::find_if(items_, [](const Item& item) {
                return item.row.says() == Says::kEnds;
            });
            const bool waits = end != items_.end() && !first.maybe_sent && end->row.waits() &&
                               !around_.final(end->row);
            if (end == items_.end() || waits) {
                first.gated = true;
                first.kept = true;
                first.over = waits;
                return false;
            }
            items_.erase(items_.begin(), first.maybe_sent ? end : end + 1);
            return true;
        }
        if (first.row.waits() && !around_.final(first.row)) {
            return false;
        }
        if (first.row.says() == Says::kStill && is_of_no_use(first.row)) {
            give_back(first);
        } else {
            told.push_back(first.row.transition.key());
        }
        items_.erase(items_.begin());
        return true;
    }

    Around around_;
    std::vector<Item> items_;  ///< Not told yet.
    std::set<Note> untold_;    ///< The alert stands since that row, of which nobody told it.
};

}  // namespace faultline::delivery::testing
