// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::protocol {

/// The block whose end figures are of.
struct At {
    eth::BlockNum number = 0;
    UnixSeconds timestamp;
};

/// Whether figures are withheld whose rows cannot be trusted.
enum class Trust : std::uint8_t {
    kWithhold,
    kAsFolded,  ///< Also a degraded market says what its rows give: only to hold it to the chain.
};

/// What we say a view call answers, to be held against what it did answer.
struct ViewFigure {
    /// The answer's first words; nullopt for a word that the rows do not tell.
    std::vector<std::optional<U256>> words;
    /// Where an array begins whose length and items are `words`: its answer has one word, the
    /// offset, before them.
    bool array = false;

    bool operator==(const ViewFigure&) const = default;
};

/// Answers view calls from rows as the contracts would at the end of that block. Exact or withheld.
class Views {
  public:
    Views() = default;
    Views(const Views&) = delete;
    Views& operator=(const Views&) = delete;
    virtual ~Views() = default;

    /// nullopt when the call is to no contract of these markets. Otherwise the figure, or why there
    /// is none: kNoData for a view that the rows do not tell, kError where the view reverts.
    [[nodiscard]] virtual std::optional<Figure<ViewFigure>> answer(const eth::Read& read) const = 0;
};

}  // namespace faultline::protocol
