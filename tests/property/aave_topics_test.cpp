// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/v2_events.hpp"
#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// The word of the n-th argument, which every type has a value for.
U256 word(std::size_t n, bool flag) {
    return flag ? U256(1) : U256(n + 2);
}

template <class T>
bool is_word(const T& value, const U256& expected) {
    if constexpr (std::is_same_v<T, Address> || std::is_same_v<T, Hash32>) {
        return U256::from_be_bytes(value.view()) == expected;
    } else if constexpr (std::is_same_v<T, bool>) {
        return value && expected == U256(1);
    } else {
        return U256(value) == expected;
    }
}

/// What a contract writes whose compiler declares the event so.
struct Written {
    std::vector<Hash32> topics;
    Bytes data;
};

Written written(const eth::AbiDeclaration& declaration, const Hash32& topic0) {
    Written out{.topics = {topic0}, .data = {}};
    for (std::size_t i = 0; i < declaration.parameters.size(); ++i) {
        const eth::AbiParameter& parameter = declaration.parameters[i];
        const auto bytes = word(i, parameter.type.kind == eth::AbiType::Kind::kBool).to_be_bytes();
        if (parameter.indexed) {
            out.topics.push_back(Hash32::from_bytes(BytesView(bytes)));
        } else {
            out.data.insert(out.data.end(), bytes.begin(), bytes.end());
        }
    }
    return out;
}

/// Whether our event has each argument where the contract puts it.
template <class Event>
bool reads(const Written& by_contract) {
    eth::Log log;
    log.topics = by_contract.topics;
    log.data = by_contract.data;
    const auto event = Event::decode(log);
    return event && [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return (
            is_word(
                std::get<Index>(event->values()),
                word(Index, std::is_same_v<std::tuple_element_t<Index, typename Event::Values>, bool>)
            ) &&
            ...
        );
    }(std::make_index_sequence<std::tuple_size_v<typename Event::Values>>());
}

template <class Event>
void require_read(const eth::test::Fixture& fixture) {
    bool found = false;
    for (const simdjson::dom::element row : fixture.rows()) {
        if (eth::test::text(row, "topic0") != Event::kTopic0.hex()) {
            continue;
        }
        const std::string text = eth::test::text(row, "declaration");
        const auto declaration = eth::parse_abi_declaration(text);
        found =
            found || (declaration &&
                      declaration->parameters.size() == std::tuple_size_v<typename Event::Values> &&
                      reads<Event>(written(*declaration, Event::kTopic0)));
    }
    INFO(std::string(Event::kSignature));
    CHECK(found);
}

template <class... Events>
void require_all(const eth::test::Fixture& fixture) {
    (require_read<Events>(fixture), ...);
}

}  // namespace

TEST_CASE("V2's events are read as its contracts' compiler declares them") {
    using namespace events::v2;
    const eth::test::Fixture fixture("protocols/events.json");
    require_all<Deposit, Borrow, Repay, Swap, FlashLoan, Paused, Unpaused>(fixture);
    require_all<ATokenMint, ATokenBurn, DebtMint, DebtBurn>(fixture);
    require_all<BorrowingEnabled, BorrowingDisabled, StableRateEnabled, StableRateDisabled>(fixture
    );
    require_all<ReserveActivated, ReserveDeactivated, ReserveFrozen, ReserveUnfrozen>(fixture);
    require_all<ReserveFactorChanged, ReserveDecimalsChanged>(fixture);
    require_all<ReserveInterestRateStrategyChanged, StableDebtTokenUpgraded>(fixture);
    require_all<LendingPoolUpdated, PriceOracleUpdated, CollateralManagerUpdated, AddressSet>(
        fixture
    );
}

}  // namespace faultline::aave
