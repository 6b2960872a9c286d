// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/view.hpp>

#include <optional>
#include <utility>
#include <vector>

/// What views are answered with.
namespace faultline::compound_v2 {

inline Figure<protocol::ViewFigure> words(std::vector<std::optional<U256>> all) {
    return Figure<protocol::ViewFigure>::of({.words = std::move(all), .array = false});
}

inline U256 address_word(const Address& address) {
    return U256::from_be_bytes(address.view());
}

inline U256 flag(bool set) {
    return set ? 1 : 0;
}

inline Figure<protocol::ViewFigure> addresses(const std::vector<Address>& all) {
    protocol::ViewFigure out{.words = {U256(all.size())}, .array = true};
    for (const Address& one : all) {
        out.words.emplace_back(address_word(one));
    }
    return Figure<protocol::ViewFigure>::of(std::move(out));
}

inline Figure<protocol::ViewFigure> of_figure(const Figure<U256>& figure) {
    return figure.ok() ? words({figure.value})
                       : Figure<protocol::ViewFigure>::without(figure.status, figure.reason);
}

inline Figure<protocol::ViewFigure> no_figure(BytesView call_data) {
    return Figure<protocol::ViewFigure>::without(
        FigureStatus::kNoData, "no figure for " + call_text(call_data)
    );
}

}  // namespace faultline::compound_v2
