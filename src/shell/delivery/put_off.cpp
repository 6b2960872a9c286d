// SPDX-License-Identifier: Apache-2.0
#include "put_off.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <map>
#include <set>
#include <string>

namespace faultline::delivery {

void PutOff::ask(net::HttpRequest& request, Instant now) const {
    for (const auto& [address, since] : since_) {
        if (now - since >= kPatience) {
            request.headers.emplace_back("Leave-Behind", address);
        }
    }
}

void PutOff::heard(const net::HttpResponse& response, Instant now) {
    std::set<std::string> put_off;
    for (const auto& [name, address] : response.headers) {
        if (name == "Put-Off") {
            put_off.insert(address);
            since_.try_emplace(address, now);
        }
    }
    // One that fails may have asked for some of them only.
    if (response.status >= 200 && response.status < 300) {
        std::erase_if(since_, [&put_off](const auto& one) { return !put_off.contains(one.first); });
    }
}

}  // namespace faultline::delivery
