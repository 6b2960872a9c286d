// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::maker {

/// The answers to a reading's calls, taken one after the other.
class ReadingAnswers {
  public:
    /// @pre outlived by the answers
    explicit ReadingAnswers(const std::vector<eth::ReadAnswer>& answers) : answers_(answers) {}

    [[nodiscard]] bool done() const { return next_ == answers_.size(); }

    /// The next answer's words; kRejected when it reverted or has fewer.
    Result<std::vector<U256>> words(std::size_t count);
    /// The first word of each of the next answers.
    Result<std::vector<U256>> several(std::size_t count);
    Result<U256> word();
    /// The first word of the next answer; nullopt where the contract has no such view.
    std::optional<U256> word_if_any();

  private:
    const std::vector<eth::ReadAnswer>& answers_;
    std::size_t next_ = 0;
};

/// "debt() of 0x… reverts", with what to do.
Error no_answer(const eth::ReadAnswer& answer);

}  // namespace faultline::maker
