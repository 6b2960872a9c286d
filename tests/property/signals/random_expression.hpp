// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/signals/reference.hpp"

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals::reference {

/// A text, and what it means.
struct Meant {
    std::string text;
    std::function<Lines(const World&)> lines;
};

/// Texts along the grammar of the page, bracketed only where a production says so: how close
/// operators bind is thereby tested, too.
class Writer {
  public:
    explicit Writer(std::mt19937_64& random) : random_(random) {}

    Meant truth() { return disjunction(4); }

    Meant number() { return sum(4); }

  private:
    Meant disjunction(int depth);
    Meant conjunction(int depth);
    Meant negation(int depth);
    Meant comparison(int depth);
    Meant sum(int depth);
    Meant product(int depth);
    Meant sign(int depth);
    Meant primary(int depth);
    Meant literal();
    Meant selector();
    Meant window();
    Meant aggregate(int depth);

    using Operand = Meant (Writer::*)(int);
    Meant chain(Operand operand, int depth, const std::vector<std::string>& signs);
    std::pair<std::string, std::vector<Condition>> conditions();
    std::string one_of(const std::vector<std::string>& words);
    std::string space();

    bool often(unsigned of) { return random_() % of != 0; }

    bool rarely(unsigned of) { return random_() % of == 0; }

    std::mt19937_64& random_;
};

inline const std::vector<std::string>& signal_names() {
    static const std::vector<std::string> names{"p", "q", "r", "by_market"};
    return names;
}

}  // namespace faultline::signals::reference
