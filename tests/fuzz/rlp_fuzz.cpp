// SPDX-License-Identifier: Apache-2.0
// RLP from anywhere: nothing may crash, hang or take memory out of proportion, and what decodes has
// no other encoding.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace faultline::eth {
namespace {

std::size_t count_of(const rlp::Item& item) {
    std::size_t out = 1;
    for (const rlp::Item& part : item.items) {
        out += count_of(part);
    }
    return out;
}

void check_number(const rlp::Item& item) {
    const auto number = item.number();
    if (!number) {
        FAULTLINE_ASSERT(!number.error().message().empty());
        return;
    }
    Bytes as_item;
    rlp::put(as_item, item);
    Bytes as_number;
    rlp::put_number(as_number, *number);
    FAULTLINE_ASSERT(as_item == as_number);
}

void check(BytesView input) {
    const auto item = rlp::decode(input);
    if (!item) {
        FAULTLINE_ASSERT(!item.error().message().empty());
        return;
    }
    FAULTLINE_ASSERT(count_of(*item) <= input.size());
    Bytes encoded;
    rlp::put(encoded, *item);
    FAULTLINE_ASSERT(std::ranges::equal(encoded, input));
    check_number(*item);
}

}  // namespace
}  // namespace faultline::eth

/// Input: an item.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    faultline::eth::check({bytes, size});
    return 0;
}
