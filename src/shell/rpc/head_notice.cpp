// SPDX-License-Identifier: Apache-2.0
#include "head_notice.hpp"

#include "json_decode.hpp"
#include "json_field.hpp"
#include "json_reply.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view kSubscribe = "eth_subscribe";
constexpr std::string_view kNotification = "eth_subscription";

Error refused(const NodeError& error) {
    const Classification found = classify(error);
    const Code code = found.code == Code::kRateLimited ? found.code : Code::kRejected;
    const Error said = node_refusal(kSubscribe, error, Exchange());
    return Error(code, said.detail())
        .advise(
            "Without newHeads the head is polled; leave out the endpoint's ws URL to silence this"
        );
}

Result<HeadNotice> announcement(object message) {
    HeadNotice notice;
    FAULTLINE_TRY(const Fields params, Fields(message, kNotification).object("params"));
    FAULTLINE_TRY(const std::string_view subscription, params.text("subscription"));
    FAULTLINE_TRY(const Fields head, params.object("result"));
    notice.announced.emplace();
    notice.announced->subscription = std::string(subscription);
    eth::BlockRef& ref = notice.announced->hint.ref;
    FAULTLINE_TRY(ref.number, head.quantity("number"));  // Never computed with.
    FAULTLINE_TRY(ref.hash, head.hash("hash"));
    return notice;
}

bool answers_us(object message) {
    std::uint64_t id = 0;
    return message.at_key("id").get(id) == simdjson::SUCCESS && id == kSubscribeId;
}

}  // namespace

Result<HeadNotice> decode_head_notice(std::string_view text) {
    simdjson::dom::parser parser;
    element document;
    object message;
    if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS ||
        document.get(message) != simdjson::SUCCESS) {
        constexpr std::size_t kShown = 80;
        return about(
            Code::kMalformed,
            kSubscribe,
            "a message is not a JSON object: \"" + printable(text, kShown) + "\""
        );
    }
    std::string_view method;
    if (message.at_key("method").get(method) == simdjson::SUCCESS) {
        if (method == kNotification) {
            return announcement(message);
        }
        return HeadNotice();
    }
    element error;
    if (message.at_key("error").get(error) == simdjson::SUCCESS && !error.is_null()) {
        return refused(read_node_error(error));
    }
    HeadNotice notice;
    if (answers_us(message)) {
        FAULTLINE_TRY(const std::string_view id, Fields(message, kSubscribe).text("result"));
        notice.accepted = std::string(id);
    }
    return notice;
}

}  // namespace faultline::rpc
