// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/options.hpp"
#include "sim/sim_http.hpp"

#include <faultline/shell/runtime/random.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::sim {

/// A webhook receiver, with the faults of real ones:
///  - receiver_fails:   HTTP 500, 503, or 429 with Retry-After; nothing is taken;
///  - receiver_slow:    the answer takes longer than delivery waits; nothing is taken;
///  - receiver_forgets: the message is taken, but the answer is lost, so it comes again;
///  - outage:           the connection fails for a while.
/// What must survive: each transition arrives, under one key, in order for each alert.
class SimReceiver final : public SimHost {
  public:
    struct Taken {
        std::string key;
        std::string body;
    };

    SimReceiver(const SimOptions& options, std::uint64_t seed) : options_(options), random_(seed) {}

    Reply handle(const net::HttpRequest& request) override;

    void faults(bool on) { faults_ = on; }

    void outage(bool on) { outage_ = on; }

    /// Everything that was taken, repeats included, in order of arrival.
    [[nodiscard]] const std::vector<Taken>& taken() const { return taken_; }

  private:
    bool happens(double rate) { return faults_ && random_.chance(rate); }

    const SimOptions& options_;
    runtime::Random random_;
    bool faults_ = true;
    bool outage_ = false;
    std::vector<Taken> taken_;
};

}  // namespace faultline::sim
