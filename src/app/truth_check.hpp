// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

/// Holds our figures against what view functions answered on a tape.
class TruthCheck {
  public:
    /// Compares everything that the block's line tells and the fold, which stands at that block,
    /// has a figure for; and holds the rows to what protocols conserve.
    void compare(const engine::Fold& fold, const rpc::RecordedBlock& block);

    [[nodiscard]] std::size_t mismatches() const noexcept { return mismatches_; }

    [[nodiscard]] std::size_t compared() const noexcept { return compared_; }

    [[nodiscard]] std::size_t not_covered() const noexcept { return not_covered_; }

    /// "verify: N compared, M mismatches, K not covered", at how many blocks the laws held, then
    /// the first mismatches in full and what was not covered, by label, with the reason; words of
    /// views among it.
    void print(std::ostream& out) const;

  private:
    void check_laws(const engine::Fold& fold, const eth::BlockRef& block);
    void differs(std::string what);
    void leave_out(const std::string& view, const std::string& reason);
    void withhold(const std::string& view, const Figure<protocol::ViewFigure>& ours);

    struct LeftOut {
        std::size_t count = 0;
        std::string reason;  ///< The first one's; others of the same kind may name other blocks.
    };

    std::size_t blocks_ = 0;
    std::size_t lawful_blocks_ = 0;  ///< At whose end all that conserves added up.
    std::size_t compared_ = 0;
    std::size_t mismatches_ = 0;
    std::size_t not_covered_ = 0;
    std::vector<std::string> first_mismatches_;
    std::map<std::string, std::size_t>
        withheld_;  ///< Words, by label, of views compared otherwise.
    std::map<std::pair<std::string, std::string>, LeftOut> left_out_;  ///< By kind and label.
};

}  // namespace faultline::app
