// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The lines of a tape. Pure functions; what they give reads back by rpc/recorded.hpp.
namespace faultline::tape {

/// A block's own JSON, as far as we know it: for when the node no longer tells.
std::string header_json(const eth::Header& header);
std::string logs_json(const eth::LogList& logs, const eth::Header& header);

/// An applied block. `header` and `logs` are JSON; the answers, evidence and liveness come from
/// `block`.
std::string applied_line(
    std::string_view header,
    std::string_view logs,
    const eth::Block& block,
    const std::vector<rpc::RecordedView>& truth
);

std::string reverted_line(const eth::BlockRef& ref);

}  // namespace faultline::tape
