// SPDX-License-Identifier: Apache-2.0
// The signals that a protocol says of a market, by their text.
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace faultline::signals {

/// One name, or every one.
class Only final : public Wanted {
  public:
    explicit Only(std::string_view name = {}) : name_(name) {}

    [[nodiscard]] bool reads(std::string_view name) const override {
        return name_.empty() || name == name_;
    }

  private:
    std::string name_;
};

using Said = std::map<std::string, Figure<Decimal>>;

/// All of them, held to the catalogue: known names, their labels and no others, none said twice.
inline Said said(
    const protocol::Protocol& protocol,
    protocol::MarketId market,
    protocol::At at,
    std::string_view only = {}
) {
    Said out;
    protocol.signals(market, at, Only(only), [&](const Signal& signal) {
        const Kind* kind = kind_of(signal.name);
        INFO(text(signal.name, signal.labels));
        REQUIRE(kind != nullptr);
        REQUIRE((only.empty() || signal.name == only));
        CHECK(std::ranges::equal(kind->labels, signal.labels, {}, {}, [](const auto& label) {
            return std::string_view(label.first);
        }));
        CHECK(signal.value.ok() == signal.value.reason.empty());
        CHECK(out.emplace(text(signal.name, signal.labels), signal.value).second);
    });
    return out;
}

/// Its value as text, or "STATUS: why not"; "nothing" when it was not said.
inline std::string shown(const Said& said, const std::string& text) {
    const auto found = said.find(text);
    if (found == said.end()) {
        return "nothing";
    }
    return found->second.ok() ? found->second.value.text()
                              : std::string(figure_status_name(found->second.status)) + ": " +
                                    found->second.reason;
}

}  // namespace faultline::signals
