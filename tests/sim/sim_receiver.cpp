// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_receiver.hpp"

#include <chrono>

namespace faultline::sim {

using std::chrono::milliseconds;

SimHost::Reply SimReceiver::handle(const net::HttpRequest& request) {
    Reply reply;
    reply.takes = milliseconds(random_.between(5, 200));
    if (outage_) {
        reply.lost = true;
        return reply;
    }
    if (happens(rates_.fails)) {
        const std::uint64_t kind = random_.below(3);
        reply.response.status = kind == 0 ? 500 : kind == 1 ? 503 : 429;
        if (kind == 2) {
            reply.response.headers.emplace_back(
                "Retry-After", std::to_string(random_.between(1, 30))
            );
        }
        return reply;
    }
    if (happens(rates_.slow)) {
        reply.takes = milliseconds(random_.between(15'000, 60'000));
        return reply;
    }
    Taken taken;
    for (const auto& [name, value] : request.headers) {
        if (name == "Idempotency-Key") {
            taken.key = value;
        }
    }
    taken.body = request.body;
    taken_.push_back(std::move(taken));
    reply.lost = happens(rates_.forgets);
    return reply;
}

}  // namespace faultline::sim
