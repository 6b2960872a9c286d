// SPDX-License-Identifier: Apache-2.0
#include "engine/part_labels.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace faultline::engine {

std::string part_label(const protocol::PartExposure& part) {
    if (!part.name.empty()) {
        return part.name;
    }
    Address own;
    std::copy(
        part.part.bytes.end() - static_cast<std::ptrdiff_t>(own.bytes.size()),
        part.part.bytes.end(),
        own.bytes.begin()
    );
    return own == part.claims.token ? std::string() : own.hex();
}

std::string token_label(const Address& token) {
    return token.is_zero() ? std::string() : token.hex();
}

bool are_of(const signals::Labels& labels, const protocol::PartExposure& part) {
    const auto says = [&labels](const char* label, const std::string& value) {
        const auto found = labels.find(label);
        return found == labels.end() || found->second == value;
    };
    return says("part", part_label(part)) && says("token", token_label(part.claims.token));
}

}  // namespace faultline::engine
