// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Bytes of rows. A type is encodable when it is one of the leaves below or a struct with
///     auto fields(this auto& self) { return std::tie(self.a, self.b); }
/// or an enumeration 0, 1, 2, ... with
///     constexpr Phase last_of(Phase) { return Phase::kFiring; }
/// or has to_u256() and from_u256().
/// Integers are big-endian and fixed-width, so encoded keys order as their numbers do. The encoding
/// of a stored type never changes in place: a new layout is a new table id or a new schema version.
namespace faultline::ledger {

template <class T>
concept Structured = requires(T& value) { value.fields(); };

template <class T>
concept Enumeration = std::is_enum_v<T> && requires(T value) {
    { last_of(value) } -> std::same_as<T>;
};

/// A type that is encoded as the number it stands for.
template <class T>
concept Numbered = requires(const T& value, const U256& number) {
    { value.to_u256() } -> std::same_as<U256>;
    { T::from_u256(number) } -> std::same_as<std::optional<T>>;
};

class Encoder {
  public:
    template <class T>
    void put(const T& value) {
        if constexpr (Structured<const T>) {
            std::apply([this](const auto&... field) { (this->put(field), ...); }, value.fields());
        } else if constexpr (Enumeration<T>) {
            put(static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (std::same_as<T, bool>) {
            out_.push_back(value ? 1 : 0);
        } else if constexpr (std::unsigned_integral<T>) {
            std::array<std::uint8_t, sizeof(T)> bytes{};
            for (std::size_t i = 0; i < sizeof(T); ++i) {
                bytes[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
            }
            out_.insert(out_.end(), bytes.begin(), bytes.end());
        } else {
            put_leaf(value);
        }
    }

    [[nodiscard]] Bytes take() { return std::move(out_); }

    /// What is written so far; valid until the next call.
    [[nodiscard]] BytesView view() const noexcept { return out_; }

    /// Bytes that are encoded already.
    void append(BytesView encoded) { out_.insert(out_.end(), encoded.begin(), encoded.end()); }

    /// Begins anew in the same memory.
    void clear() noexcept { out_.clear(); }

  private:
    void put_leaf(const U256& value);  ///< One length byte, then that many big-endian bytes.
    void put_leaf(std::string_view text);

    template <Numbered T>
    void put_leaf(const T& value) {
        put_leaf(value.to_u256());
    }

    void put_leaf(const UnixSeconds& at) { put(at.value); }

    template <std::size_t N, class Tag>
    void put_leaf(const FixedBytes<N, Tag>& value) {
        out_.insert(out_.end(), value.bytes.begin(), value.bytes.end());
    }

    void put_leaf(const Bytes& bytes);

    template <class T>
    void put_leaf(const std::optional<T>& value) {
        put(value.has_value());
        if (value) {
            put(*value);
        }
    }

    template <class T>
    void put_leaf(const std::vector<T>& list) {
        put(static_cast<std::uint32_t>(list.size()));
        for (const T& item : list) {
            put(item);
        }
    }

    Bytes out_;
};

/// Reads what an Encoder wrote. After the last read, ok() tells whether everything was there; reads
/// past the end leave defaults, so a caller checks once.
class Decoder {
  public:
    explicit Decoder(BytesView in) : in_(in) {}

    template <class T>
    void get(T& value) {
        if constexpr (Structured<T>) {
            std::apply([this](auto&... field) { (this->get(field), ...); }, value.fields());
        } else if constexpr (Enumeration<T>) {
            std::underlying_type_t<T> raw{};
            get(raw);
            ok_ = ok_ && raw <= static_cast<std::underlying_type_t<T>>(last_of(T{}));
            value = ok_ ? static_cast<T>(raw) : T{};
        } else if constexpr (std::same_as<T, bool>) {
            const BytesView byte = take(1);
            ok_ = ok_ && (byte.empty() || byte[0] <= 1);
            value = !byte.empty() && byte[0] == 1;
        } else if constexpr (std::unsigned_integral<T>) {
            value = 0;
            for (const std::uint8_t byte : take(sizeof(T))) {
                value = static_cast<T>((std::uint64_t{value} << 8U) | byte);
            }
        } else {
            get_leaf(value);
        }
    }

    /// True when all reads were satisfied and nothing is left over.
    [[nodiscard]] bool finished() const noexcept { return ok_ && in_.empty(); }

  private:
    BytesView take(std::size_t count);
    void get_leaf(U256& value);
    void get_leaf(std::string& text);

    template <Numbered T>
    void get_leaf(T& value) {
        U256 number;
        get_leaf(number);
        const std::optional<T> read = T::from_u256(number);
        ok_ = ok_ && read.has_value();
        value = read.value_or(T{});
    }

    void get_leaf(UnixSeconds& at) { get(at.value); }

    template <std::size_t N, class Tag>
    void get_leaf(FixedBytes<N, Tag>& value) {
        const BytesView bytes = take(N);
        if (bytes.size() == N) {
            value = FixedBytes<N, Tag>::from_bytes(bytes);
        }
    }

    void get_leaf(Bytes& bytes);

    template <class T>
    void get_leaf(std::optional<T>& value) {
        bool present = false;
        get(present);
        value.reset();
        if (present) {
            get(value.emplace());
        }
    }

    template <class T>
    void get_leaf(std::vector<T>& list) {
        std::uint32_t size = 0;
        get(size);
        list.clear();
        for (std::uint32_t i = 0; i < size && ok_; ++i) {
            get(list.emplace_back());
        }
    }

    BytesView in_;
    bool ok_ = true;
};

template <class T>
Bytes encode(const T& value) {
    Encoder encoder;
    encoder.put(value);
    return encoder.take();
}

/// kCorrupt when the bytes are not exactly one T.
template <class T>
Result<T> decode(BytesView bytes) {
    T value{};
    Decoder decoder(bytes);
    decoder.get(value);
    if (!decoder.finished()) {
        return Error(
            Code::kCorrupt,
            "a stored value of " + std::to_string(bytes.size()) +
                " bytes is not what its table holds"
        );
    }
    return value;
}

}  // namespace faultline::ledger
