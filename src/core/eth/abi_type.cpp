// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

template <class T>
Result<T> outcome(std::optional<T> parsed, const AbiParser& parser, std::string_view text) {
    if (parsed) {
        return std::move(*parsed);
    }
    return Error(
        Code::kInvalid,
        "expected " + std::string(parser.expected()) + " at column " +
            std::to_string(parser.position() + 1) + " of \"" + std::string(text) + "\""
    );
}

}  // namespace

std::string AbiType::canonical() const {
    std::vector<char> out;
    append_canonical(out);
    return {out.begin(), out.end()};
}

std::string AbiDeclaration::signature() const {
    const std::vector<char> out = signature_characters();
    return {out.begin(), out.end()};
}

Result<AbiType> parse_abi_type(std::string_view text) {
    AbiParser parser(text);
    return outcome(parser.whole_type(), parser, text);
}

Result<AbiDeclaration> parse_abi_declaration(std::string_view text) {
    AbiParser parser(text);
    return outcome(parser.whole_declaration(), parser, text);
}

}  // namespace faultline::eth
