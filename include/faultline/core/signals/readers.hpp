// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals {

/// Which expressions read a signal: when few signals changed, or have within the windows over them,
/// only those need to be evaluated. Pure.
class Readers {
  public:
    using Number = std::uint32_t;

    /// @pre the number was not added before
    void add(Number expression, const std::vector<Selector>& selectors);

    /// Adds the expressions that read the signal, now that it changed, came or went.
    void of(const std::string& name, const Labels& labels, std::set<Number>& found) const;

    /// The ranges with which a signal is read: what Series has to record of it.
    [[nodiscard]] std::set<Range> ranges(const std::string& name, const Labels& labels) const;

  private:
    struct Reader {
        Number expression = 0;
        Selector selector;
    };

    /// Of a name: by a label that has to have a value, or, where no selector says so, the rest.
    struct Named {
        std::map<std::pair<std::string, std::string>, std::vector<Reader>> by_label;
        std::vector<Reader> rest;
    };

    using Visit = std::function<void(const Reader&)>;
    void each(const std::string& name, const Labels& labels, const Visit& visit) const;

    std::map<std::string, Named> names_;
};

}  // namespace faultline::signals
