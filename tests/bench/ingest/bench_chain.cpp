// SPDX-License-Identifier: Apache-2.0
#include "bench/ingest/bench_chain.hpp"

#include "core/protocols/aave/events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::bench {
namespace {

namespace events = aave::events;

constexpr std::uint64_t kFirstTime = 1'700'000'000;

Address address(std::uint64_t kind, std::uint64_t n) {
    Address out;
    out.bytes[0] = static_cast<std::uint8_t>(kind);
    const std::uint64_t spread = (n + 1) * 0x9e3779b97f4a7c15ULL;
    for (std::size_t i = 0; i < 8; ++i) {
        out.bytes[4 + i] = static_cast<std::uint8_t>(spread >> (8 * i));
        out.bytes[12 + i] = static_cast<std::uint8_t>(n >> (8 * (7 - i)));
    }
    return out;
}

Address contract(std::uint64_t n) {
    Address out;
    out.bytes[19] = static_cast<std::uint8_t>(n);
    return out;
}

const Address kPool = contract(2);
const Address kConfigurator = contract(3);

Address asset(std::uint64_t n) {
    return address(0xa0, n);
}

Address a_token(std::uint64_t n) {
    return address(0xa1, n);
}

Address v_token(std::uint64_t n) {
    return address(0xa2, n);
}

Address user(std::uint64_t n) {
    return address(0x05, n);
}

std::uint64_t next(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

double unit(std::uint64_t& state) {
    return static_cast<double>(next(state) >> 11U) * 0x1.0p-53;
}

/// An action's logs are one transaction's, as are a listing's.
std::size_t logs_per_txn(eth::BlockNum number) {
    return number == kBase ? 5 : 3;
}

Hash32 txn_hash(std::size_t index) {
    Hash32 txn;
    txn.bytes[0] = 0xde;
    txn.bytes[31] = static_cast<std::uint8_t>(index);
    txn.bytes[30] = static_cast<std::uint8_t>(index >> 8U);
    return txn;
}

/// Writes logs of one block.
class Writer {
  public:
    Writer(eth::BlockNum number, std::string& out)
        : out_(out),
          tail_(
              R"(","blockNumber":")" + quantity_hex(number) + R"(","blockTimestamp":")" +
              quantity_hex(kFirstTime + (12 * (number - kBase))) + R"(","transactionHash":")"
          ),
          per_txn_(logs_per_txn(number)),
          block_hash_(BenchChain::hash_of(number).hex()) {}

    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    template <class Event>
    void log(const Address& emitter, typename Event::Values values) {
        const eth::EncodedLog encoded = *Event::encode(std::move(values));
        out_ += count_ == 0 ? R"({"address":")" : R"(,{"address":")";
        out_ += emitter.hex();
        out_ += R"(","topics":[)";
        for (std::size_t i = 0; i < encoded.topics.size(); ++i) {
            out_ += i == 0 ? "\"" : ",\"";
            out_ += encoded.topics[i].hex();
            out_ += '"';
        }
        out_ += R"(],"data":")";
        out_ += to_hex(encoded.data);
        out_ += tail_;
        const std::size_t index = count_ / per_txn_;
        out_ += txn_hash(index).hex();
        out_ += R"(","transactionIndex":")" + quantity_hex(index) + R"(","blockHash":")";
        out_ += block_hash_;
        out_ += R"(","logIndex":")" + quantity_hex(count_) + R"(","removed":false})";
        ++count_;
    }

  private:
    std::string& out_;
    std::string tail_;
    std::size_t per_txn_;
    std::string block_hash_;
    std::size_t count_ = 0;
};

void list_reserves(Writer& to, std::uint64_t reserves) {
    const U256 deep = *checked_mul(U256(1'000'000'000), pow10(24));
    const Address whale = user(1ULL << 40U);
    for (std::uint64_t n = 0; n < reserves; ++n) {
        to.log<events::ATokenInitialized>(
            a_token(n), {asset(n), kPool, Address{}, Address{}, 18, "a", "a", BytesView{}}
        );
        to.log<events::ReserveInitialized>(
            kConfigurator, {asset(n), a_token(n), Address{}, v_token(n), Address{}}
        );
        to.log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(n), U256(8000), U256(8500), U256(10500)}
        );
        to.log<events::Mint>(a_token(n), {whale, whale, deep, U256(0), ray()});
        to.log<events::Supply>(kPool, {asset(n), whale, whale, deep, 0});
    }
}

/// One user's doing: its three logs, or as many as there is room for.
struct Action {
    std::uint64_t reserve = 0;
    Address who;
    U256 amount;
    U256 index_ray;
    bool debt = false;
    bool back = false;
};

void write(Writer& to, const Action& action, std::size_t room) {
    const Address token = action.debt ? v_token(action.reserve) : a_token(action.reserve);
    const Address underlying = asset(action.reserve);
    if (action.back) {
        to.log<events::Burn>(
            token, {action.who, action.who, action.amount, U256(0), action.index_ray}
        );
    } else {
        to.log<events::Mint>(
            token, {action.who, action.who, action.amount, U256(0), action.index_ray}
        );
    }
    if (room > 1) {
        to.log<events::ReserveDataUpdated>(
            kPool, {underlying, pow10(25), U256(0), pow10(25), action.index_ray, action.index_ray}
        );
    }
    if (room < 3) {
        return;
    }
    if (action.debt && action.back) {
        to.log<events::Repay>(kPool, {underlying, action.who, action.who, action.amount, false});
    } else if (action.debt) {
        to.log<events::Borrow>(
            kPool, {underlying, action.who, action.who, action.amount, 2, U256(0), 0}
        );
    } else if (action.back) {
        to.log<events::Withdraw>(kPool, {underlying, action.who, action.who, action.amount});
    } else {
        to.log<events::Supply>(kPool, {underlying, action.who, action.who, action.amount, 0});
    }
}

}  // namespace

std::vector<Address> BenchChain::assets() const {
    std::vector<Address> all;
    for (std::uint64_t n = 0; n < shape_.reserves; ++n) {
        all.push_back(asset(n));
    }
    return all;
}

Hash32 BenchChain::hash_of(eth::BlockNum number) {
    Hash32 out;
    out.bytes[0] = 0xb1;
    out.bytes[1] = 0x0c;
    for (std::size_t i = 0; i < sizeof(number); ++i) {
        out.bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return out;
}

eth::BlockNum BenchChain::number_of(const Hash32& hash) {
    eth::BlockNum number = 0;
    for (std::size_t i = 24; i < Hash32::kSize; ++i) {
        number = (number << 8U) | hash.bytes.at(i);
    }
    return number;
}

std::string BenchChain::header(eth::BlockNum number) {
    return block(number, "");
}

std::string BenchChain::full_block(eth::BlockNum number) const {
    const std::size_t logs = number == kBase ? shape_.reserves * 5 : shape_.logs_per_block;
    const std::size_t per_txn = logs_per_txn(number);
    const std::string one(64, '1');
    std::string out;
    for (std::size_t i = 0; i < (logs + per_txn - 1) / per_txn; ++i) {
        out += (i == 0 ? R"({"hash":")" : R"(,{"hash":")") + txn_hash(i).hex() +
               R"(","blockHash":")" + hash_of(number).hex() + R"(","blockNumber":")" +
               quantity_hex(number) + R"(","transactionIndex":")" + quantity_hex(i) +
               R"(","from":")" + user(i).hex() + R"(","to":")" + kPool.hex() +
               R"(","input":"0x","value":"0x0","nonce":"0x1","gas":"0x5208","gasPrice":"0x1",)" +
               R"("type":"0x0","v":"0x1b","r":"0x)" + one + R"(","s":"0x)" + one + R"("})";
    }
    return block(number, out);
}

std::string BenchChain::block(eth::BlockNum number, const std::string& transactions) {
    const std::string zeros(64, '0');
    return R"({"number":")" + quantity_hex(number) + R"(","hash":")" + hash_of(number).hex() +
           R"(","parentHash":")" + hash_of(number - 1).hex() + R"(","timestamp":")" +
           quantity_hex(kFirstTime + (12 * (number - kBase))) +
           R"(","nonce":"0x0000000000000000","sha3Uncles":"0x)" + zeros + R"(","logsBloom":"0x)" +
           std::string(512, 'f') + R"(","transactionsRoot":"0x)" + zeros + R"(","stateRoot":"0x)" +
           zeros + R"(","receiptsRoot":"0x)" + zeros + R"(","miner":"0x)" + std::string(40, '0') +
           R"(","difficulty":"0x0","extraData":"0x","size":"0x1000","gasLimit":"0x1c9c380",)" +
           R"("gasUsed":"0x1000000","baseFeePerGas":"0x3b9aca00","mixHash":"0x)" + zeros +
           R"(","uncles":[],"transactions":[)" + transactions + "]}";
}

void BenchChain::logs(eth::BlockNum number, std::string& out) const {
    Writer to(number, out);
    if (number == kBase) {
        list_reserves(to, shape_.reserves);
        return;
    }
    const std::uint64_t at = number - kBase;
    const bool back = at % 2 == 1 && at > 1;
    std::uint64_t state = back ? at - 1 : at;
    while (to.count() < shape_.logs_per_block) {
        const double u = unit(state);
        const auto reserves = static_cast<double>(shape_.reserves);
        Action action;
        action.reserve = static_cast<std::uint64_t>(unit(state) * unit(state) * reserves);
        action.who =
            user(static_cast<std::uint64_t>(u * u * u * static_cast<double>(shape_.users)));
        const std::uint64_t units = (next(state) >> 16U) + 1000;
        action.debt = next(state) % 5 < 2;
        action.back = back;
        action.amount = *checked_mul(U256(back ? units / 2 : units), U256(100'003));
        // A little more than 1 % a year brings in a block's 12 s: an index that lags behind its
        // rate would be an altered log.
        constexpr std::uint64_t kGrowthRay = 4'000'000'000'000'000'000ULL;
        action.index_ray = *checked_add(ray(), *checked_mul(U256(at), U256(kGrowthRay)));
        write(to, action, shape_.logs_per_block - to.count());
    }
}

}  // namespace faultline::bench
