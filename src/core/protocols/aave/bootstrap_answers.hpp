// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {

/// Answers taken one after the other, in the order of the calls.
class BootstrapAnswers {
  public:
    explicit BootstrapAnswers(const std::vector<eth::ReadAnswer>& answers) : answers_(answers) {}

    /// The first `count` words; kRejected, naming call and contract, when there are fewer.
    Result<std::vector<U256>> words(std::size_t count);
    /// The string whose length is at that byte of the answer that words() took last; empty when the
    /// answer is shorter.
    [[nodiscard]] std::string text_at(std::size_t byte) const;
    Result<U256> word();
    Result<Address> address();
    /// The same of a view that not every release has.
    std::optional<U256> word_if_any();

  private:
    const std::vector<eth::ReadAnswer>& answers_;
    std::size_t next_ = 0;
};

Address address_of(const U256& word);

}  // namespace faultline::aave
