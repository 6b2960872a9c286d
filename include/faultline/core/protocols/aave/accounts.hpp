// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/ledger/hashed_rows.hpp>
#include <faultline/core/protocols/aave/account_rows.hpp>
#include <faultline/core/protocols/aave/reserve_bits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

/// Memory of the accounts: an account's row and all its positions side by side, so that valuing it
/// reads one place. The tables `users` and `positions` remain two, row by row, in what is journaled
/// and stored: a log writes the rows that it changes, however many positions an account has.
namespace faultline::aave {

/// A position as the contracts keep it: scaled amounts of at most 128 bits, as limbs.
struct AccountLeg {
    std::array<std::uint64_t, 2> scaled_supply{};
    std::array<std::uint64_t, 2> scaled_debt{};
    ledger::Epoch touched_in = 0;
    ReserveId reserve = 0;
    bool wide = false;  ///< An amount is larger: Accounts has the row elsewhere.
};

/// What is kept of one account of one market. It is there while the user row or a position is.
struct AccountRecord {
    UserKey key;
    bool has_user = false;  ///< `user` is a row, not a default.
    ledger::Epoch user_touched_in = 0;
    UserRow user;
    std::vector<AccountLeg> legs;  ///< By reserve.

    /// nullptr without a position.
    [[nodiscard]] const AccountLeg* leg(ReserveId reserve) const;
};

/// All accounts of the markets of one chain. Pure; thread: the engine's.
class Accounts {
  public:
    /// nullptr when nothing is kept of it. Valid until users or positions are written.
    [[nodiscard]] const AccountRecord* find(const UserKey& key) const;

    /// Visits each `const AccountRecord&`, in an order that depends on all that was written.
    template <class F>
    void for_each(F&& visit) const {
        for (const AccountRecord& record : records_) {
            visit(record);
        }
    }

    /// The position that a leg of the record stands for.
    [[nodiscard]] PositionRow position(const AccountRecord& record, const AccountLeg& leg) const {
        if (leg.wide) [[unlikely]] {
            return wide_.at(key_of(record, leg.reserve));
        }
        PositionRow row;
        row.scaled_supply.limbs = {leg.scaled_supply[0], leg.scaled_supply[1], 0, 0};
        row.scaled_debt.limbs = {leg.scaled_debt[0], leg.scaled_debt[1], 0, 0};
        return row;
    }

  private:
    friend class UserRows;
    friend class PositionRows;

    static PositionKey key_of(const AccountRecord& record, ReserveId reserve) {
        return {.market = record.key.market, .account = record.key.account, .reserve = reserve};
    }

    [[nodiscard]] ledger::HashIndex::Place place_of(const UserKey& key, std::size_t hash) const;
    /// The record, made when there is none.
    AccountRecord& record_of(const UserKey& key);
    /// The leg, made when there is none.
    AccountLeg& leg_of(AccountRecord& record, ReserveId reserve);
    /// @pre the leg exists
    void erase_leg(AccountRecord& record, ReserveId reserve);
    void write(const AccountRecord& record, AccountLeg& leg, const PositionRow& row);
    /// Ends the record if nothing is left in it; another one may have its place then.
    void release(const AccountRecord& record);

    ledger::HashIndex index_;
    std::deque<AccountRecord> records_;
    std::map<PositionKey, PositionRow> wide_;
    std::size_t users_ = 0;
    std::size_t legs_ = 0;
};

/// The user rows of Accounts, as ledger::Table keeps rows (hashed_rows.hpp).
class UserRows {
  public:
    using Found = const UserRow*;

    explicit UserRows(Accounts& accounts) : accounts_(&accounts) {}

    [[nodiscard]] Found find(const UserKey& key) const {
        const AccountRecord* record = accounts_->find(key);
        return record != nullptr && record->has_user ? &record->user : nullptr;
    }

    [[nodiscard]] bool contains(const UserKey& key) const { return find(key) != nullptr; }

    [[nodiscard]] std::size_t size() const noexcept { return accounts_->users_; }

    template <class F>
    void for_each(F&& visit) const {
        for (const AccountRecord& record : accounts_->records_) {
            if (record.has_user) {
                visit(record.key, record.user);
            }
        }
    }

    template <class Remember, class Change>
    void update(const UserKey& key, ledger::Epoch epoch, Remember&& remember, Change&& change)
        const {
        AccountRecord& record = accounts_->record_of(key);
        touch(record, epoch, std::forward<Remember>(remember));
        accounts_->users_ += record.has_user ? 0 : 1;
        record.has_user = true;
        std::forward<Change>(change)(record.user);
    }

    template <class Remember>
    void erase(const UserKey& key, ledger::Epoch epoch, Remember&& remember) const {
        if (!contains(key)) {
            return;
        }
        AccountRecord& record = accounts_->record_of(key);
        touch(record, epoch, std::forward<Remember>(remember));
        --accounts_->users_;
        record.has_user = false;
        record.user = {};
        accounts_->release(record);
    }

  private:
    template <class Remember>
    static void touch(AccountRecord& record, ledger::Epoch epoch, Remember&& remember) {
        if (!record.has_user || record.user_touched_in != epoch) {
            std::forward<Remember>(remember)(record.has_user ? &record.user : nullptr);
            record.user_touched_in = epoch;
        }
    }

    Accounts* accounts_;
};

/// The position rows of Accounts, likewise.
class PositionRows {
  public:
    using Found = std::optional<PositionRow>;

    explicit PositionRows(Accounts& accounts) : accounts_(&accounts) {}

    [[nodiscard]] Found find(const PositionKey& key) const {
        const AccountRecord* record = accounts_->find(user_of(key));
        const AccountLeg* leg = record == nullptr ? nullptr : record->leg(key.reserve);
        return leg == nullptr ? Found() : accounts_->position(*record, *leg);
    }

    [[nodiscard]] bool contains(const PositionKey& key) const { return find(key).has_value(); }

    [[nodiscard]] std::size_t size() const noexcept { return accounts_->legs_; }

    template <class F>
    void for_each(F&& visit) const {
        for (const AccountRecord& record : accounts_->records_) {
            for (const AccountLeg& leg : record.legs) {
                visit(Accounts::key_of(record, leg.reserve), accounts_->position(record, leg));
            }
        }
    }

    template <class Remember, class Change>
    void update(const PositionKey& key, ledger::Epoch epoch, Remember&& remember, Change&& change)
        const {
        AccountRecord& record = accounts_->record_of(user_of(key));
        const bool is_new = record.leg(key.reserve) == nullptr;
        AccountLeg& leg = accounts_->leg_of(record, key.reserve);
        PositionRow row = accounts_->position(record, leg);
        if (is_new || leg.touched_in != epoch) {
            std::forward<Remember>(remember)(is_new ? Found() : row);
            leg.touched_in = epoch;
        }
        std::forward<Change>(change)(row);
        accounts_->write(record, leg, row);
    }

    template <class Remember>
    void erase(const PositionKey& key, ledger::Epoch epoch, Remember&& remember) const {
        const Found before = find(key);
        if (!before) {
            return;
        }
        AccountRecord& record = accounts_->record_of(user_of(key));
        if (record.leg(key.reserve)->touched_in != epoch) {
            std::forward<Remember>(remember)(before);
        }
        accounts_->erase_leg(record, key.reserve);
        accounts_->release(record);
    }

  private:
    static UserKey user_of(const PositionKey& key) {
        return {.market = key.market, .account = key.account};
    }

    Accounts* accounts_;
};

}  // namespace faultline::aave
