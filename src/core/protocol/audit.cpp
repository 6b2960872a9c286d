// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/audit.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::protocol {
namespace {

constexpr std::size_t kWord = 32;

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

std::uint64_t mixed_with(std::uint64_t seed, BytesView bytes) {
    std::uint64_t out = seed;
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word = (word << 8U) | bytes[i];
        if (i % sizeof(word) == sizeof(word) - 1 || i + 1 == bytes.size()) {
            out = mixed(out ^ word);
            word = 0;
        }
    }
    return out;
}

std::uint64_t rank(const Holder& holder, std::uint64_t seed) {
    const std::uint64_t out =
        mixed_with(mixed(seed + 0x9e3779b97f4a7c15ULL), holder.account.view());
    return holder.part.is_zero() ? out : mixed_with(out, holder.part.view());
}

using Ranked = std::vector<std::pair<std::uint64_t, Holder>>;

/// The first `count` of them by rank.
std::vector<Holder> first_by_rank(Ranked ranked, std::size_t count) {
    const std::size_t kept = std::min(count, ranked.size());
    std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(kept));
    std::vector<Holder> out;
    out.reserve(kept);
    for (std::size_t i = 0; i < kept; ++i) {
        out.push_back(ranked[i].second);
    }
    return out;
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
    const Subject& subject,
    std::vector<eth::Read> reads
) {
    for (eth::Read& read : reads) {
        if (auto ours = views.answer(read)) {
            checks.push_back({.about = subject, .read = std::move(read), .ours = *std::move(ours)});
        }
    }
}

}  // namespace

std::vector<Holder> draw_holders(
    const Protocol& protocol, MarketId market, std::uint64_t seed, std::size_t count
) {
    Ranked ranked;
    protocol.each_holder(market, [&](const Holder& holder) {
        ranked.emplace_back(rank(holder, seed), holder);
    });
    return first_by_rank(std::move(ranked), count);
}

bool names(const eth::Log& log, const Address& address) {
    constexpr std::size_t kPadding = kWord - Address::kSize;
    const auto is = [&](BytesView word) {
        return std::ranges::all_of(
                   word.first(kPadding), [](std::uint8_t byte) { return byte == 0; }
               ) &&
               std::ranges::equal(word.subspan(kPadding), address.bytes);
    };
    if (log.address == address) {
        return true;
    }
    for (const Hash32& topic : log.topics) {
        if (is(topic.view())) {
            return true;
        }
    }
    for (std::size_t at = 0; at + kWord <= log.data.size(); at += kWord) {
        if (is(log.data.subspan(at, kWord))) {
            return true;
        }
    }
    return false;
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

std::set<Subject> Audit::draw(const Protocol& protocol, MarketId market, std::uint64_t seed) {
    std::set<Subject> out{{.market = market, .kind = SubjectKind::kMarket, .holder = {}}};
    if (const std::vector<Subject> parts = protocol.parts(market); !parts.empty()) {
        out.insert(parts[next_part_[market]++ % parts.size()]);
    }
    Ranked changed;
    for (const Address& named : std::set<Address>(lately_.begin(), lately_.end())) {
        for (const Holder& holder : protocol.holders_of(market, named)) {
            changed.emplace_back(rank(holder, seed), holder);
        }
    }
    const std::size_t most = options_.accounts_per_sample;
    std::set<Holder> holders;
    for (const Holder& one : first_by_rank(std::move(changed), most / kLatelyShare)) {
        holders.insert(one);
    }
    for (const Holder& one : draw_holders(protocol, market, seed, most)) {
        if (holders.size() < most) {
            holders.insert(one);
        }
    }
    for (const Holder& one : holders) {
        out.insert({.market = market, .kind = SubjectKind::kAccount, .holder = one});
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
    const Protocols& protocols,
    const eth::Header& at,
    std::uint64_t seed,
    const AuditSuspects& suspects
) {
    if (protocols.markets() == 0 || captured_ == at.ref) {
        return 0;
    }
    const auto market = static_cast<MarketId>(next_market_++ % protocols.markets());
    const Protocol& protocol = protocols.of(market);
    if (!protocol.figures_of(market, at.ref.number)) {
        return 0;
    }
    const bool degraded = !protocol.degraded(market).empty();
    captured_ = at.ref;
    make_room();
    std::set<Subject> subjects = draw(protocol, market, seed);
    for (const auto& [subject, reads] : suspects) {
        if (subject.market == market && !degraded) {
            subjects.insert(subject);
        }
    }
    AuditSample sample{.block = at.ref, .checks = {}, .degraded = degraded};
    const auto views =
        protocol.views({.number = at.ref.number, .timestamp = at.timestamp}, Trust::kAsFolded);
    for (const Subject& subject : subjects) {
        const auto differed = suspects.find(subject);
        add_checks(
            sample.checks,
            *views,
            subject,
            with_those_that_differed(
                protocol.audit_reads(subject),
                differed == suspects.end() ? std::set<eth::Read>() : differed->second
            )
        );
    }
    const std::size_t asked = sample.checks.size();
    samples_.push_back(std::move(sample));
    return asked;
}

}  // namespace faultline::protocol
