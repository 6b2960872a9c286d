// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/literal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// Events that become activities: what each is called, whom it is about, and its arguments as
/// people read them.
namespace faultline::protocol {

/// How the wide numbers of an event read; those of up to 64 bits are plain.
enum class Numbers : std::uint8_t {
    kPlain,
    kBps,    ///< "7500 bps"
    kCents,  ///< With 2 decimals.
    kWad,    ///< With 18 decimals.
    kRay,    ///< With 27 decimals.
    kRad,    ///< With 45 decimals.
};

/// One log of a told event.
struct Told {
    std::string text;  ///< "SupplyCapChanged(asset 0x…, oldSupplyCap 100, newSupplyCap 200)"
    Address token;     ///< As Activity has them.
    Address account;
    U256 amount;  ///< Of the token, in its smallest unit; 0 where none is told.
};

/// An event that becomes an activity.
struct ToldEvent {
    Hash32 topic0;
    std::string_view declaration;  ///< As the contract has it.
    std::string_view event;        ///< Activity::event
    std::string_view detail;       ///< Activity::detail
    /// kMalformed as the event's decode().
    Result<Told> (*tell)(const eth::Log& log) = nullptr;
};

/// @name A value as people read it
/// @{
std::string shown(bool value, Numbers numbers);
std::string shown(std::uint64_t value, Numbers numbers);
std::string shown(std::int64_t value, Numbers numbers);
std::string shown(const U256& value, Numbers numbers);
std::string shown(const eth::I256& value, Numbers numbers);
/// Characters that do not print are left out; at most 64 are shown.
std::string shown(std::string_view value, Numbers numbers);
std::string shown(BytesView value, Numbers numbers);
std::string shown(const eth::AbiValue& value, Numbers numbers);

template <std::size_t N, class Tag>
std::string shown(const FixedBytes<N, Tag>& value, Numbers /*numbers*/) {
    return value.hex();
}

/// @}

namespace detail {

template <class Event>
struct DeclarationOf;

template <eth::Literal Declaration>
struct DeclarationOf<eth::Event<Declaration>> {
    // An object of its own, as a string_view into a template argument would be into a temporary.
    static constexpr auto kLiteral = Declaration;
    static constexpr std::string_view kText = kLiteral.view();
    static constexpr const auto& kArguments = eth::detail::kFactsOf<Declaration>.arguments;
};

}  // namespace detail

/// Which arguments tell what an event is about; empty: none does.
template <eth::Literal Token = "", eth::Literal Account = "", eth::Literal Amount = "">
struct About {
    template <class Event>
    static void take(const Event& event, Told& told) {
        if constexpr (!Token.view().empty()) {
            told.token = event.template get<Token>();
        }
        if constexpr (!Account.view().empty()) {
            told.account = event.template get<Account>();
        }
        if constexpr (!Amount.view().empty()) {
            told.amount = event.template get<Amount>();
        }
    }
};

template <class Event, class Whom, Numbers As>
Result<Told> tell_event(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    Told told;
    told.text = std::string(Event::kName) + "(";
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (
            [&] {
                told.text += Index == 0 ? "" : ", ";
                told.text += detail::DeclarationOf<Event>::kArguments[Index].name;
                told.text += ' ';
                told.text += shown(event.template get<Index>(), As);
            }(),
            ...
        );
    }(std::make_index_sequence<Event::kCount>());
    told.text += ')';
    Whom::take(event, told);
    return told;
}

/// `Whom` is an About.
template <class Event, class Whom = About<>, Numbers As = Numbers::kPlain>
constexpr ToldEvent told(std::string_view event, std::string_view detail = {}) {
    return {.topic0 = Event::kTopic0, .declaration = detail::DeclarationOf<Event>::kText, .event = event, .detail = detail, .tell = tell_event<Event, Whom, As>};
}

/// Sorted by topic, as find_told() wants them.
template <class... Events>
constexpr std::array<ToldEvent, sizeof...(Events)> told_events(Events... events) {
    std::array<ToldEvent, sizeof...(Events)> all{events...};
    std::ranges::sort(all, {}, &ToldEvent::topic0);
    return all;
}

/// nullptr: none is of that topic.
const ToldEvent* find_told(std::span<const ToldEvent> events, const Hash32& topic0);

}  // namespace faultline::protocol
