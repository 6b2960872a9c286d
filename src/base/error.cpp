// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>

#include <string>
#include <string_view>

namespace faultline {

std::string_view code_name(Code code) noexcept {
    switch (code) {
        case Code::kTransient:
            return "transient";
        case Code::kRateLimited:
            return "rate_limited";
        case Code::kMissing:
            return "missing";
        case Code::kRejected:
            return "rejected";
        case Code::kMalformed:
            return "malformed";
        case Code::kInvalid:
            return "invalid";
        case Code::kCorrupt:
            return "corrupt";
        case Code::kUnavailable:
            return "unavailable";
        case Code::kCancelled:
            return "cancelled";
    }
    return "unknown";
}

std::string Error::message() const {
    std::string out = context_.empty() ? detail_ : context_ + ": " + detail_;
    if (!advice_.empty()) {
        out += ". " + advice_;
    }
    return out;
}

}  // namespace faultline
