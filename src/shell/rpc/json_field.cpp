// SPDX-License-Identifier: Apache-2.0
#include "json_field.hpp"

#include "json_reply.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>

#include <simdjson.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace faultline::rpc {

using simdjson::dom::element;

Result<Fields> Fields::of(element value, std::string_view method, std::string_view what) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) {
        return about(Code::kMalformed, method, std::string(what) + " is not a JSON object");
    }
    return Fields(object, method);
}

bool Fields::has(std::string_view name) const {
    element value;
    return object_.at_key(name).get(value) == simdjson::SUCCESS && !value.is_null();
}

Result<std::string_view> Fields::text(std::string_view name) const {
    element value;
    if (object_.at_key(name).get(value) != simdjson::SUCCESS) {
        return wrong(name, "is missing");
    }
    std::string_view out;
    if (value.get(out) != simdjson::SUCCESS) {
        return wrong(name, value.is_null() ? "is null" : "is not a string");
    }
    return out;
}

Result<std::uint64_t> Fields::quantity(std::string_view name) const {
    FAULTLINE_TRY(const std::string_view digits, text(name));
    const Result<std::uint64_t> number = quantity_from_hex(digits);
    if (!number) {
        return wrong(name, number.error().detail());
    }
    return number;
}

Result<std::uint32_t> Fields::small_quantity(std::string_view name) const {
    FAULTLINE_TRY(const std::uint64_t number, quantity(name));
    if (number > std::numeric_limits<std::uint32_t>::max()) {
        return wrong(name, "is larger than 32 bits");
    }
    return static_cast<std::uint32_t>(number);
}

Result<Hash32> Fields::hash(std::string_view name) const {
    FAULTLINE_TRY(const std::string_view digits, text(name));
    Result<Hash32> out = Hash32::from_hex(digits);
    if (!out) {
        return wrong(name, out.error().detail());
    }
    return out;
}

Result<Address> Fields::address(std::string_view name) const {
    FAULTLINE_TRY(const std::string_view digits, text(name));
    Result<Address> out = Address::from_hex(digits);
    if (!out) {
        return wrong(name, out.error().detail());
    }
    return out;
}

Result<Bytes> Fields::bytes(std::string_view name) const {
    FAULTLINE_TRY(const std::string_view digits, text(name));
    Result<Bytes> out = bytes_from_hex(digits);
    if (!out) {
        return wrong(name, out.error().detail());
    }
    return out;
}

Result<element> Fields::value(std::string_view name) const {
    element out;
    if (object_.at_key(name).get(out) != simdjson::SUCCESS) {
        return wrong(name, "is missing");
    }
    return out;
}

Result<simdjson::dom::array> Fields::array(std::string_view name) const {
    simdjson::dom::array out;
    if (object_.at_key(name).get(out) != simdjson::SUCCESS) {
        return wrong(name, "is missing or not an array");
    }
    return out;
}

Result<Fields> Fields::object(std::string_view name) const {
    simdjson::dom::object out;
    if (object_.at_key(name).get(out) != simdjson::SUCCESS) {
        return wrong(name, "is missing or not an object");
    }
    return Fields(out, method_);
}

Result<bool> Fields::flag(std::string_view name) const {
    if (!has(name)) {
        return false;
    }
    bool out = false;
    if (object_.at_key(name).get(out) != simdjson::SUCCESS) {
        return wrong(name, "is not true or false");
    }
    return out;
}

Error Fields::wrong(std::string_view name, std::string_view why) const {
    return about(
        Code::kMalformed, method_, "the field " + std::string(name) + " " + printable(why, 200)
    );
}

}  // namespace faultline::rpc
