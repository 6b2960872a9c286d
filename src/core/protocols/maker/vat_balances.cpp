// SPDX-License-Identifier: Apache-2.0
// Vat.dai and Vat.sin of addresses, and whose a heal was, which its note does not say.
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <vector>

namespace faultline::maker {
namespace {

/// Whether the log after this one, in its transaction, is the Vow's own note of the same heal.
bool healed_by_vow(const Transition& at, const U256& rad) {
    if (at.place + 1 >= at.block.logs.size()) {
        return false;
    }
    const eth::Log next = at.block.logs[at.place + 1];
    if (next.address != at.config.vow || next.tx_hash != at.log.tx_hash) {
        return false;
    }
    const auto note = decode_note(NoteKind::kLib, next);
    if (!note) {
        return false;
    }
    const Hash32& topic = next.topics[0];
    const bool says_rad =
        topic == note_topic<"heal(uint256)">() || topic == note_topic<"kiss(uint256)">();
    return topic == note_topic<"cage()">() || (says_rad && note->word(0) == rad);
}

/// Those who had enough of both. Rows of earlier unattributed healers are too high at most.
std::vector<Address> possible_healers(const Transition& at, const U256& rad) {
    std::vector<Address> out;
    const bool vow_would_note = at.vow().voice == VowVoice::kNotes;
    at.tables.sins.for_each_unordered([&](const AccountKey& key, const SinRow& row) {
        if (key.market == at.market && row.sin_rad >= rad &&
            at.account(key.account).dai_rad >= rad &&
            !(vow_would_note && key.account == at.config.vow)) {
            out.push_back(key.account);
        }
    });
    std::ranges::sort(out);
    return out;
}

}  // namespace

eth::I256 signed_of(const U256& value) {
    return {value};
}

eth::I256 negative_of(const U256& value) {
    return {wrapping_sub(U256(), value)};
}

Result<void> add_dai(
    Transition& at, SystemRow& system, const Address& account, const eth::I256& rad
) {
    AccountRow row = at.account(account);
    const auto balance = plus(row.dai_rad, rad);
    const auto sum = plus(system.dai_sum_rad, rad);
    if (!balance || !sum) {
        return contradiction("Vat.dai of " + account.hex() + " does not suffice by the rows");
    }
    row.dai_rad = *balance;
    system.dai_sum_rad = *sum;
    at.set_account(account, row);
    return {};
}

Result<void> add_sin(
    Transition& at, SystemRow& system, const Address& account, const eth::I256& rad
) {
    const auto balance = plus(at.sin(account), rad);
    const auto sum = plus(system.sin_sum_rad, rad);
    if (!balance || !sum) {
        return contradiction("Vat.sin of " + account.hex() + " does not suffice by the rows");
    }
    system.sin_sum_rad = *sum;
    at.set_sin(account, *balance);
    return {};
}

Result<void> attribute_heal(Transition& at, SystemRow& system, const U256& rad) {
    if (rad.is_zero()) {
        return {};
    }
    const std::vector<Address> able =
        healed_by_vow(at, rad) ? std::vector{at.config.vow} : possible_healers(at, rad);
    if (able.empty()) {
        return contradiction("nobody has the dai and the sin that Vat.heal took");
    }
    if (able.size() == 1) {
        FAULTLINE_TRY_VOID(add_sin(at, system, able.front(), negative_of(rad)));
        return add_dai(at, system, able.front(), negative_of(rad));
    }
    const auto sum = checked_add(system.unattributed_rad, rad);
    if (!sum) {
        return contradiction("Vat.heal took more than there can be");
    }
    system.unattributed_rad = *sum;
    system.healers.insert(system.healers.end(), able.begin(), able.end());
    std::ranges::sort(system.healers);
    system.healers.erase(
        std::unique(system.healers.begin(), system.healers.end()), system.healers.end()
    );
    return {};
}

}  // namespace faultline::maker
