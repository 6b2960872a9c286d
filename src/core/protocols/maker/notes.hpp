// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/literal.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The anonymous notes of dss v1.2 (vat.sol `note`, lib.sol LibNote): the selector as first topic,
/// calldata in the data.
namespace faultline::maker {

/// Who wrote it: what the topics after the selector are.
enum class NoteKind : std::uint8_t {
    kVat,  ///< The first three arguments; the caller is not logged.
    kLib,  ///< msg.sender, then the first two arguments.
};

/// A note, as a view into its log.
struct Note {
    Address sender;  ///< Zero in the Vat's.
    BytesView arguments;

    /// An argument by its place. Calldata beyond what was sent reads as zero, as it does in the
    /// contract's own decoder of that time.
    [[nodiscard]] U256 word(std::size_t place) const;

    [[nodiscard]] Hash32 bytes32(std::size_t place) const;
    /// Bits above an address's are not looked at, as solc 0.5 does not.
    [[nodiscard]] Address address(std::size_t place) const;

    [[nodiscard]] eth::I256 signed_word(std::size_t place) const { return {word(place)}; }
};

/// The first topic of a function's note: its selector from the left.
template <eth::Literal Signature>
consteval Hash32 note_topic() {
    Hash32 out;
    std::ranges::copy(eth::selector<Signature>(), out.bytes.begin());
    return out;
}

/// kMalformed where the log is not laid out as the contract's `note` does it.
Result<Note> decode_note(NoteKind kind, const eth::Log& log);

/// The text of bytes32 as Maker's contracts use it ("ETH-A", "spot"), printable characters only;
/// hex where there are others.
std::string text_of(const Hash32& word);
/// Whether a bytes32 is exactly this text, padded with zeros.
bool is_text(const Hash32& word, std::string_view text);

}  // namespace faultline::maker
