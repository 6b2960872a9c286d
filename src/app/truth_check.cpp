// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <algorithm>
#include <app/truth_check.hpp>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr std::size_t kWord = 32;
constexpr std::size_t kMismatchesShown = 10;
constexpr const char* kNoMarket = "no market this build follows has that contract";

/// The answer's words as hex, "?" for what we do not tell.
std::string text_of(const aave::ViewFigure& figure) {
    std::string out = figure.array ? "[array] " : "";
    for (const auto& word : figure.words) {
        out += word ? word->to_string() : "?";
        out += ' ';
    }
    if (!out.empty()) {
        out.pop_back();
    }
    return out;
}

/// As the answer stands: word by word, to be read beside text_of().
std::string text_of(const eth::ReadAnswer& answer, bool array) {
    const BytesView result = answer.result;
    if (answer.reverted || result.size() % kWord != 0) {
        return answer.reverted ? "it reverted" : to_hex(result);
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

bool equal(const aave::ViewFigure& ours, const eth::ReadAnswer& answer) {
    BytesView result = answer.result;
    if (ours.array) {
        if (result.size() < kWord || U256::from_be_bytes(result.first(kWord)) != U256(kWord)) {
            return false;
        }
        result = result.subspan(kWord);
    }
    if (answer.reverted || result.size() != ours.words.size() * kWord) {
        return false;
    }
    for (std::size_t i = 0; i < ours.words.size(); ++i) {
        const auto& word = ours.words[i];
        if (word && *word != U256::from_be_bytes(result.subspan(i * kWord, kWord))) {
            return false;
        }
    }
    return true;
}

/// "aave.getUserAccountData:0xabc" names the view of one account; sums are by view.
std::string view_of(const rpc::RecordedView& truth) {
    const std::string name = truth.label.substr(0, truth.label.find(':'));
    return name.empty() ? aave::call_name(truth.answer.read.data) : name;
}

}  // namespace

void TruthCheck::compare(const engine::Fold& fold, const rpc::RecordedBlock& block) {
    if (block.truth.empty()) {
        return;
    }
    const std::vector<aave::MarketConfig>& configs = fold.markets().configs();
    std::vector<aave::Views> markets;
    for (std::size_t i = 0; i < configs.size(); ++i) {
        markets.emplace_back(
            fold.markets().tables(), configs[i], static_cast<aave::MarketId>(i), block.header
        );
    }
    for (const rpc::RecordedView& truth : block.truth) {
        std::optional<Figure<aave::ViewFigure>> ours;
        for (std::size_t i = 0; i < markets.size() && !ours; ++i) {
            ours = markets[i].answer(truth.answer.read);
        }
        if (!ours) {
            leave_out(truth, kNoMarket);
        } else if (!ours->ok() &&
                   !(truth.answer.reverted && ours->status == FigureStatus::kError)) {
            leave_out(truth, std::string(figure_status_name(ours->status)) + ": " + ours->reason);
        } else {
            ++compared_;
            withhold(truth, *ours);
            if (ours->ok() && !equal(ours->value, truth.answer)) {
                differs(
                    block.header.ref,
                    truth,
                    "expected " + text_of(truth.answer, ours->value.array) + "\n      ours     " +
                        text_of(ours->value)
                );
            }
        }
    }
}

void TruthCheck::differs(
    const eth::BlockRef& block, const rpc::RecordedView& truth, std::string ours
) {
    ++mismatches_;
    if (first_mismatches_.size() < kMismatchesShown) {
        const eth::Read& read = truth.answer.read;
        first_mismatches_.push_back(
            "  mismatch at block " + block.text() + ": " + truth.label + "\n      call     " +
            aave::call_name(read.data) + " of " + read.to.hex() + ", data " + to_hex(read.data) +
            "\n      " + std::move(ours)
        );
    }
}

void TruthCheck::withhold(const rpc::RecordedView& truth, const Figure<aave::ViewFigure>& ours) {
    const auto words =
        static_cast<std::size_t>(std::ranges::count(ours.value.words, std::optional<U256>()));
    if (words > 0) {
        withheld_[view_of(truth)] += words;
    }
}

void TruthCheck::leave_out(const rpc::RecordedView& truth, const std::string& reason) {
    ++not_covered_;
    const std::string kind = reason.substr(0, reason.find(':'));
    LeftOut& left = left_out_[{kind, view_of(truth)}];
    if (left.count++ == 0) {
        left.reason = reason;
    }
}

void TruthCheck::print(std::ostream& out) const {
    out << "verify: " << compared_ << " compared, " << mismatches_ << " mismatches, "
        << not_covered_ << " not covered\n";
    for (const std::string& mismatch : first_mismatches_) {
        out << mismatch << '\n';
    }
    if (mismatches_ > first_mismatches_.size()) {
        out << "  and " << mismatches_ - first_mismatches_.size() << " more\n";
    }
    for (const auto& [view, words] : withheld_) {
        out << "  not covered: " << words << " words of " << view
            << " (the rows do not tell them; its other words were compared)\n";
    }
    for (const auto& [by, left] : left_out_) {
        out << "  not covered: " << by.second << ", " << left.count << " (" << left.reason << ")\n";
    }
}

}  // namespace faultline::app
