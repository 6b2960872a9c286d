// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/joins.hpp"

#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::uint64_t kWadDecimals = 18;
constexpr std::array kJoinViews{View::kJoinIlk, View::kJoinGem, View::kJoinDec};

bool is_configured(const MarketConfig& config, const Address& join) {
    return std::ranges::find(config.joins, join) != config.joins.end();
}

/// Rows of those who are to be asked; of joins that were configured later, too.
std::set<Address> unread(const Tables& tables, MarketId market, const MarketConfig& config) {
    std::set<Address> out;
    for (const Address& join : config.joins) {
        if (!tables.joins.contains({.market = market, .contract = join})) {
            out.insert(join);
        }
    }
    tables.joins.for_each_unordered([&](const ContractKey& key, const JoinRow& row) {
        if (key.market == market && row.unread) {
            out.insert(key.contract);
        }
    });
    return out;
}

/// Whom the block's logs make a ward.
std::set<Address> relied_in(const MarketConfig& config, const eth::Block& block) {
    std::set<Address> out;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        const bool is_rely = log.address == config.vat && !log.topics.empty() &&
                             log.topics[0] == note_topic<"rely(address)">();
        if (const auto note = decode_note(NoteKind::kVat, log); is_rely && note) {
            out.insert(note->address(0));
        }
    }
    return out;
}

bool agree(const GemClaim& a, const GemClaim& b) {
    return a.gem == b.gem && a.decimals == b.decimals;
}

Figure<IlkGem> no_gem(std::string why) {
    return Figure<IlkGem>::without(FigureStatus::kNoData, std::move(why));
}

std::string text_of(const GemClaim& claim) {
    return claim.gem.hex() + " with " + claim.decimals.to_string() + " decimals by " +
           claim.join.hex();
}

}  // namespace

Hash32 ward_part() {
    return note_topic<"rely(address)">();
}

void add_ward(Tables& tables, MarketId market, const Address& ward) {
    const ContractKey key{.market = market, .contract = ward};
    if (!tables.joins.contains(key)) {
        tables.joins.put(key, {});
    }
}

void drop_ward(Tables& tables, MarketId market, const MarketConfig& config, const Address& ward) {
    if (!is_configured(config, ward)) {
        tables.joins.erase({.market = market, .contract = ward});
    }
}

std::vector<eth::Read> join_reads(const Address& join) {
    std::vector<eth::Read> out;
    out.reserve(kJoinViews.size());
    for (const View view : kJoinViews) {
        out.push_back(view_read(join, view));
    }
    return out;
}

JoinRow join_answers(const Address& join, const eth::Block& block) {
    std::array<std::optional<U256>, kJoinViews.size()> words;
    for (std::size_t i = 0; i < kJoinViews.size(); ++i) {
        const eth::Read read = view_read(join, kJoinViews[i]);
        const eth::ReadAnswer* answer = block.answer(read);
        if (answer == nullptr || answer->unanswered()) {
            return {};
        }
        words[i] = answered_word(block, read);
    }
    const auto& [ilk, gem, decimals] = words;
    JoinRow out;
    out.unread = false;
    const bool is_join = ilk && gem && decimals && !address_of(*gem).is_zero();
    if (is_join) {
        out.ilk = Hash32::from_bytes(ilk->to_be_bytes());
        out.gem = address_of(*gem);
        out.decimals = *decimals;
    }
    return out;
}

void plan_joins(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
) {
    std::set<Address> asked = unread(tables, market, config);
    for (const Address& ward : relied_in(config, block)) {
        if (!tables.joins.contains({.market = market, .contract = ward})) {
            asked.insert(ward);
        }
    }
    for (const Address& join : asked) {
        for (eth::Read& read : join_reads(join)) {
            reads.push_back(std::move(read));
        }
    }
}

void take_joins(
    Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<protocol::Incident>& incidents
) {
    std::set<Hash32> heard;
    for (const Address& join : unread(tables, market, config)) {
        const ContractKey key{.market = market, .contract = join};
        const JoinRow row = join_answers(join, block);
        const JoinRow* found = tables.joins.find(key);
        if (found == nullptr || *found != row) {
            tables.joins.put(key, row);
        }
        if (row.ilk) {
            heard.insert(*row.ilk);
        }
    }
    if (heard.empty()) {
        return;
    }
    for (const auto& [ilk, claims] : gem_claims(tables, market)) {
        const auto differs = [&](const GemClaim& claim) {
            return !agree(claim, claims.front());
        };
        if (heard.contains(ilk) && std::ranges::any_of(claims, differs)) {
            incidents.push_back(
                {.market = market,
                 .kind = protocol::IncidentKind::kNotice,
                 .text = "market \"" + config.name + "\": of " + maker::text_of(ilk) + " " +
                         agreed_gem(claims).reason + " (block " + block.ref().text() + ")"}
            );
        }
    }
}

std::map<Hash32, std::vector<GemClaim>> gem_claims(const Tables& tables, MarketId market) {
    std::map<Hash32, std::vector<GemClaim>> out;
    tables.joins.for_each_unordered([&](const ContractKey& key, const JoinRow& row) {
        if (key.market == market && row.ilk) {
            out[*row.ilk].push_back({.join = key.contract, .gem = row.gem, .decimals = row.decimals}
            );
        }
    });
    for (auto& [ilk, claims] : out) {
        std::ranges::sort(claims, {}, &GemClaim::join);
    }
    return out;
}

Figure<IlkGem> agreed_gem(const std::vector<GemClaim>& claims) {
    if (claims.empty()) {
        return no_gem("no ward of the Vat and none of `joins` says that it is a join of the ilk");
    }
    const GemClaim& first = claims.front();
    const auto other =
        std::ranges::find_if(claims, [&](const GemClaim& claim) { return !agree(claim, first); });
    if (other != claims.end()) {
        return no_gem("joins name different tokens: " + text_of(first) + ", " + text_of(*other));
    }
    if (first.decimals > U256(kWadDecimals)) {
        return no_gem("no join makes wad of so many decimals: " + text_of(first));
    }
    return Figure<IlkGem>::of(
        {.token = first.gem, .decimals = static_cast<std::uint8_t>(first.decimals.low_u64())}
    );
}

std::vector<Address> disputed_gems(const std::vector<GemClaim>& claims) {
    std::set<Address> tokens;
    for (const GemClaim& claim : claims) {
        tokens.insert(claim.gem);
    }
    return tokens.size() > 1 ? std::vector(tokens.begin(), tokens.end()) : std::vector<Address>();
}

}  // namespace faultline::maker
