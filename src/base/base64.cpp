// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/base64.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline {

std::string base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::size_t kGroup = 3;
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += kGroup) {
        const std::string_view group = bytes.substr(at, kGroup);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < kGroup; ++i) {
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i <= kGroup; ++i) {
            out += i <= group.size() ? kDigits[bits >> (6U * (kGroup - i)) & 63U] : '=';
        }
    }
    return out;
}

}  // namespace faultline
