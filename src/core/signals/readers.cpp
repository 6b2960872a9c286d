// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/readers.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals {

void Readers::add(Number expression, const std::vector<Selector>& selectors) {
    for (const Selector& selector : selectors) {
        Named& named = names_[selector.name];
        // The fewer readers a label has, the fewer are looked at in vain.
        std::vector<Reader>* best = nullptr;
        for (const Matcher& matcher : selector.matchers) {
            if (matcher.kind != MatchKind::kIs || matcher.value.empty()) {
                continue;
            }
            auto& readers = named.by_label[{matcher.label, matcher.value}];
            if (best == nullptr || readers.size() < best->size()) {
                best = &readers;
            }
        }
        (best == nullptr ? named.rest : *best)
            .push_back({.expression = expression, .selector = selector});
    }
}

void Readers::each(const std::string& name, const Labels& labels, const Visit& visit) const {
    const auto found = names_.find(name);
    if (found == names_.end()) {
        return;
    }
    const auto look = [&](const std::vector<Reader>& readers) {
        for (const Reader& reader : readers) {
            if (matches(reader.selector.matchers, labels)) {
                visit(reader);
            }
        }
    };
    look(found->second.rest);
    for (const auto& label : labels) {
        const auto readers = found->second.by_label.find(label);
        if (readers != found->second.by_label.end()) {
            look(readers->second);
        }
    }
}

void Readers::of(const std::string& name, const Labels& labels, std::set<Number>& found) const {
    each(name, labels, [&found](const Reader& reader) { found.insert(reader.expression); });
}

std::set<Range> Readers::ranges(const std::string& name, const Labels& labels) const {
    std::set<Range> found;
    each(name, labels, [&found](const Reader& reader) {
        if (reader.selector.range) {
            found.insert(*reader.selector.range);
        }
    });
    return found;
}

}  // namespace faultline::signals
