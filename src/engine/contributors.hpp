// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/signals/signal.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {

/// The largest few of what was collected; of equal ones those whose path comes first.
class Largest {
  public:
    void add(const U256& worth, alerts::Contributor one) {
        all_.emplace_back(worth, std::move(one));
    }

    /// Appends them, the largest first. Once.
    void tell(std::vector<alerts::Contributor>& out);

  private:
    std::vector<std::pair<U256, alerts::Contributor>> all_;
};

/// Empty when there is no such label.
std::string label_of(const signals::Labels& labels, const char* name);

/// "account:0x…", and where a protocol keeps several positions of one apart, "ilk:ETH-A".
std::vector<std::string> ids_of(const protocol::Protocol& protocol, const protocol::Holder& holder);

/// In the market's currency, rounded down; nullopt without a price.
std::optional<U256> worth_of(const protocol::Leg& leg, const protocol::PartSide& side);

}  // namespace faultline::engine
