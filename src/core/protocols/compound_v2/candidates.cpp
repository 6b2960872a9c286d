// SPDX-License-Identifier: Apache-2.0
// cTokens before they are listed, and interest rate models before a cToken names them: anybody can
// log as one, so few are kept, and of those only what they are configured with.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {
namespace {

constexpr MarketKey kOnly{.market = 0};

void drop_candidate(Transition& at, const Address& ctoken) {
    const CTokenRow row = *at.tables.ctokens.find(at.key(ctoken));
    const UnderlyingKey key{.market = at.market, .underlying = row.underlying};
    if (at.tables.underlyings.contains(key)) {
        at.tables.underlyings.update(key, [&](UnderlyingRow& of) {
            std::erase(of.ctokens, ctoken);
        });
        if (at.tables.underlyings.find(key)->ctokens.empty()) {
            at.tables.underlyings.erase(key);
        }
    }
    at.tables.ctokens.erase(at.key(ctoken));
}

std::optional<ModelRow> logged_params(const eth::Log& log) {
    ModelRow row;
    if (events::NewJumpParams::matches(log)) {
        const auto event = events::NewJumpParams::decode(log);
        if (!event) {
            return std::nullopt;
        }
        row.jumps = true;
        row.base_wad = event->get<"baseRatePerBlock">();
        row.multiplier_wad = event->get<"multiplierPerBlock">();
        row.jump_multiplier_wad = event->get<"jumpMultiplierPerBlock">();
        row.kink_wad = event->get<"kink">();
        return row;
    }
    const auto event = events::NewParams::decode(log);
    if (!event) {
        return std::nullopt;
    }
    row.base_wad = event->get<"baseRatePerBlock">();
    row.multiplier_wad = event->get<"multiplierPerBlock">();
    return row;
}

/// A new model waits for a cToken to name it; the oldest that none named goes.
void keep_unnamed(Tables& tables, const Address& model) {
    std::optional<Address> gone;
    tables.unnamed.update(kOnly, [&](UnnamedRow& row) {
        row.models.push_back(model);
        if (row.models.size() > kMostUnnamedModels) {
            gone = row.models.front();
            row.models.erase(row.models.begin());
        }
    });
    if (gone) {
        tables.models.erase({*gone});
    }
}

bool is_used(const Tables& tables, const Address& model) {
    bool used = false;
    tables.ctokens.for_each_unordered([&](const CTokenKey&, const CTokenRow& row) {
        used = used || (row.listed && row.model == model);
    });
    return used;
}

/// Rates by this model have to be held to the contracts' again.
void uncheck_rates(Tables& tables, const Address& model) {
    std::vector<CTokenKey> users;
    tables.ctokens.for_each_unordered([&](const CTokenKey& key, const CTokenRow& row) {
        if (row.model == model && row.rate_source != RateSource::kUnchecked) {
            users.push_back(key);
        }
    });
    for (const CTokenKey& key : users) {
        tables.ctokens.update(key, [](CTokenRow& row) {
            row.rate_source = RateSource::kUnchecked;
        });
    }
}

}  // namespace

void apply_candidate(Transition& at, const eth::Log& log) {
    const auto event = events::NewComptroller::decode(log);
    if (!event || event->get<"newComptroller">() != at.config.comptroller ||
        at.tables.ctokens.contains(at.key(log.address))) {
        return;
    }
    CTokenRow row;
    row.unread = !event->get<"oldComptroller">().is_zero();  // It has a life behind it.
    row.borrow_index_wad = row.unread ? U256() : wad();
    row.accrual_block = at.number();
    at.tables.ctokens.put(at.key(log.address), row);
    std::optional<Address> oldest;
    at.edit_market([&](MarketRow& of) {
        of.candidates.push_back(log.address);
        if (of.candidates.size() > kMostCandidates) {
            oldest = of.candidates.front();
            of.candidates.erase(of.candidates.begin());
        }
    });
    if (oldest) {
        drop_candidate(at, *oldest);
    }
}

Result<void> apply_ctoken_log(Transition& at, const eth::Log& log) {
    const CTokenRow& row = *at.tables.ctokens.find(at.key(log.address));
    const bool listed = row.listed;
    if (row.unread && !listed) {
        return {};  // All of it will be read, and nobody can have any of it before it is listed.
    }
    at.memory.before = std::exchange(at.memory.pending[at.key(log.address)], {});
    Handler handler = find_handler(ctoken_handlers(), log.topics[0]);
    if (handler == nullptr && listed) {
        handler = find_handler(token_handlers(), log.topics[0]);
    }
    if (handler == nullptr) {
        return {};
    }
    const bool mint_follows = at.memory.before.kind == Pending::Kind::kMint;
    if (mint_follows && !events::Transfer::matches(log)) {
        return contradiction(
            log, "Mint for " + at.memory.before.account.hex() + " without its Transfer"
        );
    }
    Result<void> applied = handler(at, log);
    return listed ? std::move(applied) : Result<void>();
}

void keep_model(Tables& tables, const Address& model) {
    if (tables.unnamed.contains(kOnly)) {
        tables.unnamed.update(kOnly, [&](UnnamedRow& row) { std::erase(row.models, model); });
    }
    if (tables.models.contains({model})) {
        tables.models.update({model}, [](ModelRow& row) { row.named = true; });
    }
}

void apply_model_params(Tables& tables, const eth::Log& log) {
    auto params = logged_params(log);
    if (!params) {
        return;  // Anybody can emit this; one that does not decode is no model.
    }
    const ModelRow* known = tables.models.find({log.address});
    const bool is_new = known == nullptr;
    params->named = is_new ? is_used(tables, log.address) : known->named;
    tables.models.put({log.address}, *params);
    if (is_new && !params->named) {
        keep_unnamed(tables, log.address);
    } else {
        uncheck_rates(tables, log.address);
    }
}

}  // namespace faultline::compound_v2
