// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::eth::rlp {
namespace {

constexpr std::uint8_t kStringBase = 0x80;
constexpr std::uint8_t kListBase = 0xc0;
constexpr std::size_t kMaxShortSize = 55;

constexpr std::size_t byte_width(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value)) + 7) / 8;
}

/// What stands before the content of a string or a list: at most a byte and a 64-bit length.
struct Prefix {
    std::array<std::uint8_t, 9> bytes{};
    std::size_t size = 0;

    [[nodiscard]] BytesView view() const { return BytesView(bytes).first(size); }
};

Prefix prefix_of(std::uint8_t base, std::size_t content_size) {
    Prefix out;
    if (content_size <= kMaxShortSize) {
        out.bytes[0] = static_cast<std::uint8_t>(base + content_size);
        out.size = 1;
        return out;
    }
    const std::size_t width = byte_width(content_size);
    out.bytes[0] = static_cast<std::uint8_t>(base + kMaxShortSize + width);
    for (std::size_t i = 0; i < width; ++i) {
        out.bytes[width - i] = static_cast<std::uint8_t>(content_size >> (8 * i));
    }
    out.size = width + 1;
    return out;
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Reads items from left to right; positions are offsets into the whole input, for messages.
class Decoder {
  public:
    explicit Decoder(BytesView encoded) : encoded_(encoded) {}

    Result<Item> whole() {
        FAULTLINE_TRY(Item out, item(encoded_.size(), 0));
        if (at_ != encoded_.size()) {
            return malformed(at_, "bytes follow the item");
        }
        return out;
    }

  private:
    /// Where the content of an item is.
    struct Extent {
        bool is_list = false;
        std::size_t begin = 0;
        std::size_t size = 0;
    };

    Result<Item> item(std::size_t end, std::size_t depth) {
        FAULTLINE_TRY(const Extent extent, next_extent(end));
        Item out;
        out.is_list = extent.is_list;
        out.bytes = encoded_.subspan(extent.begin, extent.size);
        if (!extent.is_list) {
            at_ = extent.begin + extent.size;
            return out;
        }
        if (depth == kMaxDepth) {
            return malformed(
                at_, "lists nest deeper than " + std::to_string(kMaxDepth) + " levels"
            );
        }
        at_ = extent.begin;
        while (at_ < extent.begin + extent.size) {
            FAULTLINE_TRY(Item part, item(extent.begin + extent.size, depth + 1));
            out.items.push_back(std::move(part));
        }
        return out;
    }

    /// The extent of the item at the position, which must end before `end`.
    [[nodiscard]] Result<Extent> next_extent(std::size_t end) const {
        if (at_ == end) {
            return malformed(at_, "an item is missing");
        }
        const std::uint8_t first = encoded_[at_];
        if (first < kStringBase) {
            return Extent{.is_list = false, .begin = at_, .size = 1};
        }
        const bool is_list = first >= kListBase;
        const std::size_t code = first - (is_list ? kListBase : kStringBase);
        const std::size_t width = code <= kMaxShortSize ? 0 : code - kMaxShortSize;
        const std::size_t begin = at_ + 1 + width;
        if (width > end - at_ - 1) {
            return malformed(at_, "the length ends outside");
        }
        std::uint64_t size = code;
        if (width > 0) {
            FAULTLINE_TRY(size, long_size(width));
        }
        if (size > end - begin) {
            return malformed(
                at_,
                "an item of " + std::to_string(size) + " bytes does not fit the " +
                    std::to_string(end - begin) + " that are left"
            );
        }
        if (!is_list && size == 1 && encoded_[begin] < kStringBase) {
            return malformed(at_, "a length before a byte that stands for itself");
        }
        return Extent{.is_list = is_list, .begin = begin, .size = static_cast<std::size_t>(size)};
    }

    /// The length written in the `width` bytes after the position. @pre they are inside
    [[nodiscard]] Result<std::uint64_t> long_size(std::size_t width) const {
        const BytesView digits = encoded_.subspan(at_ + 1, width);
        if (digits.front() == 0) {
            return malformed(at_, "a length with a leading zero");
        }
        std::uint64_t out = 0;
        for (const std::uint8_t digit : digits) {
            out = (out << 8U) | digit;
        }
        if (out <= kMaxShortSize) {
            return malformed(at_, "a length written longer than need be");
        }
        return out;
    }

    [[nodiscard]] Error malformed(std::size_t at, std::string_view what) const {
        return Error(
                   Code::kMalformed,
                   "byte " + std::to_string(at) + " of " + std::to_string(encoded_.size()) + ": " +
                       std::string(what)
        )
            .context("decode RLP");
    }

    BytesView encoded_;
    std::size_t at_ = 0;
};

}  // namespace

void put_bytes(Bytes& out, BytesView content) {
    if (content.size() == 1 && content[0] < kStringBase) {
        out.push_back(content[0]);
        return;
    }
    append(out, prefix_of(kStringBase, content.size()).view());
    append(out, content);
}

void put_number(Bytes& out, std::uint64_t value) {
    const std::size_t width = byte_width(value);
    std::array<std::uint8_t, sizeof(value)> digits{};
    for (std::size_t i = 0; i < width; ++i) {
        digits[width - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    put_bytes(out, BytesView(digits).first(width));
}

void put_number(Bytes& out, const U256& value) {
    const auto word = value.to_be_bytes();
    put_bytes(out, BytesView(word).last((value.bit_width() + 7) / 8));
}

void close_list(Bytes& out, std::size_t start) {
    FAULTLINE_ASSERT(start <= out.size());
    const Prefix prefix = prefix_of(kListBase, out.size() - start);
    const BytesView bytes = prefix.view();
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(start), bytes.begin(), bytes.end());
}

Result<U256> Item::number() const {
    std::string wrong;
    if (is_list) {
        wrong = "a list is no number";
    } else if (bytes.size() > sizeof(U256)) {
        wrong = "a number of " + std::to_string(bytes.size()) + " bytes, 32 are the most";
    } else if (!bytes.empty() && bytes.front() == 0) {
        wrong = "a number with a leading zero";
    } else {
        return U256::from_be_bytes(bytes);
    }
    return Error(Code::kMalformed, std::move(wrong)).context("decode RLP");
}

Result<Item> decode(BytesView encoded) {
    return Decoder(encoded).whole();
}

void put(Bytes& out, const Item& item) {
    if (!item.is_list) {
        put_bytes(out, item.bytes);
        return;
    }
    const std::size_t start = out.size();
    for (const Item& part : item.items) {
        put(out, part);
    }
    close_list(out, start);
}

}  // namespace faultline::eth::rlp
