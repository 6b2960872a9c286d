// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_encode.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace faultline::rpc {

/// What came back for a request, as plain data: parsed without transport, on any thread.
struct Exchange {
    std::span<const Call> calls;
    std::uint64_t first_id = 0;
    std::string_view body;
    int http_status = 200;
    std::int64_t retry_after_ms = 0;
};

/// "eth_getLogs: <what>", the form of every error of this module.
Error about(Code code, std::string_view method, const std::string& what);

/// The methods of a batch, each once: "eth_getBlockByHash+eth_getLogs".
std::string method_names(std::span<const Call> calls);

/// At most `limit` characters of text from outside, control characters made visible.
std::string printable(std::string_view text, std::size_t limit);

/// The error object (or string) of an answer.
NodeError read_node_error(simdjson::dom::element error);

/// An error answer as our Error.
Error node_refusal(std::string_view method, const NodeError& error, const Exchange& exchange);

/// A parsed answer: for every call, in the order asked, its result or its error.
class Reply {
  public:
    /// Holds the answer to the JSON-RPC rules: every id answered exactly once, in any order; an
    /// error that belongs to no call fails them all.
    static Result<Reply> parse(const Exchange& exchange);

    /// The result of one call, which may be JSON null; its error classified. Valid while the Reply
    /// lives.
    [[nodiscard]] Result<simdjson::dom::element> result(std::size_t call) const;
    /// As result, but null is kMissing with `what` named.
    [[nodiscard]] Result<simdjson::dom::element> present(std::size_t call, std::string_view what)
        const;
    /// The error of one call, or nullptr.
    [[nodiscard]] const NodeError* error(std::size_t call) const;
    [[nodiscard]] std::string_view method(std::size_t call) const;

  private:
    using Answer = std::variant<std::monostate, simdjson::dom::element, NodeError>;

    Reply() = default;
    Result<void> take(simdjson::dom::element document);
    Result<void> take_one(simdjson::dom::element answer);
    /// Fails unless every call is answered; without HTTP success only reverts count as answers.
    [[nodiscard]] Result<void> complete() const;
    /// Fails when one error object answers a whole batch, whatever id it carries.
    [[nodiscard]] Result<void> refuse_whole(simdjson::dom::element document) const;
    /// The error for an answer that belongs to no call.
    [[nodiscard]] Error stray(
        std::optional<std::uint64_t> id, const std::optional<NodeError>& error
    ) const;

    Exchange exchange_;
    std::unique_ptr<simdjson::dom::parser> parser_;
    std::vector<Answer> answers_;
};

}  // namespace faultline::rpc
