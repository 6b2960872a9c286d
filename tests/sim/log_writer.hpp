// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <cstdint>

namespace faultline::sim {

/// Writes events as a contract would emit them into the logs of one block.
class LogWriter {
  public:
    /// Transaction hashes derive from `seed`, so blocks of two seeds never share one.
    explicit LogWriter(Hash32 seed) : tx_hash_(seed) {}

    /// Logs from here on belong to the next transaction.
    void begin_transaction() {
        tx_hash_ = eth::keccak256(tx_hash_.view());
        ++transactions_;
    }

    template <class Event>
    void emit(const Address& contract, const typename Event::Values& values) {
        const auto encoded = Event::encode(values);
        FAULTLINE_ASSERT(encoded.has_value());
        add(contract, encoded->topics, encoded->data);
    }

    void add(const Address& contract, std::span<const Hash32> topics, BytesView data) {
        eth::Log log;
        log.address = contract;
        log.topics = topics;
        log.data = data;
        log.tx_hash = tx_hash_;
        log.tx_index = transactions_ == 0 ? 0 : transactions_ - 1;
        log.log_index = static_cast<std::uint32_t>(logs_.size());
        logs_.add(log);
    }

    [[nodiscard]] eth::LogList take() { return std::move(logs_); }

  private:
    Hash32 tx_hash_;
    std::uint32_t transactions_ = 0;
    eth::LogList logs_;
};

}  // namespace faultline::sim
