// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace faultline::rpc {

/// Reads fields of one JSON object; errors name the method and the field.
class Fields {
  public:
    /// @pre `method` outlives it.
    Fields(simdjson::dom::object object, std::string_view method)
        : object_(object), method_(method) {}

    static Result<Fields> of(
        simdjson::dom::element value, std::string_view method, std::string_view what
    );

    /// True when the field is there and not null.
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] Result<std::string_view> text(std::string_view name) const;
    [[nodiscard]] Result<std::uint64_t> quantity(std::string_view name) const;
    [[nodiscard]] Result<std::uint32_t> small_quantity(std::string_view name) const;
    [[nodiscard]] Result<Hash32> hash(std::string_view name) const;
    [[nodiscard]] Result<Address> address(std::string_view name) const;
    [[nodiscard]] Result<Bytes> bytes(std::string_view name) const;
    /// Whatever is there; an error when nothing is.
    [[nodiscard]] Result<simdjson::dom::element> value(std::string_view name) const;
    [[nodiscard]] Result<simdjson::dom::array> array(std::string_view name) const;
    [[nodiscard]] Result<Fields> object(std::string_view name) const;
    /// Absent or null is false.
    [[nodiscard]] Result<bool> flag(std::string_view name) const;

    /// kMalformed "<method>: the field <field> <why>".
    [[nodiscard]] Error wrong(std::string_view name, std::string_view why) const;

  private:
    simdjson::dom::object object_;
    std::string_view method_;
};

}  // namespace faultline::rpc
