// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/comparison.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/rpc/recorded.hpp>

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

constexpr std::size_t kMismatchesShown = 10;
constexpr const char* kNoMarket = "no market this build follows has that contract";

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
            continue;
        }
        const aave::Compared compared = aave::compare(*ours, truth.answer);
        if (compared == aave::Compared::kLeftOut) {
            leave_out(truth, std::string(figure_status_name(ours->status)) + ": " + ours->reason);
            continue;
        }
        ++compared_;
        withhold(truth, *ours);
        if (compared == aave::Compared::kDiffers) {
            differs(
                block.header.ref,
                truth,
                "expected " + aave::text_of(truth.answer, ours->value.array) + "\n      ours     " +
                    aave::text_of(ours->value)
            );
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
    const std::size_t words = aave::words_withheld(ours.value);
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
