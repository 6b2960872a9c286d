// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace faultline::rpc {

/// What was already said about an endpoint, so that each kind of failure is said once and not per
/// request. Numbers and hashes in a text do not make it another one.
class Complaints {
  public:
    /// True when nothing like it was said before. Keeps 64 texts; then it begins anew.
    bool is_new(std::string_view text);

  private:
    std::set<std::string> said_;
};

}  // namespace faultline::rpc
