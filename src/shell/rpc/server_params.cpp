// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/shell/rpc/server_request.hpp>

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t kTopicsMost = 4;
/// As geth limits addresses and the alternatives of one topic.
constexpr std::size_t kAlternativesMost = 1000;

Error wrong(std::string what) {
    return {Code::kInvalid, std::move(what)};
}

/// The params as a JSON array; each knows its position for messages.
class Params {
  public:
    static Result<Params> parse(std::string_view text) {
        Params out;
        element document;
        if (out.parser_->parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) {
            return wrong("params are not JSON");
        }
        simdjson::dom::array items;
        if (document.get(items) != simdjson::SUCCESS) {
            return wrong("params by name are not supported: give an array");
        }
        for (const element item : items) {
            out.items_.push_back(item);
        }
        return out;
    }

    [[nodiscard]] Result<void> at_most(std::size_t count) const {
        if (items_.size() > count) {
            return wrong("too many arguments, want at most " + std::to_string(count));
        }
        return {};
    }

    /// Absent, or null at the end, is nullopt.
    [[nodiscard]] std::optional<element> optional(std::size_t position) const {
        if (position >= items_.size() || items_[position].is_null()) {
            return std::nullopt;
        }
        return items_[position];
    }

    [[nodiscard]] Result<element> required(std::size_t position) const {
        if (const auto found = optional(position)) {
            return *found;
        }
        return wrong("missing value for required argument " + std::to_string(position));
    }

  private:
    /// Elements point into it, so it stays where it is.
    std::unique_ptr<simdjson::dom::parser> parser_ = std::make_unique<simdjson::dom::parser>();
    std::vector<element> items_;
};

template <class Fixed>
Result<Fixed> fixed_bytes(element value, std::string_view what) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return wrong(std::string(what) + " is no string");
    }
    auto out = Fixed::from_hex(text);
    if (!out) {
        return wrong(std::string(what) + ": " + out.error().detail());
    }
    return *out;
}

std::optional<BlockTag> tag_of(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, BlockTag>, 5> kTags{{
        {"earliest", BlockTag::kEarliest},
        {"latest", BlockTag::kLatest},
        {"safe", BlockTag::kSafe},
        {"finalized", BlockTag::kFinalized},
        {"pending", BlockTag::kPending},
    }};
    const auto* const found =
        std::ranges::find(kTags, text, &std::pair<std::string_view, BlockTag>::first);
    return found == kTags.end() ? std::nullopt : std::optional(found->second);
}

Result<BlockSelector> number_or_tag(element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return wrong("a block is a hex number or a tag, as a string");
    }
    if (const auto tag = tag_of(text)) {
        return BlockSelector(*tag);
    }
    const auto number = quantity_from_hex(text);
    if (!number) {
        return wrong("a block is a hex number or a tag: " + number.error().detail());
    }
    return BlockSelector(*number);
}

/// EIP-1898 too.
Result<BlockSelector> any_block(element value) {
    object fields;
    if (value.get(fields) == simdjson::SUCCESS) {
        element inner;
        if (fields.at_key("blockHash").get(inner) == simdjson::SUCCESS) {
            FAULTLINE_TRY(const Hash32 hash, fixed_bytes<Hash32>(inner, "blockHash"));
            return BlockSelector(hash);
        }
        if (fields.at_key("blockNumber").get(inner) == simdjson::SUCCESS) {
            return number_or_tag(inner);
        }
        return wrong("a block object has blockHash or blockNumber");
    }
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS && text.size() == 2 + 2 * Hash32::kSize) {
        FAULTLINE_TRY(const Hash32 hash, fixed_bytes<Hash32>(value, "block hash"));
        return BlockSelector(hash);
    }
    return number_or_tag(value);
}

/// One, or a list of alternatives; null is any.
template <class Fixed>
Result<std::vector<Fixed>> alternatives(element value, std::string_view what) {
    std::vector<Fixed> out;
    simdjson::dom::array items;
    if (value.is_null()) {
        return out;
    }
    if (value.get(items) != simdjson::SUCCESS) {
        FAULTLINE_TRY(const Fixed one, fixed_bytes<Fixed>(value, what));
        out.push_back(one);
        return out;
    }
    for (const element item : items) {
        if (item.is_null()) {
            return std::vector<Fixed>();  // As geth: null among them matches anything.
        }
        FAULTLINE_TRY(const Fixed one, fixed_bytes<Fixed>(item, what));
        out.push_back(one);
    }
    if (out.size() > kAlternativesMost) {
        return wrong("exceed max addresses or topics per search position");
    }
    return out;
}

Result<void> read_topics(const object& fields, LogQuery& query) {
    simdjson::dom::array positions;
    element value;
    if (fields.at_key("topics").get(value) != simdjson::SUCCESS || value.is_null()) {
        return {};
    }
    if (value.get(positions) != simdjson::SUCCESS || positions.size() > kTopicsMost) {
        return wrong("topics is an array of at most 4");
    }
    for (const element position : positions) {
        FAULTLINE_TRY(auto topics, alternatives<Hash32>(position, "topic"));
        query.topics.push_back(std::move(topics));
    }
    return {};
}

Result<void> read_blocks(const object& fields, LogQuery& query) {
    element from;
    element to;
    element hash;
    const auto has = [&](std::string_view name, element& value) {
        return fields.at_key(name).get(value) == simdjson::SUCCESS && !value.is_null();
    };
    const bool has_from = has("fromBlock", from);
    const bool has_to = has("toBlock", to);
    if (has("blockHash", hash)) {
        if (has_from || has_to) {
            return wrong(
                "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other"
            );
        }
        FAULTLINE_TRY(query.block_hash, fixed_bytes<Hash32>(hash, "blockHash"));
        return {};
    }
    if (has_from) {
        FAULTLINE_TRY(query.from, number_or_tag(from));
    }
    if (has_to) {
        FAULTLINE_TRY(query.to, number_or_tag(to));
    }
    return {};
}

Result<LogQuery> log_query(element value) {
    object fields;
    if (value.get(fields) != simdjson::SUCCESS) {
        return wrong("a filter is an object");
    }
    LogQuery query;
    element address;
    if (fields.at_key("address").get(address) == simdjson::SUCCESS) {
        FAULTLINE_TRY(query.addresses, alternatives<Address>(address, "address"));
    }
    FAULTLINE_TRY_VOID(read_topics(fields, query));
    FAULTLINE_TRY_VOID(read_blocks(fields, query));
    return query;
}

Result<bool> full_or_not(const Params& params) {
    bool full = false;
    const auto value = params.optional(1);
    if (value && value->get(full) != simdjson::SUCCESS) {
        return wrong("argument 1 is true or false");
    }
    return full;
}

}  // namespace

Result<void> read_no_params(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    return items.at_most(0);
}

Result<BlockQuery> read_block_by_number(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(2));
    BlockQuery query;
    FAULTLINE_TRY(const element block, items.required(0));
    FAULTLINE_TRY(query.block, number_or_tag(block));
    FAULTLINE_TRY(query.full, full_or_not(items));
    return query;
}

Result<BlockQuery> read_block_by_hash(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(2));
    BlockQuery query;
    FAULTLINE_TRY(const element block, items.required(0));
    FAULTLINE_TRY(query.block, fixed_bytes<Hash32>(block, "block hash"));
    FAULTLINE_TRY(query.full, full_or_not(items));
    return query;
}

Result<BlockSelector> read_block_selector(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(1));
    FAULTLINE_TRY(const element block, items.required(0));
    return any_block(block);
}

Result<LogQuery> read_log_query(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(1));
    FAULTLINE_TRY(const element filter, items.required(0));
    return log_query(filter);
}

Result<CallQuery> read_call_query(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(4));  // State and block overrides come third and fourth.
    FAULTLINE_TRY(const element txn, items.required(0));
    object fields;
    if (txn.get(fields) != simdjson::SUCCESS) {
        return wrong("argument 0 is an object");
    }
    CallQuery query;
    element to;
    if (fields.at_key("to").get(to) != simdjson::SUCCESS) {
        return wrong("there is no \"to\": contracts are not created here");
    }
    FAULTLINE_TRY(query.to, fixed_bytes<Address>(to, "to"));
    element from;
    if (fields.at_key("from").get(from) == simdjson::SUCCESS && !from.is_null()) {
        FAULTLINE_TRY(query.from, fixed_bytes<Address>(from, "from"));
    }
    for (const std::string_view name : {"input", "data"}) {
        element data;
        std::string_view text;
        if (fields.at_key(name).get(data) == simdjson::SUCCESS && !data.is_null()) {
            if (data.get(text) != simdjson::SUCCESS) {
                return wrong(std::string(name) + " is no string");
            }
            auto bytes = bytes_from_hex(text);
            if (!bytes) {
                return wrong(std::string(name) + ": " + bytes.error().detail());
            }
            query.data = std::move(*bytes);
            break;
        }
    }
    if (const auto block = items.optional(1)) {
        FAULTLINE_TRY(query.block, any_block(*block));
    }
    return query;
}

Result<SubscribeQuery> read_subscribe_query(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(2));
    FAULTLINE_TRY(const element kind, items.required(0));
    std::string_view text;
    if (kind.get(text) != simdjson::SUCCESS) {
        return wrong("argument 0 is the kind of subscription, a string");
    }
    SubscribeQuery query;
    query.kind = std::string(text);
    if (const auto filter = items.optional(1); filter && query.kind == "logs") {
        FAULTLINE_TRY(query.filter, log_query(*filter));
    }
    return query;
}

Result<std::string> read_subscription_id(std::string_view params) {
    FAULTLINE_TRY(const auto items, Params::parse(params));
    FAULTLINE_TRY_VOID(items.at_most(1));
    FAULTLINE_TRY(const element id, items.required(0));
    std::string_view text;
    if (id.get(text) != simdjson::SUCCESS) {
        return wrong("argument 0 is the id of a subscription, a string");
    }
    return std::string(text);
}

}  // namespace faultline::rpc
