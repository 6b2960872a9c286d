// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_text.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Calldata that an operator asked to have made from alerts. Made and shown, never sent: the daemon
/// holds no keys.
namespace faultline::delivery {

/// What an alert offers for placeholders, by name.
using CallValues = std::map<std::string, std::string>;

/// A function call with arguments that are constants or placeholders:
///
///     setCap(address,uint256)  0xaa…  {limit:18}
///
/// {name} is the value of that name; {name:18} is it times 10^18, which has to be whole. An
/// argument of type string may have several among other words. For an address the id of a node will
/// do, `token:0x…`.
class CallTemplate {
  public:
    CallTemplate() = default;

    /// kInvalid, naming the argument, for a signature that does not parse, and for constants that
    /// do not fit their types.
    static Result<CallTemplate> parse(
        std::string_view function, const std::vector<std::string>& arguments
    );

    /// Selector and arguments. kInvalid, naming the argument, when a value is missing or does not
    /// fit: nothing is rounded or cut.
    [[nodiscard]] Result<Bytes> encode(const CallValues& values) const;

    /// "setCap(address,uint256)"
    [[nodiscard]] const std::string& signature() const noexcept { return signature_; }

  private:
    struct Argument {
        std::string name;  ///< "argument 2 (cap)"
        eth::AbiText text;
    };

    std::string signature_;
    std::vector<eth::AbiType> types_;
    std::vector<Argument> arguments_;
};

/// A decimal number times 10^places, as an integer in digits. kInvalid when it is no number, or has
/// more decimals.
Result<std::string> scaled(std::string_view number, unsigned places);

}  // namespace faultline::delivery
