// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/scaled_balance.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace faultline::aave {
namespace {

U256 decimal(simdjson::dom::element value) {
    return *U256::from_decimal(value.get_string().value());
}

/// The contract's own arithmetic (TokenMath.sol): what a token does and what it logs of it.
struct Token {
    ContractRole role;
    U256 scaled;

    [[nodiscard]] U256 balance(const U256& index) const {
        return role == ContractRole::kAToken ? *ray_mul_floor(scaled, index)
                                             : *ray_mul_ceil(scaled, index);
    }

    /// Amount to scaled: in favour of the pool in each of the four cases.
    [[nodiscard]] U256 scaled_amount(const U256& amount, const U256& index, bool burn) const {
        const bool up = (role == ContractRole::kAToken) == burn;
        return up ? *ray_div_ceil(amount, index) : *ray_div_floor(amount, index);
    }
};

U256 random_below(std::mt19937_64& random, unsigned bits) {
    U256 out;
    for (unsigned bit = 0; bit < 1 + (random() % bits); ++bit) {
        out.set_bit(bit, random() % 2 == 0);
    }
    return out;
}

/// Of a group of vectors; nullopt for what has another kind of compounding.
std::optional<Compounding> compounding_of(std::string_view group) {
    return group == "aave-v2"         ? std::optional(Compounding::kPerSecond)
           : group == "aave-v3.4+"    ? std::optional(Compounding::kTaylor)
           : group == "aave-v3.0-3.3" ? std::optional(Compounding::kBinomial)
                                      : std::nullopt;
}

}  // namespace

TEST_CASE("interest equals what the Solidity library answered when it was executed") {
    simdjson::dom::parser parser;
    const auto vectors = parser.load(
        std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/protocols/vectors.json"
    )["vectors"];
    std::size_t compounded = 0;
    std::size_t linear = 0;
    for (const simdjson::dom::element vector : vectors.get_array()) {
        const std::string_view group = vector["group"];
        const std::string_view function = vector["fn"];
        const auto compounding = function.starts_with("calculateCompoundedInterest")
                                     ? compounding_of(group)
                                     : std::nullopt;
        const bool is_compounded = compounding.has_value();
        const bool is_linear = function.starts_with("calculateLinearInterest");
        if (!is_compounded && !is_linear) {
            continue;
        }
        const auto args = vector["args"];
        const U256 now = is_compounded ? decimal(args.at(2)) : decimal(vector["timestamp"]);
        const std::uint64_t elapsed_s = now.low_u64() - decimal(args.at(1)).low_u64();
        const auto ours =
            is_compounded ? compounded_interest_ray(*compounding, decimal(args.at(0)), elapsed_s)
                          : linear_interest_ray(decimal(args.at(0)), elapsed_s);
        const std::string_view expected = vector["result"];
        INFO(simdjson::minify(vector));
        REQUIRE(ours.has_value() == (expected != "REVERT"));
        REQUIRE((!ours || ours->to_string() == expected));
        ++(is_compounded ? compounded : linear);
    }
    REQUIRE(compounded == 3 * 70);
    REQUIRE(linear == 70);
}

TEST_CASE("a scaled balance is recovered exactly from what the token logs, whatever the amounts") {
    std::mt19937_64 random(5);
    for (const ContractRole role : {ContractRole::kAToken, ContractRole::kVariableDebtToken}) {
        Token token{role, {}};
        const ContractRow kind{.role = role, .reserve = 0, .rounding = Rounding::kDirected};
        U256 index = ray();
        for (int step = 0; step < 200'000; ++step) {
            const U256 previous = token.balance(index);
            index = *checked_add(index, random_below(random, 86));
            if (index > *checked_mul(ray(), U256(50))) {
                index = ray();
                token.scaled = {};
                continue;
            }
            const U256 accrued_balance = token.balance(index);
            const U256 increase = *checked_sub(accrued_balance, previous);
            const bool burn = random() % 2 == 0;
            const U256 amount = random_below(random, 90);
            const U256 delta = token.scaled_amount(amount, index, burn);
            const auto next_scaled =
                burn ? checked_sub(token.scaled, delta) : checked_add(token.scaled, delta);
            if (!next_scaled) {
                continue;
            }
            const U256 before = token.scaled;
            token.scaled = *next_scaled;
            const U256 next = token.balance(index);
            // ScaledBalanceTokenBase: a burn smaller than the interest is logged as a Mint.
            const bool grew = next >= previous;
            const U256 value = grew ? *checked_sub(next, previous) : *checked_sub(previous, next);
            const TokenLog log{.value = value, .balance_increase = increase, .index_ray = index};
            const auto recovered =
                grew ? scaled_after_mint(kind, before, log) : scaled_after_burn(kind, before, log);
            REQUIRE(recovered.has_value());
            REQUIRE(*recovered == token.scaled);
        }
    }
}

}  // namespace faultline::aave
