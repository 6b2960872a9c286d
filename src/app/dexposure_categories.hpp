// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {

/// Which sector a node of a snapshot is of: the `category` of its `id` in the table that DeXposure
/// publishes as meta_df.csv. What the table does not name, or names without a category, is of the
/// sector "Unknown", as in the published evaluations.
class DexposureCategories {
  public:
    /// Reads CSV with a header that names `id` and `category`; fields may be quoted (RFC 4180),
    /// other columns are skipped. kMalformed with `name`:line:column, columns counted in bytes
    /// from 1; also for an id that has two categories.
    static Result<DexposureCategories> read(std::istream& in, const std::string& name);

    /// read() of a file; kMissing when there is none.
    static Result<DexposureCategories> open(const std::string& file);

    /// Below sectors().size().
    [[nodiscard]] std::uint32_t sector_of(const network::SnapshotId& id) const;

    /// Their names: "Unknown", then in the order of the table.
    [[nodiscard]] const std::vector<std::string>& sectors() const noexcept { return sectors_; }

  private:
    friend class CategoryReader;

    std::uint32_t number_of(const std::string& sector);

    std::vector<std::string> sectors_{"Unknown"};
    std::map<std::string, std::uint32_t, std::less<>> numbers_{{"Unknown", 0}};
    std::map<std::string, std::uint32_t, std::less<>> by_id_;
};

}  // namespace faultline::app
