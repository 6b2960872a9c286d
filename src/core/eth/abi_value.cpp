// SPDX-License-Identifier: Apache-2.0
#include "core/eth/abi_word.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace faultline::eth {
namespace {

using Kind = AbiType::Kind;

Error malformed(std::string detail) {
    return {Code::kMalformed, std::move(detail)};
}

std::string place(std::uint64_t offset, BytesView data) {
    return "byte " + std::to_string(offset) + " of " + std::to_string(data.size());
}

/// Tails may share data; this many readings of it is more than any encoder makes of it.
constexpr std::uint64_t kReadings = 8;

/// Decodes within one call; counts the words it reads, so that nested offsets to the same place
/// cannot multiply.
class Decoder {
  public:
    explicit Decoder(BytesView data) : budget_words_(kReadings * word::count_for(data.size())) {}

    /// `count` values laid out from `start` of `area`; offsets count from there. `type_of(i)` is
    /// the type of value i.
    template <class TypeOf>
    Result<AbiList> sequence(
        BytesView area, std::uint64_t start, std::uint64_t count, const TypeOf& type_of
    ) {
        AbiList out;
        std::uint64_t head = start;
        for (std::uint64_t i = 0; i < count; ++i) {
            const AbiType& type = type_of(i);
            auto value = at_head(type, area, head);
            if (!value) {
                return std::move(value).error().context(
                    "value " + std::to_string(i) + " (" + type.canonical() + ")"
                );
            }
            out.push_back(*std::move(value));
            head += type.head_words() * word::kSize;
        }
        return out;
    }

    Result<AbiValue> at_head(const AbiType& type, BytesView area, std::uint64_t head) {
        if (type.kind == Kind::kBytes || type.kind == Kind::kString) {
            return text(type.kind, area, head);
        }
        if (type.is_dynamic()) {
            FAULTLINE_TRY(const std::uint64_t offset, follow(area, head));
            const BytesView tail = area.subspan(static_cast<std::size_t>(offset));
            return type.kind == Kind::kList ? list(type, tail) : group(type, tail, 0);
        }
        return type.parts.empty() ? elementary(type, area, head) : group(type, area, head);
    }

  private:
    Result<AbiValue> elementary(const AbiType& type, BytesView area, std::uint64_t head) {
        FAULTLINE_TRY(const BytesView word, take(area, head));
        if (!word::is_clean(type.kind, type.size, word)) {
            return malformed(word::dirt(type.kind, type.size, word));
        }
        switch (type.kind) {
            case Kind::kAddress:
                return AbiValue{Address::from_bytes(word.last(Address::kSize))};
            case Kind::kBool:
                return AbiValue{word.back() == 1};
            case Kind::kInt:
                return AbiValue{I256{U256::from_be_bytes(word)}};
            case Kind::kFixedBytes: {
                const BytesView used = word.first(type.size);
                return AbiValue{Bytes(used.begin(), used.end())};
            }
            default:
                return AbiValue{U256::from_be_bytes(word)};
        }
    }

    Result<AbiValue> text(Kind kind, BytesView area, std::uint64_t head) {
        const auto content = word::tail_bytes(area, head);
        if (!content) {
            return malformed("its offset or length points outside the data: " + place(head, area));
        }
        FAULTLINE_TRY_VOID(spend(2 + word::count_for(content->size())));
        if (kind == Kind::kString) {
            return AbiValue{std::string(content->begin(), content->end())};
        }
        return AbiValue{Bytes(content->begin(), content->end())};
    }

    Result<AbiValue> list(const AbiType& type, BytesView tail) {
        FAULTLINE_TRY(const BytesView length_word, take(tail, 0));
        const BytesView elements = tail.subspan(word::kSize);
        const AbiType& element = type.parts.front();
        const std::uint64_t element_size = element.head_words() * word::kSize;
        FAULTLINE_ASSERT(element_size != 0);
        const std::uint64_t room = elements.size() / element_size;
        const auto count = word::number_up_to(length_word, room);
        if (!count) {
            return malformed(
                "its length is " + U256::from_be_bytes(length_word).to_string() +
                ", but the data holds at most " + std::to_string(room)
            );
        }
        FAULTLINE_TRY(
            AbiList out,
            sequence(elements, 0, *count, [&](std::uint64_t) -> const AbiType& { return element; })
        );
        return AbiValue{std::move(out)};
    }

    /// The elements of T[n] or the members of a tuple.
    Result<AbiValue> group(const AbiType& type, BytesView area, std::uint64_t head) {
        const bool is_array = type.kind == Kind::kArray;
        const std::uint64_t count = is_array ? type.size : type.parts.size();
        FAULTLINE_TRY(
            AbiList out,
            sequence(
                area,
                head,
                count,
                [&](std::uint64_t i) -> const AbiType& {
                    return type.parts[is_array ? 0 : static_cast<std::size_t>(i)];
                }
            )
        );
        return AbiValue{std::move(out)};
    }

    Result<BytesView> take(BytesView area, std::uint64_t offset) {
        const auto word = word::at(area, offset);
        if (!word) {
            return malformed("the data ends before it: " + place(offset, area));
        }
        FAULTLINE_TRY_VOID(spend(1));
        return *word;
    }

    Result<std::uint64_t> follow(BytesView area, std::uint64_t head) {
        FAULTLINE_TRY(const BytesView word, take(area, head));
        const auto offset = word::number_up_to(word, area.size());
        if (!offset) {
            return malformed("its offset points outside the data: " + to_text(word));
        }
        return *offset;
    }

    static std::string to_text(BytesView word) { return U256::from_be_bytes(word).hex(); }

    Result<void> spend(std::uint64_t words) {
        if (words > budget_words_) {
            return malformed("its parts overlap: they hold far more values than the data has words"
            );
        }
        budget_words_ -= words;
        return {};
    }

    std::uint64_t budget_words_;
};

}  // namespace

Result<AbiList> decode_abi(std::span<const AbiType> types, BytesView data) {
    return Decoder(data).sequence(data, 0, types.size(), [&](std::uint64_t i) -> const AbiType& {
        return types[static_cast<std::size_t>(i)];
    });
}

Result<AbiValue> decode_abi_at(const AbiType& type, BytesView data, std::uint64_t head) {
    return Decoder(data).at_head(type, data, head);
}

}  // namespace faultline::eth
