// SPDX-License-Identifier: Apache-2.0
// What clients of the simulated node send, and lines of tapes: nothing may crash or hang, and every
// request is answered with JSON or left unanswered as it asked.
#include <faultline/base/assert.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/rpc/server_request.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::rpc {
namespace {

void check_params(std::string_view params) {
    (void)read_no_params(params);
    (void)read_block_by_number(params);
    (void)read_block_by_hash(params);
    (void)read_block_selector(params);
    (void)read_call_query(params);
    (void)read_subscription_id(params);
    const auto query = read_log_query(params);
    FAULTLINE_ASSERT(!query || query->topics.size() <= 4);
    (void)read_subscribe_query(params);
}

void check_requests(std::string_view text) {
    const ServerRequests read = read_requests(text);
    FAULTLINE_ASSERT(!read.requests.empty());
    FAULTLINE_ASSERT(read.batch || read.requests.size() == 1);
    for (const ServerRequest& request : read.requests) {
        if (request.invalid) {
            FAULTLINE_ASSERT(request.id == "null" && request.invalid->code < 0);
            continue;
        }
        check_params(request.params);
        // What is sent back is JSON again, the client's id included.
        if (!request.id.empty()) {
            const Refusal refusal{.code = -1, .message = request.method, .json = {}};
            const std::string answer = refusal_json(request.id, refusal);
            FAULTLINE_ASSERT(text_field(answer, "jsonrpc").has_value());
        }
    }
}

void check_lines(std::string_view text) {
    (void)decode_recorded_revert(text);
    const auto block = read_tape_block(std::string(text));
    if (block) {
        FAULTLINE_ASSERT(block->header.starts_with('{') && block->header.ends_with('}'));
        (void)read_tape_calls(block->calls);
        (void)read_tape_calls(block->truth);
    }
}

}  // namespace
}  // namespace faultline::rpc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(bytes), size);
    faultline::rpc::check_requests(text);
    faultline::rpc::check_lines(text);
    return 0;
}
