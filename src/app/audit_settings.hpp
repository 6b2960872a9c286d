// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace faultline::app {

/// How much of a chain is audited.
struct AuditSettings {
    std::uint64_t requests_per_minute = 60;  ///< JSON-RPC calls; 0 turns audits off.
    std::size_t accounts_per_sample = 8;
};

}  // namespace faultline::app
