// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::maker {
namespace {

constexpr std::size_t kWord = 32;
constexpr std::size_t kSelector = 4;
constexpr std::size_t kTopics = 4;
constexpr std::size_t kCalldata = 224;  ///< So much of it is logged.
constexpr std::size_t kData = (2 * kWord) + kCalldata;

bool laid_out(NoteKind kind, const eth::Log& log) {
    if (log.topics.size() != kTopics || log.data.size() != kData ||
        U256::from_be_bytes(log.data.first(kWord)) != U256(kWord) ||
        U256::from_be_bytes(log.data.subspan(kWord, kWord)) != U256(kCalldata)) {
        return false;
    }
    const BytesView calldata = log.data.subspan(2 * kWord);
    const BytesView selector = log.topics[0].view();
    bool same =
        std::ranges::equal(selector.first(kSelector), calldata.first(kSelector)) &&
        std::ranges::all_of(selector.subspan(kSelector), [](auto byte) { return byte == 0; });
    // The topics repeat the arguments as they were sent.
    const std::size_t first = kind == NoteKind::kVat ? 1 : 2;
    for (std::size_t i = first; i < kTopics; ++i) {
        same = same &&
               std::ranges::equal(
                   log.topics[i].view(), calldata.subspan(kSelector + ((i - first) * kWord), kWord)
               );
    }
    return same;
}

}  // namespace

Result<Note> decode_note(NoteKind kind, const eth::Log& log) {
    if (!laid_out(kind, log)) {
        return Error(
            Code::kMalformed,
            "a note of " + log.address.hex() + " has " + std::to_string(log.topics.size()) +
                " topics and " + std::to_string(log.data.size()) +
                " bytes of data that are not its call"
        );
    }
    Note out;
    out.arguments = log.data.subspan((2 * kWord) + kSelector);
    if (kind == NoteKind::kLib) {
        out.sender = Address::from_bytes(log.topics[1].view().last(Address::kSize));
    }
    return out;
}

U256 Note::word(std::size_t place) const {
    return U256::from_be_bytes(arguments.subspan(place * kWord, kWord));
}

Hash32 Note::bytes32(std::size_t place) const {
    return Hash32::from_bytes(arguments.subspan(place * kWord, kWord));
}

Address Note::address(std::size_t place) const {
    return Address::from_bytes(arguments.subspan(place * kWord, kWord).last(Address::kSize));
}

std::string text_of(const Hash32& word) {
    constexpr std::uint8_t kFirstPrintable = 0x20;
    constexpr std::uint8_t kLastPrintable = 0x7e;
    std::string out;
    bool ended = false;
    for (const std::uint8_t byte : word.bytes) {
        if (byte != 0 && (ended || byte < kFirstPrintable || byte > kLastPrintable)) {
            return word.hex();
        }
        ended = byte == 0;
        if (!ended) {
            out.push_back(static_cast<char>(byte));
        }
    }
    return out.empty() ? word.hex() : out;
}

bool is_text(const Hash32& word, std::string_view text) {
    Hash32 wanted;
    std::ranges::copy(text, wanted.bytes.begin());
    return word == wanted;
}

}  // namespace faultline::maker
