// SPDX-License-Identifier: Apache-2.0
#include "property/signals/reference.hpp"

#include <faultline/base/figure.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals::reference {
namespace {

constexpr std::size_t kMostLines = 3'000;

const Big kOne("1000000000000000000");

bool glob(const std::string& pattern, const std::string& value) {
    if (pattern.empty()) {
        return value.empty();
    }
    if (pattern[0] == '*') {
        return glob(pattern.substr(1), value) || (!value.empty() && glob(pattern, value.substr(1)));
    }
    return !value.empty() && pattern[0] == value[0] && glob(pattern.substr(1), value.substr(1));
}

bool meets(const Condition& condition, const Labels& labels) {
    const auto found = labels.find(condition.label);
    const std::string value = found == labels.end() ? "" : found->second;
    if (condition.sign == "=") {
        return value == condition.value;
    }
    if (condition.sign == "!=") {
        return value != condition.value;
    }
    std::string alternative;
    for (const char c : condition.value + "|") {
        if (c != '|') {
            alternative += c;
            continue;
        }
        if (glob(alternative, value)) {
            return true;
        }
        alternative.clear();
    }
    return false;
}

Value worst(const Value& left, const Value& right) {
    for (const FigureStatus status :
         {FigureStatus::kError, FigureStatus::kStale, FigureStatus::kNoData}) {
        if (left.status == status || right.status == status) {
            return without(status);
        }
    }
    return left;
}

Value logic(bool decides, const Value& left, const Value& right) {
    for (const Value& one : {left, right}) {
        if (one.ok() && (one.number != 0) == decides) {
            return truth(decides);
        }
    }
    return left.ok() && right.ok() ? truth(!decides) : worst(left, right);
}

Value compute(const std::string& sign, const Value& left, const Value& right) {
    if (sign == "and" || sign == "or") {
        return logic(sign == "or", left, right);
    }
    if (!left.ok() || !right.ok()) {
        return worst(left, right);
    }
    const Big& a = left.number;
    const Big& b = right.number;
    if (sign == "+") {
        return number(a + b);
    }
    if (sign == "-") {
        return number(a - b);
    }
    if (sign == "*") {
        return number(a * b / kOne);
    }
    if (sign == "/") {
        return b == 0 ? without(FigureStatus::kError) : number(a * kOne / b);
    }
    const std::map<std::string, bool> truths{
        {"<", a < b}, {"<=", a <= b}, {">", a > b}, {">=", a >= b}, {"==", a == b}, {"!=", a != b}
    };
    return truth(truths.at(sign));
}

bool agree(const Labels& left, const Labels& right) {
    return std::ranges::all_of(left, [&right](const auto& label) {
        const auto other = right.find(label.first);
        return other == right.end() || other->second == label.second;
    });
}

Lines settled(const std::vector<Line>& lines) {
    std::map<Labels, Value> by_labels;
    for (const Line& line : lines) {
        const bool is_new = by_labels.emplace(line.labels, line.value).second;
        if (!is_new) {
            by_labels[line.labels] = without(FigureStatus::kError);
        }
    }
    Lines out;
    for (const auto& [labels, value] : by_labels) {
        out.push_back({.labels = labels, .value = value});
    }
    if (out.size() > kMostLines) {
        throw TooLarge();
    }
    return out;
}

template <class Change>
Lines each(Lines lines, Change change) {
    for (Line& line : lines) {
        if (line.value.ok()) {
            line.value = change(line.value.number);
        }
    }
    return lines;
}

Value total(const std::string& function, const std::vector<Value>& values, bool truths) {
    Value all = truth(true);
    Value sum = number(0);
    Big holding = 0;
    std::set<Big> ordered;
    for (const Value& value : values) {
        all = worst(all, value);
        sum = compute("+", sum, value);
        holding += value.number != 0 ? 1 : 0;
        ordered.insert(value.number);
    }
    if (!all.ok()) {
        return without(all.status);
    }
    if (function == "sum") {
        return sum;
    }
    if (function == "count") {
        return number(kOne * (truths ? holding : Big(values.size())));
    }
    if (function == "avg") {
        return compute("/", sum, number(kOne * values.size()));
    }
    return number(function == "min" ? *ordered.begin() : *ordered.rbegin());
}

std::uint64_t place(const Moment& moment, const Reach& reach) {
    return reach.blocks ? moment.block : moment.time;
}

Big median(const std::multiset<Big>& values) {
    const std::vector<Big> ordered(values.begin(), values.end());
    const std::size_t half = ordered.size() / 2;
    return ordered.size() % 2 == 1 ? ordered[half] : Big((ordered[half - 1] + ordered[half]) / 2);
}

Value zscore(const std::multiset<Big>& earlier, const Big& newest) {
    if (earlier.size() < 5) {
        return without(FigureStatus::kNoData);
    }
    const Big middle = median(earlier);
    std::multiset<Big> distances;
    for (const Big& one : earlier) {
        distances.insert(abs(one - middle));
    }
    const Big unit = median(distances) * 14'826 / 10'000;
    if (unit == 0) {
        return newest == middle ? number(0) : without(FigureStatus::kError);
    }
    return number((newest - middle) * kOne / unit);
}

/// Everything that was a value, by slot.
using Slots = std::map<std::uint64_t, std::vector<Moment>>;

std::optional<Moment> base_of(const Slots& slots, std::uint64_t beginning, const Reach& reach) {
    std::optional<Moment> base;
    for (const auto& [slot, moments] : slots) {
        if (place(moments.back(), reach) <= beginning) {
            base = moments.back();
        } else if (place(moments.front(), reach) <= beginning) {
            base = moments.front();
        }
    }
    return base;
}

Value over(const std::string& function, const Slots& slots, std::uint64_t from, const Big& newest) {
    std::vector<Value> samples;
    std::multiset<Big> lasts;
    for (const auto& [slot, moments] : slots) {
        for (const Moment& moment : moments) {
            if (slot >= from) {
                samples.push_back(moment.value);
            }
        }
        if (slot >= from && slot != slots.rbegin()->first) {
            lasts.insert(moments.back().value.number);
        }
    }
    return function == "zscore" ? zscore(lasts, newest) : total(function, samples, false);
}

}  // namespace

Value number(Big scaled) {
    if (abs(scaled) >= Big(1) << 256) {
        return without(FigureStatus::kError);
    }
    return {.status = FigureStatus::kValue, .number = std::move(scaled)};
}

Value truth(bool holds) {
    return number(holds ? kOne : Big(0));
}

Value without(FigureStatus status) {
    return {.status = status, .number = 0};
}

Lines select(
    const World& world,
    const std::string& name,
    const std::vector<Condition>& conditions,
    const OfReading& of
) {
    std::vector<Line> lines;
    for (const Reading& reading : world) {
        const bool met = std::ranges::all_of(conditions, [&reading](const Condition& condition) {
            return meets(condition, reading.labels);
        });
        if (reading.name == name && met) {
            lines.push_back({.labels = reading.labels, .value = of(reading)});
        }
    }
    if (lines.empty()) {
        Line line{.labels = {}, .value = without(FigureStatus::kNoData)};
        for (const Condition& condition : conditions) {
            if (condition.sign == "=" && !condition.value.empty()) {
                line.labels.emplace(condition.label, condition.value);
            }
        }
        lines.push_back(line);
    }
    return settled(lines);
}

Lines join(const std::string& sign, const Lines& left, const Lines& right) {
    std::vector<Line> lines;
    std::set<const Line*> met;
    for (const Line& one : left) {
        for (const Line& other : right) {
            if (!agree(one.labels, other.labels)) {
                continue;
            }
            met.insert({&one, &other});
            Labels both = one.labels;
            both.insert(other.labels.begin(), other.labels.end());
            lines.push_back({.labels = both, .value = compute(sign, one.value, other.value)});
        }
    }
    const Value nobody = without(FigureStatus::kNoData);
    for (const Line& one : left) {
        if (!met.contains(&one)) {
            lines.push_back({.labels = one.labels, .value = compute(sign, one.value, nobody)});
        }
    }
    for (const Line& other : right) {
        if (!met.contains(&other)) {
            lines.push_back({.labels = other.labels, .value = compute(sign, nobody, other.value)});
        }
    }
    return settled(lines);
}

Lines negate(const Lines& of) {
    return each(of, [](const Big& one) { return number(-one); });
}

Lines invert(const Lines& of) {
    return each(of, [](const Big& one) { return truth(one == 0); });
}

Lines absolute(const Lines& of) {
    return each(of, [](const Big& one) { return number(abs(one)); });
}

Lines aggregate(
    const std::string& function, const std::vector<std::string>& by, const Lines& of, bool truths
) {
    std::map<Labels, std::vector<Value>> groups;
    for (const Line& line : of) {
        Labels kept;
        for (const auto& label : line.labels) {
            if (std::ranges::find(by, label.first) != by.end()) {
                kept.insert(label);
            }
        }
        groups[kept].push_back(line.value);
    }
    Lines lines;
    for (const auto& [labels, values] : groups) {
        lines.push_back({.labels = labels, .value = total(function, values, truths)});
    }
    return lines;
}

Value window(const std::string& function, const Reading& reading, const Reach& reach) {
    const Moment& now = reading.moments.back();
    if (!now.value.ok()) {
        return now.value;
    }
    const std::uint64_t width = reach.blocks ? 1 : (reach.length + 119) / 120;
    Slots slots;
    for (const Moment& moment : reading.moments) {
        if (moment.value.ok()) {
            slots[place(moment, reach) / width].push_back(moment);
        }
    }
    const Moment& first = slots.begin()->second.front();
    if (place(first, reach) + reach.length > place(now, reach)) {
        return without(FigureStatus::kNoData);
    }
    const std::uint64_t beginning = place(now, reach) - reach.length;
    const auto base = base_of(slots, beginning, reach);
    if (!base || place(*base, reach) + (reach.length / 4) < beginning) {
        return without(FigureStatus::kStale);
    }
    const Value delta = number(now.value.number - base->value.number);
    if (function == "delta") {
        return delta;
    }
    if (function == "rate") {
        return compute("/", delta, number(kOne * (now.time - base->time)));
    }
    return over(function, slots, beginning / width, now.value.number);
}

}  // namespace faultline::signals::reference
