// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/symbols.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::array<std::string_view, 3> kFound{"listed", "labelled", "family"};
static_assert(kFound.size() == static_cast<std::size_t>(last_of(SymbolFound{})) + 1);

constexpr bool kList = false;
constexpr bool kFamily = true;

/// Fewer literal letters would be anybody's.
constexpr std::size_t kLeastLiteral = 2;

std::string in_capitals(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

bool are_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// 27JUN2024, in capitals; whether a month has that many days is not looked at.
bool is_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> kMonths{
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
    };
    constexpr std::size_t kDay = 2;
    constexpr std::size_t kMonth = 3;
    constexpr std::size_t kYear = 4;
    const std::size_t begin = text.size() == kDay + kMonth + kYear       ? kDay
                              : text.size() == kDay + kMonth + kYear - 1 ? kDay - 1
                                                                         : 0;
    return begin != 0 && are_digits(text.substr(0, begin)) &&
           std::ranges::find(kMonths, text.substr(begin, kMonth)) != kMonths.end() &&
           are_digits(text.substr(begin + kMonth));
}

}  // namespace

std::string_view symbol_found_name(SymbolFound found) noexcept {
    return kFound.at(static_cast<std::size_t>(found));
}

/// Looks at labels, lists and families in that order, and keeps what contradicts nothing before it.
class SymbolGathering {
  public:
    explicit SymbolGathering(const Labels& labels) : labels_(labels) {
        for (const Label& label : labels.all()) {
            if (label.role != LabelRole::kToken || label.symbol.empty() || label.name.empty()) {
                continue;
            }
            const auto [known, fresh] =
                book.labelled_.try_emplace(in_capitals(label.symbol), label.name);
            if (!fresh && known->second != label.name) {
                known->second.clear();
            }
        }
    }

    void add(const SymbolList& list, std::size_t at) {
        if (!list.name.empty()) {
            check_name(kList, list.name, at);
        }
        for (const std::string& symbol : list.symbols) {
            const std::string capitals = in_capitals(symbol);
            const auto [known, fresh] = book.listed_.try_emplace(capitals, list.name);
            const std::size_t earlier = listed_at_.try_emplace(capitals, at).first->second;
            if (!fresh && known->second != list.name) {
                fault(
                    kList,
                    at,
                    "\"" + symbol + "\" has two issuers: list it of one, or of none",
                    earlier
                );
            }
        }
    }

    void add(const SymbolFamily& family, std::size_t at) {
        check_name(kFamily, family.name, at);
        SymbolBook::Family out;
        out.name = family.name;
        const auto pattern = read(family.pattern, at);
        if (!pattern) {
            return;
        }
        out.pattern = *pattern;
        for (const std::string& text : family.except) {
            const auto except = read(text, at);
            if (!except) {
                return;
            }
            out.except.push_back(*except);
        }
        if (!book.has(out, in_capitals(family.like))) {
            fault(
                kFamily,
                at,
                "\"" + family.pattern + "\" does not fit \"" + family.like +
                    "\", which it is said to be like"
            );
        }
        book.families_.push_back(std::move(out));
    }

    SymbolBook book;
    std::vector<SymbolFault> faults;

  private:
    void fault(
        bool of_family,
        std::size_t at,
        std::string what,
        std::optional<std::size_t> earlier = std::nullopt,
        std::string nobody = {}
    ) {
        faults.push_back(
            {.of_family = of_family,
             .at = at,
             .earlier = earlier,
             .what = std::move(what),
             .nobody = std::move(nobody)}
        );
    }

    void check_name(bool of_family, const std::string& slug, std::size_t at) {
        if (labels_.name(slug) == nullptr) {
            fault(of_family, at, "no name \"" + slug + "\" is given", std::nullopt, slug);
        }
    }

    std::optional<SymbolBook::Pattern> read(const std::string& text, std::size_t at) {
        auto pattern = SymbolBook::read(text);
        std::size_t literal = 0;
        for (const SymbolBook::Part& part : pattern.value_or(SymbolBook::Pattern())) {
            literal += part.text.size();
        }
        if (!pattern) {
            fault(
                kFamily,
                at,
                "cannot read \"" + text + "\": of braces there are only {token} and {date}"
            );
        } else if (literal < kLeastLiteral) {
            fault(
                kFamily,
                at,
                "\"" + text + "\" is too wide: give at least " + std::to_string(kLeastLiteral) +
                    " letters of the names"
            );
            pattern.reset();
        }
        return pattern;
    }

    const Labels& labels_;
    std::map<std::string, std::size_t> listed_at_;
};

tl::expected<SymbolBook, std::vector<SymbolFault>> SymbolBook::of(
    const Labels& labels,
    const std::vector<SymbolList>& lists,
    const std::vector<SymbolFamily>& families
) {
    SymbolGathering all(labels);
    for (std::size_t i = 0; i < lists.size(); ++i) {
        all.add(lists[i], i);
    }
    for (std::size_t i = 0; i < families.size(); ++i) {
        all.add(families[i], i);
    }
    if (!all.faults.empty()) {
        return tl::unexpected(std::move(all.faults));
    }
    return std::move(all.book);
}

std::optional<SymbolIssuer> SymbolBook::find(std::string_view symbol) const {
    const std::string capitals = in_capitals(symbol);
    if (const auto found = listed_.find(capitals); found != listed_.end()) {
        return found->second.empty() ? std::nullopt
                                     : std::optional(SymbolIssuer{
                                           .name = found->second, .found = SymbolFound::kListed
                                       });
    }
    if (const auto found = labelled_.find(capitals); found != labelled_.end()) {
        return found->second.empty() ? std::nullopt
                                     : std::optional(SymbolIssuer{
                                           .name = found->second,
                                           .found = SymbolFound::kLabelled,
                                       });
    }
    std::optional<SymbolIssuer> out;
    for (const Family& family : families_) {
        if (!has(family, capitals)) {
            continue;
        }
        if (out && out->name != family.name) {
            return std::nullopt;
        }
        out = {.name = family.name, .found = SymbolFound::kFamily};
    }
    return out;
}

std::set<std::string> SymbolBook::issuers() const {
    std::set<std::string> out;
    for (const auto& [symbol, name] : listed_) {
        if (!name.empty()) {
            out.insert(name);
        }
    }
    for (const Family& family : families_) {
        out.insert(family.name);
    }
    return out;
}

std::optional<SymbolBook::Pattern> SymbolBook::read(std::string_view written) {
    Pattern out;
    while (!written.empty()) {
        Part part;
        std::size_t length = std::min(written.find_first_of("*{}"), written.size());
        if (length != 0) {
            part.text = in_capitals(written.substr(0, length));
        } else if (written.starts_with('*')) {
            part.kind = Part::Kind::kAnything;
            length = 1;
        } else {
            length = written.find('}') + 1;
            const std::string_view word = written.substr(0, length);
            if (word != "{token}" && word != "{date}") {
                return std::nullopt;
            }
            part.kind = word == "{token}" ? Part::Kind::kToken : Part::Kind::kDate;
        }
        written.remove_prefix(length);
        out.push_back(std::move(part));
    }
    return out;
}

bool SymbolBook::fits(const Part& part, std::string_view text) const {
    switch (part.kind) {
        case Part::Kind::kLiteral:
            return part.text == text;
        case Part::Kind::kAnything:
            return !text.empty();
        case Part::Kind::kToken:
            return listed_.contains(text) || labelled_.contains(text);
        case Part::Kind::kDate:
            return is_date(text);
    }
    return false;
}

bool SymbolBook::matches(const Pattern& pattern, std::string_view capitals) const {
    // Places in the symbol up to which the parts so far reach.
    std::vector<std::size_t> places{0};
    for (const Part& part : pattern) {
        std::vector<std::size_t> next;
        for (std::size_t end = 0; end <= capitals.size(); ++end) {
            const bool reached = std::ranges::any_of(places, [&](std::size_t begin) {
                return begin <= end && fits(part, capitals.substr(begin, end - begin));
            });
            if (reached) {
                next.push_back(end);
            }
        }
        places = std::move(next);
    }
    return std::ranges::find(places, capitals.size()) != places.end();
}

bool SymbolBook::has(const Family& family, std::string_view capitals) const {
    return matches(family.pattern, capitals) &&
           std::ranges::none_of(family.except, [&](const Pattern& except) {
               return matches(except, capitals);
           });
}

}  // namespace faultline::graph
