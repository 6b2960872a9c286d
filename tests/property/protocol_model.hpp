// SPDX-License-Identifier: Apache-2.0
#pragma once

// What slow models of contracts are made of: integers without bounds, chance, logs as contracts
// write them, view calls as contracts answer them.

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/health.hpp>

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace faultline::tests {

using Int = boost::multiprecision::
    number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

/// What a contract refuses: the transaction, or the view call, did not happen.
struct Refused {};

inline void require(bool allowed) {
    if (!allowed) {
        throw Refused{};
    }
}

inline Int power(unsigned base, unsigned exponent) {
    return boost::multiprecision::pow(Int(base), exponent);
}

inline Int ten_to(unsigned exponent) {
    return power(10, exponent);
}

inline const Int& max_uint256() {
    static const Int max = power(2, 256) - 1;
    return max;
}

/// The value, where it fits an unsigned type of so many bits; Solidity refuses otherwise.
inline Int fitting(const Int& value, unsigned bits = 256) {
    require(value >= 0 && (value >> bits) == 0);
    return value;
}

/// The same of a signed type.
inline Int fitting_signed(const Int& value, unsigned bits = 256) {
    require(value >= -power(2, bits - 1) && value < power(2, bits - 1));
    return value;
}

/// Two's complement below zero. @pre -2^255 <= value < 2^256
inline U256 word_of(const Int& value) {
    Int rest = value < 0 ? value + power(2, 256) : value;
    FAULTLINE_ASSERT(rest >= 0 && rest <= max_uint256());
    U256 out;
    for (std::uint64_t& limb : out.limbs) {
        limb = static_cast<std::uint64_t>(rest % power(2, 64));
        rest >>= 64U;
    }
    return out;
}

inline Int int_of(const U256& word) {
    Int out;
    for (std::size_t i = word.limbs.size(); i-- > 0;) {
        out = (out << 64U) + word.limbs.at(i);
    }
    return out;
}

inline Int int_of(BytesView big_endian) {
    return int_of(U256::from_be_bytes(big_endian));
}

inline Int int_of(const Address& address) {
    return int_of(address.view());
}

inline Int int_of(const Hash32& hash) {
    return int_of(hash.view());
}

inline Int as_int(const Int& value) {
    return value;
}

inline Int as_int(const Address& value) {
    return int_of(value);
}

inline Int as_int(const Hash32& value) {
    return int_of(value);
}

template <class T>
    requires std::is_integral_v<T>
Int as_int(T value) {
    return Int(value);
}

inline Hash32 hash_of(const Int& word) {
    return {word_of(word).to_be_bytes()};
}

/// Names a contract or an account of the modelled world.
inline Address address_of(std::string_view name) {
    return Address::from_bytes(eth::keccak256(name).view().last(Address::kSize));
}

/// Text at the left of a word, as ilks and file() parameters have it.
inline Hash32 text_word(std::string_view text) {
    Hash32 out;
    std::ranges::copy(text, out.bytes.begin());
    return out;
}

inline void append_word(Bytes& bytes, const Int& value) {
    const auto word = word_of(value).to_be_bytes();
    bytes.insert(bytes.end(), word.begin(), word.end());
}

/// A view call's answer by its words.
using Words = std::vector<Int>;

inline Bytes encoded(const Words& words) {
    Bytes out;
    for (const Int& word : words) {
        append_word(out, word);
    }
    return out;
}

inline Bytes selector_of(std::string_view signature) {
    const Hash32 hash = eth::keccak256(signature);
    return {hash.bytes.begin(), hash.bytes.begin() + 4};
}

inline Bytes call_data(std::string_view signature, const Words& arguments = {}) {
    Bytes out = selector_of(signature);
    for (const Int& argument : arguments) {
        append_word(out, argument);
    }
    return out;
}

/// Where the random numbers of a life come from. Without std distributions, whose results differ
/// from one library to another.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    bool one_in(std::uint64_t n) { return below(n) == 0; }

    Int below(const Int& bound) {
        Int drawn = 0;
        for (int i = 0; i < 4; ++i) {
            drawn = (drawn << 64U) + random_();
        }
        return bound == 0 ? Int(0) : drawn % bound;
    }

    /// Each number of digits up to so many as likely; at least 1.
    Int up_to_digits(unsigned digits) {
        return below(ten_to(1 + static_cast<unsigned>(below(std::uint64_t{digits})))) + 1;
    }

    template <class Of>
    const typename Of::value_type& one_of(const Of& all) {
        auto at = all.begin();
        std::advance(at, below(std::uint64_t{all.size()}));
        return *at;
    }

    /// 0, 1, all of it, one more or less, or some.
    Int amount_of(const Int& whole) {
        switch (below(std::uint64_t{8})) {
            case 0:
                return 0;
            case 1:
                return 1;
            case 2:
                return whole;
            case 3:
                return whole + 1;
            case 4:
                return whole > 0 ? whole - 1 : Int(0);
            default:
                return below(whole + 2);
        }
    }

  private:
    std::mt19937_64 random_;
};

namespace detail {

template <class T>
T argument(const T& value) {
    return value;
}

template <class T>
    requires std::is_same_v<T, U256>
T argument(const Int& value) {
    return word_of(value);
}

template <class T>
    requires std::is_same_v<T, eth::I256>
T argument(const Int& value) {
    return {word_of(value)};
}

template <class T>
    requires std::is_same_v<T, std::uint64_t>
T argument(const Int& value) {
    return static_cast<std::uint64_t>(value);
}

}  // namespace detail

/// The logs of one block, of all contracts, in the order in which they are written.
class LogBook {
  public:
    struct Entry {
        Address address;
        std::vector<Hash32> topics;
        Bytes data;
        std::uint32_t transaction = 0;
        std::uint32_t call = 0;  ///< Between the logs of one call nobody else can log.
    };

    void begin_block() {
        entries_.clear();
        transaction_ = 0;
    }

    void begin_transaction() { ++transaction_; }

    void begin_call() { ++call_; }

    void write(const Address& by, std::vector<Hash32> topics, Bytes data) {
        entries_.push_back(
            {.address = by,
             .topics = std::move(topics),
             .data = std::move(data),
             .transaction = transaction_,
             .call = call_}
        );
    }

    /// `arguments` in the order of the declaration; an Int where it is a number.
    template <class Event, class... Arguments>
    void emit(const Address& by, const Arguments&... arguments) {
        using Values = typename Event::Values;
        static_assert(sizeof...(arguments) == Event::kCount);
        const Values values = [&]<std::size_t... I>(std::index_sequence<I...>) {
            return Values{detail::argument<std::tuple_element_t<I, Values>>(arguments)...};
        }(std::make_index_sequence<Event::kCount>());
        auto log = Event::encode(values);
        FAULTLINE_ASSERT(log.has_value());
        write(by, std::move(log->topics), std::move(log->data));
    }

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::vector<Entry> entries_;
    std::uint32_t transaction_ = 0;
    std::uint32_t call_ = 0;
};

/// The arguments of a view call, word by word.
class Arguments {
  public:
    explicit Arguments(BytesView words) : words_(words) {}

    [[nodiscard]] Int number(std::size_t at) const { return int_of(word(at)); }

    [[nodiscard]] Hash32 hash(std::size_t at) const { return Hash32::from_bytes(word(at)); }

    [[nodiscard]] Address address(std::size_t at) const {
        return Address::from_bytes(word(at).last(Address::kSize));
    }

  private:
    [[nodiscard]] BytesView word(std::size_t at) const {
        require(words_.size() >= 32 * (at + 1));
        return words_.subspan(32 * at, 32);
    }

    BytesView words_;
};

/// The view functions of a kind of contract; `Of` is what it holds.
template <class Of>
class ViewTable {
  public:
    using View = std::function<Words(const Of&, const Arguments&)>;

    void add(std::string_view signature, View view) {
        views_.insert_or_assign(selector_of(signature), std::move(view));
    }

    /// Of a function without arguments that gives a member.
    template <class Member>
    void add(std::string_view signature, Member Of::* member) {
        add(signature,
            [member](const Of& of, const Arguments&) { return Words{as_int(of.*member)}; });
    }

    /// nullopt where the contract has no such function.
    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const Of& of, const eth::Read& read) const {
        if (read.data.size() < 4) {
            return std::nullopt;
        }
        const auto found = views_.find(Bytes(read.data.begin(), read.data.begin() + 4));
        if (found == views_.end()) {
            return std::nullopt;
        }
        try {
            const Words words = found->second(of, Arguments(BytesView(read.data).subspan(4)));
            return eth::ReadAnswer{
                .read = read, .outcome = eth::ReadOutcome::kReturned, .result = encoded(words)
            };
        } catch (const Refused&) {
            return eth::ReadAnswer{
                .read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}
            };
        }
    }

  private:
    std::map<Bytes, View> views_;
};

/// A view call to hold against ours.
struct ViewCall {
    std::string label;  ///< "isLiquidatable": of which there may be many.
    eth::Read read;
    /// Whether who follows the contracts may have no figure for it.
    bool optional = false;
    /// Words that no log tells.
    std::vector<std::size_t> untold;
    /// Whether it is about something new that has to be read where logs were not followed from the
    /// start: there it may come a block later.
    bool late = false;
};

inline ViewCall view(
    const Address& to,
    std::string_view signature,
    const Words& arguments = {},
    bool optional = false
) {
    return {
        .label = std::string(signature.substr(0, signature.find('('))),
        .read = {.to = to, .data = call_data(signature, arguments), .from = {}},
        .optional = optional,
        .untold = {},
        .late = false,
    };
}

/// What the protocol's own rule says of a position.
struct ModelPosition {
    std::size_t market = 0;
    protocol::Holder holder;
    bool indebted = false;
    std::optional<bool> liquidatable;  ///< nullopt where the contract's own view reverts.
    bool priced = true;                ///< Whether everything of the market has a price.
    bool late = false;                 ///< As of a view.
};

}  // namespace faultline::tests
