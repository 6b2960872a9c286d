// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Our figures held against what the contracts answered: one code for tapes and for the audit.
namespace faultline::protocol {

enum class Compared : std::uint8_t {
    kEqual,    ///< In every word that we tell; also where both say that the view reverts.
    kDiffers,  ///< In length, in a word that we tell, or it reverted where we have a figure.
    kLeftOut,  ///< We withhold the figure, or nobody could answer: there is nothing to compare.
};

Compared compare(const Figure<ViewFigure>& ours, const eth::ReadAnswer& answer);

/// How many words of the figure the rows do not tell.
std::size_t words_withheld(const ViewFigure& ours);

/// A word in which the two differ, by its place among the figure's words. An answer that has no
/// such word differs in none; compare() still says that it differs.
struct DifferentWord {
    std::size_t place = 0;
    U256 ours;
    U256 theirs;
};

std::vector<DifferentWord> different_words(const ViewFigure& ours, const eth::ReadAnswer& answer);

/// The answer's words as decimal integers, "?" for what we do not tell.
std::string text_of(const ViewFigure& ours);

/// The same of an answer, as it stands: to be read beside the other. `array` as in ViewFigure.
std::string text_of(const eth::ReadAnswer& answer, bool array);

}  // namespace faultline::protocol
