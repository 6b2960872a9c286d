// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

std::size_t hash(const Labels& labels) {
    return hash_of({}, labels);
}

std::vector<std::string> names_of(const Labels& labels) {
    std::vector<std::string> names;
    names.reserve(labels.size());
    for (const auto& [label, value] : labels) {
        names.push_back(label);
    }
    return names;
}

/// The labels that a signal has to have, when the selector says so of each of them.
std::optional<Labels> exact(const Selector& selector) {
    Labels labels;
    for (const Matcher& matcher : selector.matchers) {
        if (matcher.kind != MatchKind::kIs || matcher.value.empty() ||
            !labels.emplace(matcher.label, matcher.value).second) {
            return std::nullopt;
        }
    }
    return labels;
}

}  // namespace

MemoryBoard::Place MemoryBoard::find(const Named& named, const Labels& labels) {
    return named.by_labels.find(hash(labels), [&](Place place) {
        return named.signals[place].signal.labels == labels;
    });
}

void MemoryBoard::link(Named& named, Place place) {
    const Labels& labels = named.signals[place].signal.labels;
    named.by_labels.insert(hash(labels), place);
    for (const auto& label : labels) {
        named.by_label[label].insert(place);
    }
}

void MemoryBoard::unlink(Named& named, Place place) {
    const Labels& labels = named.signals[place].signal.labels;
    named.by_labels.erase(hash(labels), place);
    for (const auto& label : labels) {
        const auto found = named.by_label.find(label);
        found->second.erase(place);
        if (found->second.empty()) {
            named.by_label.erase(found);
        }
    }
}

void MemoryBoard::set(const Signal& signal) {
    Named& named = names_[signal.name];
    if (const Place place = find(named, signal.labels); place != ledger::HashIndex::kNone) {
        named.signals[place].signal.value = signal.value;
        return;
    }
    ++named.shapes[names_of(signal.labels)];
    const Hash32 digest =
        series_ == nullptr ? Hash32() : series_key(signal.name, signal.labels, {}).signal;
    named.signals.push_back({.signal = signal, .digest = digest});
    link(named, static_cast<Place>(named.signals.size() - 1));
    ++size_;
}

void MemoryBoard::erase(std::string_view name, const Labels& labels) {
    const auto found = names_.find(name);
    if (found == names_.end()) {
        return;
    }
    Named& named = found->second;
    const Place place = find(named, labels);
    if (place == ledger::HashIndex::kNone) {
        return;
    }
    if (const auto shape = named.shapes.find(names_of(labels)); --shape->second == 0) {
        named.shapes.erase(shape);
    }
    unlink(named, place);
    const auto last = static_cast<Place>(named.signals.size() - 1);
    if (place != last) {
        unlink(named, last);
        named.signals[place] = std::move(named.signals[last]);
        link(named, place);
    }
    named.signals.pop_back();
    --size_;
    if (named.signals.empty()) {
        names_.erase(found);
    }
}

void MemoryBoard::clear() {
    names_.clear();
    size_ = 0;
}

MemoryBoard::Rarest MemoryBoard::rarest_of(const Named& named, const Selector& selector) {
    Rarest rarest;
    for (const Matcher& matcher : selector.matchers) {
        if (matcher.kind != MatchKind::kIs || matcher.value.empty()) {
            continue;
        }
        const auto having = named.by_label.find(std::pair(matcher.label, matcher.value));
        if (having == named.by_label.end()) {
            return {.places = nullptr, .nobody = true};
        }
        if (rarest.places == nullptr || having->second.size() < rarest.places->size()) {
            rarest.places = &having->second;
        }
    }
    return rarest;
}

std::size_t MemoryBoard::each(const Selector& selector, const BoardVisit& visit) const {
    const auto found = names_.find(selector.name);
    if (found == names_.end()) {
        return 0;
    }
    const Named& named = found->second;
    if (const auto labels = exact(selector);
        labels && named.shapes.size() == 1 && named.shapes.begin()->first == names_of(*labels)) {
        if (const Place place = find(named, *labels); place != ledger::HashIndex::kNone) {
            visit(named.signals[place]);
        }
        return 1;
    }
    const auto rarest = rarest_of(named, selector);
    if (rarest.nobody) {
        return 0;
    }
    const auto go_on = [&](const Posted& posted) {
        return !matches(selector.matchers, posted.signal.labels) || visit(posted);
    };
    if (rarest.places == nullptr) {
        std::ranges::all_of(named.signals, go_on);
        return named.signals.size();
    }
    std::ranges::all_of(*rarest.places, [&](Place place) { return go_on(named.signals[place]); });
    return rarest.places->size();
}

Figure<Decimal> MemoryBoard::window(
    const Posted& posted, WindowFunction function, const Range& range
) const {
    if (series_ == nullptr) {
        return Figure<Decimal>::without(FigureStatus::kNoData, "nothing is remembered of signals");
    }
    return series_->window({.signal = posted.digest, .range = range}, posted.signal, function, at_);
}

}  // namespace faultline::signals
