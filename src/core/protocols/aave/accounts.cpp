// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/ledger/hashed_rows.hpp>
#include <faultline/core/protocols/aave/account_rows.hpp>
#include <faultline/core/protocols/aave/accounts.hpp>
#include <faultline/core/protocols/aave/reserve_bits.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

std::size_t hash_of(const UserKey& key) {
    return ledger::KeyHash{}(key);
}

/// Where the leg is or belongs.
std::size_t place_in(const std::vector<AccountLeg>& legs, ReserveId reserve) {
    const auto found = std::ranges::find_if(legs, [reserve](const AccountLeg& leg) {
        return leg.reserve >= reserve;
    });
    return static_cast<std::size_t>(found - legs.begin());
}

bool is_at(const std::vector<AccountLeg>& legs, std::size_t place, ReserveId reserve) {
    return place < legs.size() && legs[place].reserve == reserve;
}

}  // namespace

const AccountLeg* AccountRecord::leg(ReserveId reserve) const {
    const std::size_t place = place_in(legs, reserve);
    return is_at(legs, place, reserve) ? &legs[place] : nullptr;
}

ledger::HashIndex::Place Accounts::place_of(const UserKey& key, std::size_t hash) const {
    return index_.find(hash, [&](ledger::HashIndex::Place place) {
        return records_[place].key == key;
    });
}

const AccountRecord* Accounts::find(const UserKey& key) const {
    const auto place = place_of(key, hash_of(key));
    return place == ledger::HashIndex::kNone ? nullptr : &records_[place];
}

AccountRecord& Accounts::record_of(const UserKey& key) {
    const std::size_t hash = hash_of(key);
    const auto place = place_of(key, hash);
    if (place != ledger::HashIndex::kNone) {
        return records_[place];
    }
    index_.insert(hash, static_cast<ledger::HashIndex::Place>(records_.size()));
    AccountRecord& record = records_.emplace_back();
    record.key = key;
    return record;
}

AccountLeg& Accounts::leg_of(AccountRecord& record, ReserveId reserve) {
    const std::size_t place = place_in(record.legs, reserve);
    if (is_at(record.legs, place, reserve)) {
        return record.legs[place];
    }
    ++legs_;
    // Most accounts have few legs for long, so none is kept in reserve.
    record.legs.reserve(record.legs.size() + 1);
    AccountLeg leg;
    leg.reserve = reserve;
    return *record.legs.insert(record.legs.begin() + static_cast<std::ptrdiff_t>(place), leg);
}

void Accounts::erase_leg(AccountRecord& record, ReserveId reserve) {
    const std::size_t place = place_in(record.legs, reserve);
    FAULTLINE_ASSERT(is_at(record.legs, place, reserve));
    if (record.legs[place].wide) {
        wide_.erase(key_of(record, reserve));
    }
    record.legs.erase(record.legs.begin() + static_cast<std::ptrdiff_t>(place));
    --legs_;
}

void Accounts::write(const AccountRecord& record, AccountLeg& leg, const PositionRow& row) {
    const U256& supply = row.scaled_supply;
    const U256& debt = row.scaled_debt;
    const bool wide = !supply.fits_u128() || !debt.fits_u128();
    if (wide) {
        wide_[key_of(record, leg.reserve)] = row;
    } else if (leg.wide) {
        wide_.erase(key_of(record, leg.reserve));
    }
    leg.wide = wide;
    leg.scaled_supply = {supply.limbs[0], supply.limbs[1]};
    leg.scaled_debt = {debt.limbs[0], debt.limbs[1]};
}

void Accounts::release(const AccountRecord& record) {
    if (record.has_user || !record.legs.empty()) {
        return;
    }
    const std::size_t hash = hash_of(record.key);
    const auto place = place_of(record.key, hash);
    const auto last = static_cast<ledger::HashIndex::Place>(records_.size() - 1);
    index_.erase(hash, place);
    if (place != last) {
        index_.move(hash_of(records_[last].key), last, place);
        records_[place] = std::move(records_[last]);
    }
    records_.pop_back();
}

}  // namespace faultline::aave
