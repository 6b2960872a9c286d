// SPDX-License-Identifier: Apache-2.0
// Time to decode a log, to hash and to verify receipts: what every block pays.
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/receipt.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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
constexpr int kBlockRepeats = 50;

double thread_cpu_ns() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (static_cast<double>(now.tv_sec) * 1e9) + static_cast<double>(now.tv_nsec);
}

template <class Operation>
void print_ns(const char* name, const Operation& operation, int repeats = kRepeats) {
    double best = std::numeric_limits<double>::max();
    std::size_t sink = 0;
    for (int run = 0; run < kRuns; ++run) {
        const double start = thread_cpu_ns();
        for (int i = 0; i < repeats; ++i) {
            sink += operation();
        }
        best = std::min(best, (thread_cpu_ns() - start) / repeats);
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

/// A block as mainnet has them: three logs a transaction, each with three topics and a word of
/// data.
ReceiptList usual_block(std::size_t receipts) {
    ReceiptList out;
    const std::array<Hash32, 3> topics{};
    const Bytes data(32, 0x5a);
    Log log;
    log.topics = topics;
    log.data = data;
    for (std::size_t i = 0; i < receipts; ++i) {
        Receipt receipt;
        receipt.type = 2;
        receipt.cumulative_gas_used = 100'000 * (i + 1);
        receipt.first_log = out.logs.size();
        receipt.log_count = 3;
        out.receipts.push_back(receipt);
        for (std::size_t k = 0; k < receipt.log_count; ++k) {
            log.address.bytes[0] = static_cast<std::uint8_t>(i);
            out.logs.add(log);
        }
    }
    return out;
}

void print_receipts_root(const char* name, std::size_t receipts) {
    const ReceiptList block = usual_block(receipts);
    print_ns(name, [&] { return std::size_t{receipts_root(block).bytes[0]}; }, kBlockRepeats);
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
    print_receipts_root("receipts root of 200", 200);
    return 0;
}
