// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/json.hpp"
#include "sim/node_view.hpp"
#include "sim/options.hpp"

#include <string>

namespace faultline::sim {

inline constexpr std::uint64_t kChainId = 31337;

/// An honest node's answers to JSON-RPC requests, as text.
class NodeAnswers {
  public:
    NodeAnswers(const NodeView& view, const SimOptions& options) : view_(view), options_(options) {}

    /// The answer to one request: {"jsonrpc":...,"id":...,"result" or "error":...}.
    [[nodiscard]] std::string answer(const Json& request) const;

    /// A newHeads notification about a block.
    static std::string notification(const ModelBlock& block);
    /// {"jsonrpc":...,"id":...,"error":{...}}
    static std::string error(const Json& request, int code, const std::string& message);
    static std::string result(const Json& request, const std::string& result);

  private:
    [[nodiscard]] std::string block_by_number(const Json& request) const;
    [[nodiscard]] std::string logs(const Json& request) const;
    [[nodiscard]] std::string logs_of_range(const Json& request, const Json& filter) const;
    [[nodiscard]] std::string call(const Json& request) const;

    const NodeView& view_;
    const SimOptions& options_;
};

}  // namespace faultline::sim
