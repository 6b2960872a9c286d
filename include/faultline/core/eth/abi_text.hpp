// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Values of ABI types as people write them: 100, -5, true, 0xaa…, text, [1, 2], (0xaa…, 1).
namespace faultline::eth {

/// One value, taken apart but not read yet, so that parts of it can be filled in first.
struct AbiText {
    AbiType type;
    std::string text;            ///< Of what is no list; without quotes.
    std::vector<AbiText> parts;  ///< Of arrays and tuples.
};

/// Takes a value apart. Elements of arrays are in brackets, members of tuples in parentheses, with
/// commas between; inside of those, text is in double quotes, with \" and \\. kInvalid says what is
/// wrong: brackets, or how many elements there are.
Result<AbiText> parse_abi_text(const AbiType& type, std::string_view text);

/// Reads each part after `fill` has had it. Numbers are decimal, unsigned ones also 0x hex, and
/// have to fit; addresses are 20 bytes, with the checksum of EIP-55 when they have capitals; bytesN
/// are exactly N bytes. kInvalid says which value does not fit its type; errors of `fill` are
/// passed on.
Result<AbiValue> read_abi_text(
    const AbiText& text, const std::function<Result<std::string>(const AbiText&)>& fill
);

/// What is no list. kInvalid as above.
Result<AbiValue> abi_value_of(const AbiType& type, std::string_view text);

}  // namespace faultline::eth
