// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/lockstake_figures.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <map>
#include <optional>
#include <vector>

namespace faultline::maker {
namespace {

Figure<Address> selected(const std::optional<Address>& what) {
    return what ? Figure<Address>::of(*what)
                : Figure<Address>::without(
                      FigureStatus::kNoData,
                      "none was selected since the urn was opened or its stake last auctioned"
                  );
}

}  // namespace

void add_lockstake_owner(protocol::Sheet& sheet, const Tables& tables, const AccountKey& urn) {
    if (const LockstakeUrnRow* row = tables.lockstake_urns.find(urn)) {
        sheet.add("lockstake_owner", row->owner);
        sheet.add("lockstake_index", row->index);
    }
}

void add_lockstake(protocol::Sheet& sheet, const Tables& tables, const AccountKey& urn) {
    add_lockstake_owner(sheet, tables, urn);
    if (const LockstakeUrnRow* row = tables.lockstake_urns.find(urn)) {
        sheet.add("lockstake_vote_delegate", selected(row->vote_delegate));
        sheet.add("lockstake_farm", selected(row->farm));
    }
}

std::vector<Address> lockstake_urns(const Tables& tables, const AccountKey& owner) {
    std::map<Hash32, Address> by_index;
    tables.lockstake_owned.for_each_unordered([&](const LockstakeKey& key,
                                                  const LockstakeOwnedRow& row) {
        if (key.market == owner.market && key.owner == owner.account) {
            by_index.emplace(key.index, row.urn);
        }
    });
    std::vector<Address> out;
    out.reserve(by_index.size());
    for (const auto& [index, urn] : by_index) {
        out.push_back(urn);
    }
    return out;
}

}  // namespace faultline::maker
