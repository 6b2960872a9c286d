// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::ledger {

void Encoder::put_leaf(const U256& value) {
    const auto bytes = value.to_be_bytes();
    const std::size_t size = (value.bit_width() + 7) / 8;
    out_.push_back(static_cast<std::uint8_t>(size));
    out_.insert(out_.end(), bytes.end() - static_cast<std::ptrdiff_t>(size), bytes.end());
}

void Encoder::put_leaf(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    out_.insert(out_.end(), text.begin(), text.end());
}

void Encoder::put_leaf(const Bytes& bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    out_.insert(out_.end(), bytes.begin(), bytes.end());
}

BytesView Decoder::take(std::size_t count) {
    if (count > in_.size()) {
        ok_ = false;
        in_ = {};
        return {};
    }
    const BytesView taken = in_.first(count);
    in_ = in_.subspan(count);
    return taken;
}

void Decoder::get_leaf(U256& value) {
    constexpr std::size_t kWord = 32;
    std::uint8_t size = 0;
    get(size);
    const BytesView bytes = take(size);
    // A longer word, or one with a leading zero, is not what an Encoder writes.
    if (size > kWord || (!bytes.empty() && bytes[0] == 0)) {
        ok_ = false;
        return;
    }
    value = U256::from_be_bytes(bytes);
}

void Decoder::get_leaf(std::string& text) {
    std::uint32_t size = 0;
    get(size);
    const BytesView bytes = take(size);
    text.assign(bytes.begin(), bytes.end());
}

void Decoder::get_leaf(Bytes& bytes) {
    std::uint32_t size = 0;
    get(size);
    const BytesView taken = take(size);
    bytes.assign(taken.begin(), taken.end());
}

}  // namespace faultline::ledger
