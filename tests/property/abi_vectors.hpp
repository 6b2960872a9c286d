// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi_value.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

/// Reading tests/fixtures/abi and tests/fixtures/protocols.
namespace faultline::eth::test {

/// A fixture file, one array of objects.
class Fixture {
  public:
    /// @param name below tests/fixtures: "abi/events.json"
    explicit Fixture(std::string_view name);

    [[nodiscard]] simdjson::dom::array rows() const { return rows_; }

  private:
    simdjson::dom::parser parser_;
    simdjson::dom::array rows_;
};

std::string text(simdjson::dom::element row, std::string_view field);
Bytes bytes(simdjson::dom::element row, std::string_view field);
std::vector<Hash32> topics(simdjson::dom::element row);

/// A value as JSON in the notation of the fixtures, to compare as text.
std::string to_json(const AbiValue& value);
std::string to_json(const AbiList& values);

}  // namespace faultline::eth::test
