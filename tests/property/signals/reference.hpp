// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// docs/expressions.md, done slowly: rows are compared each with each, windows look at everything
/// that ever was, and numbers are integers of any size.
namespace faultline::signals::reference {

using Big = boost::multiprecision::cpp_int;
using Labels = std::map<std::string, std::string>;

/// A number is 10^18 times what it stands for; a truth is 0 or 10^18.
struct Value {
    FigureStatus status = FigureStatus::kNoData;
    Big number;

    [[nodiscard]] bool ok() const { return status == FigureStatus::kValue; }

    bool operator==(const Value&) const = default;
};

struct Line {
    Labels labels;
    Value value;

    bool operator==(const Line&) const = default;
};

/// By labels; never empty.
using Lines = std::vector<Line>;

/// An evaluation would take too long for this one.
struct TooLarge {};

Value number(Big scaled);  ///< kError beyond 2^256.
Value truth(bool holds);
Value without(FigureStatus status);

/// What the signal was at a block.
struct Moment {
    std::uint64_t time = 0;
    std::uint64_t block = 0;
    Value value;
};

struct Reading {
    std::string name;
    Labels labels;
    std::vector<Moment> moments;  ///< One for each block since it is followed; the last is now.
};

using World = std::vector<Reading>;

struct Condition {
    std::string label;
    std::string sign;  ///< "=", "!=" or "=~"
    std::string value;
};

/// A range of seconds, or of blocks.
struct Reach {
    std::uint64_t length = 0;
    bool blocks = false;
};

using OfReading = std::function<Value(const Reading&)>;

Lines select(
    const World& world,
    const std::string& name,
    const std::vector<Condition>& conditions,
    const OfReading& of
);
Lines join(const std::string& sign, const Lines& left, const Lines& right);
Lines negate(const Lines& of);
Lines invert(const Lines& of);
Lines absolute(const Lines& of);
Lines aggregate(
    const std::string& function, const std::vector<std::string>& by, const Lines& of, bool truths
);
Value window(const std::string& function, const Reading& reading, const Reach& reach);

}  // namespace faultline::signals::reference
