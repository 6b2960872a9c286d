// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
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
constexpr const char* kUnanswered = "no endpoint could answer it when it was recorded";
constexpr const char* kNoMarket = "no market this build follows has that contract";

/// "aave.getUserAccountData:0xabc" names the view of one account; sums are by view.
std::string view_of(const rpc::RecordedView& truth, const protocol::Protocols& protocols) {
    const std::string name = truth.label.substr(0, truth.label.find(':'));
    return name.empty() ? protocols.call_name(truth.answer.read.data) : name;
}

}  // namespace

void TruthCheck::compare(const engine::Fold& fold, const rpc::RecordedBlock& block) {
    check_laws(fold, block.header.ref);
    if (block.truth.empty()) {
        return;
    }
    const protocol::AllViews views(fold.protocols(), fold.at());
    for (const rpc::RecordedView& truth : block.truth) {
        const std::string view = view_of(truth, fold.protocols());
        const auto ours = views.answer(truth.answer.read);
        if (!ours || truth.answer.unanswered()) {
            leave_out(view, ours ? kUnanswered : kNoMarket);
            continue;
        }
        const protocol::Compared compared = protocol::compare(*ours, truth.answer);
        if (compared == protocol::Compared::kLeftOut) {
            leave_out(view, std::string(figure_status_name(ours->status)) + ": " + ours->reason);
            continue;
        }
        ++compared_;
        withhold(view, *ours);
        if (compared == protocol::Compared::kDiffers) {
            const eth::Read& read = truth.answer.read;
            differs(
                "  mismatch at block " + block.header.ref.text() + ": " + truth.label +
                "\n      call     " + fold.protocols().call_name(read.data) + " of " +
                read.to.hex() + ", data " + to_hex(read.data) + "\n      expected " +
                protocol::text_of(truth.answer, ours->value.array) + "\n      ours     " +
                protocol::text_of(ours->value)
            );
        }
    }
}

void TruthCheck::check_laws(const engine::Fold& fold, const eth::BlockRef& block) {
    ++blocks_;
    bool lawful = true;
    for (const auto& protocol : fold.protocols().all()) {
        for (const protocol::BrokenLaw& law : protocol->broken_laws()) {
            lawful = false;
            differs("  law broken at block " + block.text() + ": " + law.law + ": " + law.text);
        }
    }
    lawful_blocks_ += lawful ? 1 : 0;
}

void TruthCheck::differs(std::string what) {
    ++mismatches_;
    if (first_mismatches_.size() < kMismatchesShown) {
        first_mismatches_.push_back(std::move(what));
    }
}

void TruthCheck::withhold(const std::string& view, const Figure<protocol::ViewFigure>& ours) {
    const std::size_t words = protocol::words_withheld(ours.value);
    if (words > 0) {
        withheld_[view] += words;
    }
}

void TruthCheck::leave_out(const std::string& view, const std::string& reason) {
    ++not_covered_;
    const std::string kind = reason.substr(0, reason.find(':'));
    LeftOut& left = left_out_[{kind, view}];
    if (left.count++ == 0) {
        left.reason = reason;
    }
}

void TruthCheck::print(std::ostream& out) const {
    out << "verify: " << compared_ << " compared, " << mismatches_ << " mismatches, "
        << not_covered_ << " not covered\n";
    out << "laws: held at " << lawful_blocks_ << " of " << blocks_ << " blocks\n";
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
