// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// Addresses that logs named lately; more than a busy block has.
constexpr std::size_t kMostLately = 512;
/// Of the accounts of a sample, one in so many changed lately.
constexpr std::size_t kLatelyShare = 4;

/// splitmix64's finisher: every bit of the input moves every bit of the result.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

std::uint64_t rank(const Address& account, std::uint64_t seed) {
    std::uint64_t out = mixed(seed + 0x9e3779b97f4a7c15ULL);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < Address::kSize; ++i) {
        word = (word << 8U) | account.bytes.at(i);
        if (i % sizeof(word) == sizeof(word) - 1 || i + 1 == Address::kSize) {
            out = mixed(out ^ word);
            word = 0;
        }
    }
    return out;
}

/// The first `count` of them by rank.
std::vector<Address> first_by_rank(
    std::vector<std::pair<std::uint64_t, Address>> ranked, std::size_t count
) {
    const std::size_t kept = std::min(count, ranked.size());
    std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(kept));
    std::vector<Address> out;
    out.reserve(kept);
    for (std::size_t i = 0; i < kept; ++i) {
        out.push_back(ranked[i].second);
    }
    return out;
}

/// Whether figures of the market are of that block: prices are read at each live one.
bool has_figures(const MarketRow* row, eth::BlockNum at) {
    return row != nullptr && row->prices_block == at && usability(row, Trust::kAsFolded).ok();
}

std::vector<eth::Read> with_those_that_differed(
    std::vector<eth::Read> reads, const std::set<eth::Read>& differed
) {
    for (const eth::Read& one : differed) {
        if (std::ranges::find(reads, one) == reads.end()) {
            reads.push_back(one);
        }
    }
    return reads;
}

void add_checks(
    std::vector<AuditCheck>& checks,
    const Views& views,
    const AuditSubject& subject,
    std::vector<eth::Read> reads
) {
    for (eth::Read& read : reads) {
        if (auto ours = views.answer(read)) {
            checks.push_back({.about = subject, .read = std::move(read), .ours = *std::move(ours)});
        }
    }
}

}  // namespace

std::vector<Address> draw_accounts(
    const Tables& tables, MarketId market, std::uint64_t seed, std::size_t count
) {
    std::vector<std::pair<std::uint64_t, Address>> ranked;
    tables.users.for_each_unordered([&](const UserKey& key, const UserRow&) {
        if (key.market == market) {
            ranked.emplace_back(rank(key.account, seed), key.account);
        }
    });
    return first_by_rank(std::move(ranked), count);
}

void Audit::saw(const eth::Block& block) {
    constexpr std::size_t kPadding = kWord - Address::kSize;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        for (const Hash32& topic : log.topics) {
            const BytesView word = topic.view();
            const Address named = Address::from_bytes(word.subspan(kPadding));
            const auto zero = [](std::uint8_t byte) {
                return byte == 0;
            };
            if (!std::ranges::all_of(word.first(kPadding), zero) || named.is_zero()) {
                continue;
            }
            lately_.push_back(named);
        }
    }
    while (lately_.size() > kMostLately) {
        lately_.pop_front();
    }
}

std::optional<Address> Audit::next_reserve(const Tables& tables, MarketId market) {
    const MarketRow* row = tables.markets.find({.market = market});
    const std::size_t count = row == nullptr ? 0 : row->reserve_count;
    std::size_t& next = next_reserve_[market];
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = static_cast<ReserveId>(next++ % count);
        if (const ReserveRow* reserve = tables.reserves.find({.market = market, .reserve = id})) {
            return reserve->asset;
        }
    }
    return std::nullopt;
}

std::set<AuditSubject> Audit::draw(const Tables& tables, MarketId market, std::uint64_t seed) {
    std::set<AuditSubject> out{{.market = market, .kind = AuditKind::kMarket, .address = {}}};
    if (const auto asset = next_reserve(tables, market)) {
        out.insert({.market = market, .kind = AuditKind::kReserve, .address = *asset});
    }
    std::vector<std::pair<std::uint64_t, Address>> changed;
    for (const Address& named : std::set<Address>(lately_.begin(), lately_.end())) {
        if (tables.users.contains({.market = market, .account = named})) {
            changed.emplace_back(rank(named, seed), named);
        }
    }
    const std::size_t most = options_.accounts_per_sample;
    std::set<Address> accounts;
    for (const Address& one : first_by_rank(std::move(changed), most / kLatelyShare)) {
        accounts.insert(one);
    }
    for (const Address& one : draw_accounts(tables, market, seed, most)) {
        if (accounts.size() < most) {
            accounts.insert(one);
        }
    }
    for (const Address& one : accounts) {
        out.insert({.market = market, .kind = AuditKind::kAccount, .address = one});
    }
    return out;
}

void Audit::make_room() {
    if (samples_.size() < options_.most_samples) {
        return;
    }
    std::size_t place = 0;
    std::erase_if(samples_, [&place](const AuditSample& /*sample*/) { return place++ % 2 == 1; });
}

std::size_t Audit::capture(
    const Tables& tables,
    const std::vector<MarketConfig>& configs,
    const eth::Header& at,
    std::uint64_t seed,
    const AuditSuspects& suspects
) {
    if (configs.empty() || captured_ == at.ref) {
        return 0;
    }
    const auto market = static_cast<MarketId>(next_market_++ % configs.size());
    const MarketRow* row = tables.markets.find({.market = market});
    if (!has_figures(row, at.ref.number)) {
        return 0;
    }
    const bool degraded = !row->degraded.empty();
    captured_ = at.ref;
    make_room();
    std::set<AuditSubject> subjects = draw(tables, market, seed);
    if (degraded) {
        // What it runs is known to be another release.
        subjects.erase({.market = market, .kind = AuditKind::kMarket, .address = {}});
    }
    for (const auto& [subject, reads] : suspects) {
        if (subject.market == market && !degraded) {
            subjects.insert(subject);
        }
    }
    AuditSample sample{.block = at.ref, .checks = {}, .degraded = degraded};
    const Views views(tables, configs[market], market, at, Trust::kAsFolded);
    for (const AuditSubject& subject : subjects) {
        const auto differed = suspects.find(subject);
        add_checks(
            sample.checks,
            views,
            subject,
            with_those_that_differed(
                audit_reads(tables, configs[market], subject),
                differed == suspects.end() ? std::set<eth::Read>() : differed->second
            )
        );
    }
    const std::size_t asked = sample.checks.size();
    samples_.push_back(std::move(sample));
    return asked;
}

}  // namespace faultline::aave
