// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace faultline::delivery {

/// How many dead letters of a chain each receiver has, receivers that are no longer configured
/// included.
class DeadLetterGauges {
  public:
    DeadLetterGauges(
        obs::Metrics& metrics, std::string chain, const std::vector<std::string>& receivers
    );

    /// One more.
    void added(const std::string& receiver);

    /// Counts them all; a store that cannot be read leaves what was known.
    void recount(const store::Store& store);

    [[nodiscard]] std::size_t of(const std::string& receiver) const;
    [[nodiscard]] std::size_t total() const;

  private:
    void show(const std::string& receiver, std::size_t count);

    obs::Metrics& metrics_;
    std::string chain_;
    std::map<std::string, std::size_t> counts_;
};

}  // namespace faultline::delivery
