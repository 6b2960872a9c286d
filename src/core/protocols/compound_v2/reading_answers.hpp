// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::compound_v2 {

/// Answers taken one after the other, in the order of the calls.
class ReadingAnswers {
  public:
    explicit ReadingAnswers(const std::vector<eth::ReadAnswer>& answers) : answers_(answers) {}

    /// As it came.
    const eth::ReadAnswer& next();
    /// The first `count` words; kRejected, naming call and contract, when there are fewer.
    Result<std::vector<U256>> words(std::size_t count);
    Result<U256> word();
    Result<Address> address();
    /// A list of contracts.
    Result<std::vector<Address>> addresses();
    /// The word of a view that not every fork has.
    std::optional<U256> word_if_any();
    Address address_if_any();
    bool flag_if_any();

  private:
    const std::vector<eth::ReadAnswer>& answers_;
    std::size_t next_ = 0;
};

}  // namespace faultline::compound_v2
