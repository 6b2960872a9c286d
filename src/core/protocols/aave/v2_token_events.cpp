// SPDX-License-Identifier: Apache-2.0
// AToken.sol and VariableDebtToken.sol of V2: what they log is what later releases log of an
// operation without interest before it.
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

namespace faultline::aave {
namespace {

/// `Holder` and `Amount` are the arguments with whose balance changes, and by how much.
template <class Event, eth::Literal Holder, eth::Literal Amount>
Result<void> on_change(
    Transition& at, const ContractRow& token, const eth::Log& log, TokenChange::Kind kind
) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    return change_scaled(
        at,
        token,
        {.account = event.template get<Holder>(),
         .log =
             {.value = event.template get<Amount>(),
              .balance_increase = {},
              .index_ray = event.template get<"index">()},
         .kind = kind}
    );
}

}  // namespace

Result<void> apply_v2_token_log(Transition& at, const ContractRow& token, const eth::Log& log) {
    using namespace events::v2;
    using Kind = TokenChange::Kind;
    if (token.role == ContractRole::kAToken) {
        return ATokenMint::matches(log)
                   ? on_change<ATokenMint, "from", "value">(at, token, log, Kind::kMint)
               : ATokenBurn::matches(log)
                   ? on_change<ATokenBurn, "from", "value">(at, token, log, Kind::kBurn)
                   : apply_token_log(at, token, log);
    }
    return DebtMint::matches(log)
               ? on_change<DebtMint, "onBehalfOf", "value">(at, token, log, Kind::kMint)
           : DebtBurn::matches(log)
               ? on_change<DebtBurn, "user", "amount">(at, token, log, Kind::kBurn)
               : Result<void>();
}

}  // namespace faultline::aave
