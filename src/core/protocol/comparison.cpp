// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::protocol {
namespace {

constexpr std::size_t kWord = 32;

/// The words that stand for the figure's; nullopt when the answer is not laid out like it.
std::optional<BytesView> words_of(const ViewFigure& ours, const eth::ReadAnswer& answer) {
    BytesView result = answer.result;
    if (ours.array) {
        if (result.size() < kWord || U256::from_be_bytes(result.first(kWord)) != U256(kWord)) {
            return std::nullopt;
        }
        result = result.subspan(kWord);
    }
    if (answer.reverted() || result.size() != ours.words.size() * kWord) {
        return std::nullopt;
    }
    return result;
}

}  // namespace

Compared compare(const Figure<ViewFigure>& ours, const eth::ReadAnswer& answer) {
    if (answer.unanswered()) {
        return Compared::kLeftOut;
    }
    if (!ours.ok()) {
        const bool both_revert = answer.reverted() && ours.status == FigureStatus::kError;
        return both_revert ? Compared::kEqual : Compared::kLeftOut;
    }
    const bool equal = words_of(ours.value, answer) && different_words(ours.value, answer).empty();
    return equal ? Compared::kEqual : Compared::kDiffers;
}

std::size_t words_withheld(const ViewFigure& ours) {
    return static_cast<std::size_t>(std::ranges::count(ours.words, std::optional<U256>()));
}

std::vector<DifferentWord> different_words(const ViewFigure& ours, const eth::ReadAnswer& answer) {
    std::vector<DifferentWord> out;
    const auto words = words_of(ours, answer);
    for (std::size_t i = 0; words && i < ours.words.size(); ++i) {
        const U256 theirs = U256::from_be_bytes(words->subspan(i * kWord, kWord));
        const std::optional<U256>& word = ours.words[i];
        if (word && *word != theirs) {
            out.push_back({.place = i, .ours = *word, .theirs = theirs});
        }
    }
    return out;
}

std::string text_of(const ViewFigure& ours) {
    std::string out = ours.array ? "[array] " : "";
    for (const auto& word : ours.words) {
        out += word ? word->to_string() : "?";
        out += ' ';
    }
    if (!out.empty()) {
        out.pop_back();
    }
    return out;
}

std::string text_of(const eth::ReadAnswer& answer, bool array) {
    const BytesView result = answer.result;
    if (answer.reverted() || result.size() % kWord != 0) {
        return answer.reverted() ? "it reverted" : to_hex(result);
    }
    std::string out = array ? "[array] " : "";
    for (std::size_t at = array ? kWord : 0; at < result.size(); at += kWord) {
        out += U256::from_be_bytes(result.subspan(at, kWord)).to_string() + " ";
    }
    if (!out.empty()) {
        out.pop_back();
    }
    return out;
}

}  // namespace faultline::protocol
