// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <optional>
#include <utility>
#include <vector>

/// What the parts of Views answer with.
namespace faultline::aave {

struct Views::Call {
    View view = View::kNone;
    BytesView data;

    /// The only argument.
    [[nodiscard]] U256 argument() const { return U256::from_be_bytes(data.last(kWord)); }

    [[nodiscard]] Address address() const { return Address::from_bytes(data.last(Address::kSize)); }

    [[nodiscard]] bool has_argument() const { return data.size() == kSelector + kWord; }
};

using Answer = Figure<ViewFigure>;

inline Answer words(std::vector<std::optional<U256>> all) {
    return Answer::of({.words = std::move(all)});
}

inline Answer word(const std::optional<U256>& one) {
    return one ? words({one})
               : Answer::without(FigureStatus::kError, "the contract's own view overflows");
}

inline U256 address_word(const Address& address) {
    return U256::from_be_bytes(address.view());
}

inline Answer no_figure(BytesView call_data) {
    return Answer::without(FigureStatus::kNoData, "no figure for " + call_name(call_data));
}

}  // namespace faultline::aave
