// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/chain_model.hpp"
#include "sim/options.hpp"
#include "sim/trace.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::sim {

/// The node's WebSocket, with the faults of real ones:
///  - socket_refused:     it cannot be opened;
///  - socket_dropped:     it closes in place of a notification;
///  - socket_silent:      it stays open, answers pings, and never notifies again;
///  - notification_lost, notification_twice, notification_late (out of order, up to a minute).
/// What must survive: progress by polling, and no more reconnects than faults explain.
/// Never done: notifications about blocks that never were; they are hints like any other, see
/// tests/unit/shell/chain.
class SimSocket final : public net::WsConnector {
  public:
    SimSocket(const SimOptions& options, runtime::Clock& clock, Trace& trace, std::uint64_t seed)
        : options_(options), clock_(clock), trace_(trace), random_(seed) {}

    runtime::Task<Result<std::unique_ptr<net::WsConnection>>> connect(
        net::Url url, Duration deadline
    ) override;

    /// Tells every open socket of a new head.
    void announce(const ModelBlock& block);

    void faults(bool on) { faults_ = on; }

    /// Whether a client would hear of the next block.
    [[nodiscard]] bool speaks() const;

  private:
    /// One connection's end at the node. The client's end keeps it too.
    struct Peer {
        bool open = true;
        bool subscribed = false;
        bool silent = false;
        std::multimap<Instant, std::string> inbox;  ///< By arrival.
        runtime::Event changed;
    };

    class Connection;

    bool happens(double rate) { return faults_ && random_.chance(rate); }

    const SimOptions& options_;
    runtime::Clock& clock_;
    Trace& trace_;
    runtime::Random random_;
    bool faults_ = true;
    std::vector<std::weak_ptr<Peer>> peers_;
};

}  // namespace faultline::sim
