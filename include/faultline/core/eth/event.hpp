// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/literal.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace faultline::eth {

/// One kind of event, declared by its Solidity signature; an object is one decoded log.
///
///     using Supply = Event<"Supply(address indexed reserve, address user, "
///                          "address indexed onBehalfOf, uint256 amount, "
///                          "uint16 indexed referralCode)">;
///
///     if (Supply::matches(log)) {
///         FAULTLINE_TRY(const auto supply, Supply::decode(log));
///         credit(supply.get<"onBehalfOf">(), supply.get<"amount">());
///     }
///
/// A mistake in the declaration or in a name is a compile error. Values are:
///
/// | Solidity                                | C++                                            |
/// |-----------------------------------------|------------------------------------------------|
/// | address, bool                           | Address, bool                                  |
/// | uintN, intN up to 64 bits               | std::uint64_t, std::int64_t                    |
/// | uintN, intN beyond                      | U256, I256 (two's complement)                  |
/// | bytes32, bytesN                         | Hash32, FixedBytesN<N>                         |
/// | string, bytes                           | std::string_view, BytesView: into the log      |
/// | T[n], T[], tuple                        | AbiValue                                       |
/// | indexed string, bytes, T[n], T[], tuple | Hash32: the digest, which is all the log holds |
///
/// "Name(...) anonymous" declares an event without topic0.
template <Literal Declaration>
class Event {
    static_assert(detail::kIsDeclaration<Declaration>);
    static constexpr const auto& kFacts = detail::kFactsOf<Declaration>;
    static constexpr const auto& kArguments = kFacts.arguments;

  public:
    /// How many arguments it has.
    static constexpr std::size_t kCount = detail::kSizeOf<Declaration>.arguments;
    /// "Supply(address,address,address,uint256,uint16)"
    static constexpr std::string_view kSignature = detail::kSignatureOf<Declaration>;
    /// "Supply"
    static constexpr std::string_view kName = kSignature.substr(0, kSignature.find('('));
    static constexpr bool kAnonymous = kFacts.anonymous;
    /// The digest of kSignature; zero when anonymous.
    static constexpr Hash32 kTopic0 = kAnonymous ? Hash32{} : keccak256_literal(kSignature);

    template <std::size_t Index>
    using Value = typename decltype(detail::value_type<kArguments[Index].shape>())::type;

    /// All values, in the order of the declaration.
    using Values = decltype([]<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::type_identity<std::tuple<Value<Index>...>>{};
    }(std::make_index_sequence<kCount>()))::type;

    /// Whether the log claims to be this event: its topic0 is ours, or, when anonymous, the number
    /// of topics is. decode() then holds it to the claim, so a log that claims wrongly is an error
    /// and never skipped.
    [[nodiscard]] static constexpr bool matches(const Log& log) noexcept {
        if constexpr (kAnonymous) {
            return log.topics.size() == kLayout.topic_count;
        } else {
            return !log.topics.empty() && log.topics.front() == kTopic0;
        }
    }

    /// The values of a log, as strictly as Solidity's own decoder reads them: kMalformed naming the
    /// event, the argument and what was found when the topics are not as many as declared, data is
    /// short, an offset or length points outside the data, or the unused bits of a word are not
    /// clear. Data behind the last value is allowed, as Solidity allows it.
    /// Views in the result live as long as the log's data.
    static Result<Event> decode(const Log& log) {
        FAULTLINE_TRY_VOID(detail::check_layout(kLayout, log));
        Event out;
        std::optional<Error> error;
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            static_cast<void>((out.template read<Index>(log, error) && ...));
        }(std::make_index_sequence<kCount>());
        if (error) [[unlikely]] {
            return *std::move(error);
        }
        return out;
    }

    /// The topics and data that a contract would emit. kInvalid when a number does not fit its
    /// type.
    static Result<EncodedLog> encode(const Values& values) {
        return std::apply(
            [](const auto&... value) {
                return detail::encode_event(Declaration.view(), {detail::to_abi(value)...});
            },
            values
        );
    }

    /// The value of an argument by its name.
    template <Literal Name>
    [[nodiscard]] constexpr const auto& get() const noexcept {
        constexpr std::size_t kIndex = index_of(Name.view());
        static_assert(kIndex < kCount, "the event has no argument of this name");
        return std::get<kIndex>(values_);
    }

    /// The value of an argument by its place, from 0.
    template <std::size_t Index>
    [[nodiscard]] constexpr const auto& get() const noexcept {
        return std::get<Index>(values_);
    }

    [[nodiscard]] constexpr const Values& values() const noexcept { return values_; }

  private:
    static constexpr detail::EventLayout kLayout{
        .signature = kSignature,
        .topic0 = kAnonymous ? nullptr : &kTopic0,
        .topic_count = kFacts.topic_count,
        .head_words = kFacts.head_words,
    };
    static_assert(kLayout.topic_count <= 4, "a log has at most four topics");

    static consteval std::size_t index_of(std::string_view name) {
        std::size_t index = 0;
        while (index < kCount && kArguments[index].name != name) {
            ++index;
        }
        return index;
    }

    template <std::size_t Index>
    bool read(const Log& log, std::optional<Error>& error) {
        static constexpr detail::EventArgument kArgument = kArguments[Index];
        auto& value = std::get<Index>(values_);
        if constexpr (std::is_same_v<Value<Index>, AbiValue>) {
            static const AbiType type = detail::parameter_type(Declaration.view(), Index);
            auto decoded = decode_abi_at(type, log.data, kArgument.index * std::size_t{32});
            if (!decoded) {
                error =
                    std::move(decoded).error().context(detail::argument_context(kLayout, kArgument)
                    );
                return false;
            }
            value = *std::move(decoded);
            return true;
        } else {
            const bool clean = detail::read(kArgument, log, value);
            if (!clean) [[unlikely]] {
                error = detail::malformed_argument(kLayout, kArgument, log);
            }
            return clean;
        }
    }

    Values values_{};
};

}  // namespace faultline::eth
