// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/simnode/faults.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace faultline::simnode {

/// The head to begin with is the tape's last.
inline constexpr eth::BlockNum kAtEnd = std::numeric_limits<eth::BlockNum>::max();

struct Options {
    std::string tape;                       ///< File.
    std::string listen = "127.0.0.1:8545";  ///< "host:port" or "[v6]:port"; port 0: a free one.
    std::string tls_certificate_file;       ///< PEM; empty: no TLS.
    std::string tls_key_file;
    double blocks_per_second = 1;         ///< Moves of the head a second; 0: it does not move.
    eth::BlockNum from_head = 0;          ///< The head to begin with, at least; kAtEnd.
    bool wait_for_client = false;         ///< The head moves from the first request on.
    eth::BlockNum safe_depth = 32;        ///< Blocks between head and `safe`.
    eth::BlockNum finalized_depth = 64;   ///< Blocks between head and `finalized`.
    eth::BlockNum range_blocks_most = 0;  ///< Of one eth_getLogs; 0: no limit.
    std::size_t logs_most = 0;            ///< In one eth_getLogs answer; 0: no limit.
    std::vector<FaultRule> faults;
    std::uint64_t seed = 1;  ///< Of the faults.
    /// Told what the tape says about each block that became the head, for people.
    std::function<void(const eth::BlockRef&, const std::string&)> narrate;
};

/// A simulated Ethereum node: serves a tape as JSON-RPC over HTTP and WebSocket on one port, and
/// misbehaves as told. Thread: loop.
class SimNode {
  public:
    SimNode() = default;
    SimNode(const SimNode&) = delete;
    SimNode& operator=(const SimNode&) = delete;
    virtual ~SimNode() = default;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual const std::string& about() const = 0;  ///< The tape, in its own words.
    [[nodiscard]] virtual eth::ChainId chain_id() const = 0;
    [[nodiscard]] virtual eth::BlockRef head() const = 0;
    [[nodiscard]] virtual eth::BlockRef last() const = 0;  ///< Where the tape ends.
    /// How often each kind of fault struck, in the order of the enumeration.
    [[nodiscard]] virtual const std::array<std::uint64_t, kFaultKinds>& fault_counts() const = 0;

    /// The next move, at once, for tests; false when the tape has been played.
    virtual bool advance() = 0;
    /// Serves, and plays the tape, until cancelled.
    virtual runtime::Task<> run() = 0;
};

/// Reads the tape and binds. kInvalid: no tape, or options that make no sense; kUnavailable: file
/// or port. Memory: the unpacked tape and about 200 bytes a log.
/// @pre called while a runtime::Loop exists, which outlives it, as `clock` and `log` do
Result<std::unique_ptr<SimNode>> open(Options options, runtime::Clock& clock, obs::Log& log);

}  // namespace faultline::simnode
