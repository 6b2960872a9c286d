// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/options.hpp"
#include "sim/sim_http.hpp"

#include <faultline/shell/runtime/random.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::sim {

/// A webhook receiver, with the faults of real ones:
///  - fails:   HTTP 500, 503, or 429 with Retry-After; nothing is taken;
///  - slow:    the answer takes longer than delivery waits; nothing is taken;
///  - forgets: the message is taken, but the answer is lost, so it comes again;
///  - outage:  the connection fails for a while.
/// What must survive: each transition arrives, under one key, in order for each alert.
class SimReceiver final : public SimHost {
  public:
    struct Taken {
        std::string key;
        std::string body;
    };

    /// @param rule the only rule whose alerts a route leads here; empty: all do
    SimReceiver(
        std::string name, std::string rule, const ReceiverFaults& faults, std::uint64_t seed
    )
        : name_(std::move(name)), rule_(std::move(rule)), rates_(faults), random_(seed) {}

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] std::string host() const { return name_ + ".sim"; }

    [[nodiscard]] bool hears(const std::string& rule) const {
        return rule_.empty() || rule == rule_;
    }

    [[nodiscard]] const ReceiverFaults& rates() const { return rates_; }

    Reply handle(const net::HttpRequest& request) override;

    void faults(bool on) { faults_ = on; }

    void outage(bool on) { outage_ = on; }

    /// Everything that was taken, repeats included, in order of arrival.
    [[nodiscard]] const std::vector<Taken>& taken() const { return taken_; }

  private:
    bool happens(double rate) { return faults_ && random_.chance(rate); }

    std::string name_;
    std::string rule_;
    ReceiverFaults rates_;
    runtime::Random random_;
    bool faults_ = true;
    bool outage_ = false;
    std::vector<Taken> taken_;
};

}  // namespace faultline::sim
