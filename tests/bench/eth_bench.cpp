// SPDX-License-Identifier: Apache-2.0
// Time to decode a log and to hash: what every block pays per log.
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <limits>

namespace faultline::eth {
namespace {

using Supply = Event<
    "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint16 indexed referralCode)">;
using ReserveDataUpdated = Event<
    "ReserveDataUpdated(address indexed reserve, uint256 liquidityRate, uint256 stableBorrowRate, "
    "uint256 variableBorrowRate, uint256 liquidityIndex, uint256 variableBorrowIndex)">;

constexpr int kRuns = 9;
constexpr int kRepeats = 20'000;

double thread_cpu_ns() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (static_cast<double>(now.tv_sec) * 1e9) + static_cast<double>(now.tv_nsec);
}

template <class Operation>
void print_ns(const char* name, const Operation& operation) {
    double best = std::numeric_limits<double>::max();
    std::size_t sink = 0;
    for (int run = 0; run < kRuns; ++run) {
        const double start = thread_cpu_ns();
        for (int i = 0; i < kRepeats; ++i) {
            sink += operation();
        }
        best = std::min(best, (thread_cpu_ns() - start) / kRepeats);
    }
    std::printf("%-28s %8.1f ns  (checksum %zu)\n", name, best, sink);
}

template <class Event>
void print_decode(const char* name, const EncodedLog& encoded) {
    Log log;
    log.topics = encoded.topics;
    log.data = encoded.data;
    print_ns(name, [&] { return static_cast<std::size_t>(Event::decode(log).has_value()); });
}

void print_keccak(const char* name, std::size_t size) {
    Bytes input(size, 0x5a);
    print_ns(name, [&] {
        input[0] = keccak256(input).bytes[0];
        return std::size_t{input[0]};
    });
}

}  // namespace
}  // namespace faultline::eth

int main() {
    using namespace faultline;
    using namespace faultline::eth;
    const Address address;
    print_decode<Supply>("decode Supply", *Supply::encode({address, address, address, U256(9), 0}));
    print_decode<ReserveDataUpdated>(
        "decode ReserveDataUpdated",
        *ReserveDataUpdated::encode({address, U256(1), U256(2), U256(3), U256(4), U256(5)})
    );
    print_keccak("keccak256 of 32 bytes", 32);
    print_keccak("keccak256 of 4096 bytes", 4096);
    return 0;
}
