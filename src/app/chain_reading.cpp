// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/shell/chain/log_search.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/chain_reading.hpp>
#include <app/daemon_config.hpp>
#include <app/whole_answers.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using runtime::Task;

constexpr Duration kSayEvery = std::chrono::seconds(5);
/// As deep as finality is on chains that tell it, and how often one has to say that it does not.
constexpr eth::BlockNum kDeepWithoutFinality = 64;
constexpr unsigned kNoFinalityBelieved = 2;

std::string of_all(std::uint64_t done, std::uint64_t all) {
    return std::to_string(done) + " of " + std::to_string(all);
}

/// ", about 12 min left" by how long what is done took; empty while that says little.
std::string left(Duration took, std::uint64_t done, std::uint64_t todo) {
    constexpr std::int64_t kTooEarly = 10;
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(took).count();
    if (done == 0 || seconds < kTooEarly) {
        return "";
    }
    const std::uint64_t minutes = static_cast<std::uint64_t>(seconds) * todo / done / 60;
    return ", about " + std::to_string(minutes + 1) + " min left";
}

}  // namespace

ChainReading::ChainReading(const ChainConfig& chain, Options options, Parts parts)
    : chain_(chain),
      options_(std::move(options)),
      parts_(std::move(parts)),
      patience_(parts_.clock, parts_.random, parts_.say) {
    for (const auto& deployment : chain.deployments) {
        markets_ += deployment->markets().size();
    }
}

Task<Result<void>> ChainReading::run() {
    FAULTLINE_CO_TRY_VOID(co_await check_chain());
    FAULTLINE_CO_TRY(const auto mark, engine::bootstrap_mark(parts_.store));
    if (mark && !options_.again) {
        mark_ = *mark;
        say_now("going on with the bootstrap at block " + mark_.block.text());
    } else {
        FAULTLINE_CO_TRY_VOID(co_await begin(mark));
    }
    if (mark_.search_next <= mark_.block.number) {
        FAULTLINE_CO_TRY_VOID(co_await search());
    }
    while (mark_.market < markets_) {
        FAULTLINE_CO_TRY_VOID(co_await read_market());
    }
    FAULTLINE_CO_TRY_VOID(count_readable());
    store::Batch batch;
    FAULTLINE_CO_TRY_VOID(engine::adopt(parts_.store, batch, mark_));
    co_return parts_.store.commit(batch, store::Durability::kSynced);
}

Task<Result<void>> ChainReading::check_chain() {
    for (;;) {
        const auto id = co_await parts_.node.chain_id();
        if (id && *id != chain_.follow.chain_id) {
            co_return Error(
                Code::kInvalid,
                "the endpoint serves chain " + std::to_string(*id) + ", and configured is " +
                    std::to_string(chain_.follow.chain_id)
            )
                .advise("correct chain_id or the endpoint's url");
        }
        if (id) {
            patience_.answered();
            co_return Result<void>();
        }
        FAULTLINE_CO_TRY_VOID(co_await patience_.after(id.error()));
    }
}

Task<Result<eth::Header>> ChainReading::pinned(bool by_finality) {
    if (by_finality) {
        co_return co_await parts_.node.head(rpc::HeadTag::kFinalized);
    }
    FAULTLINE_CO_TRY(const eth::Header head, co_await parts_.node.head(rpc::HeadTag::kLatest));
    const eth::BlockNum depth = std::min(head.ref.number, kDeepWithoutFinality);
    co_return co_await parts_.node.header_by_number(head.ref.number - depth);
}

Task<Result<eth::Header>> ChainReading::finalized() {
    for (unsigned missing = 0;;) {
        auto header = co_await pinned(missing < kNoFinalityBelieved);
        if (header) {
            patience_.answered();
            co_return header;
        }
        const Code code = header.error().code();
        missing += code == Code::kMissing || code == Code::kRejected ? 1 : 0;
        if (missing == kNoFinalityBelieved) {
            ++missing;  // Once; what the other way gives is waited for or reported.
            patience_.answered();
            continue;
        }
        FAULTLINE_CO_TRY_VOID(co_await patience_.after(std::move(header).error()));
    }
}

Task<Result<void>> ChainReading::begin(std::optional<engine::BootstrapMark> before) {
    FAULTLINE_CO_TRY(const eth::Header header, co_await finalized());
    if (options_.search_from > header.ref.number) {
        co_return Error(
            Code::kInvalid,
            "the search of logs would begin at block " + std::to_string(options_.search_from) +
                ", and the finalized block is " + header.ref.text()
        )
            .advise("give an earlier block to --search-from");
    }
    mark_.block = header.ref;
    mark_.timestamp = header.timestamp;
    store::Batch batch;
    FAULTLINE_CO_TRY_VOID(engine::forget_rows(parts_.store, batch));
    if (before && !before->listed && !options_.searches) {
        mark_.search_next = before->search_next;
    } else {
        FAULTLINE_CO_TRY_VOID(engine::forget_holders(parts_.store, batch));
        mark_.search_next = options_.search_from;
        mark_.listed = options_.accounts.has_value();
    }
    for (std::size_t market = 0; mark_.listed && market < markets_; ++market) {
        for (const Address& account : options_.accounts.value_or(std::vector<Address>())) {
            engine::put_holder(
                batch, static_cast<protocol::MarketId>(market), {.account = account, .part = {}}
            );
        }
    }
    say_now("reading at the finalized block " + header.ref.text());
    co_return commit(std::move(batch));
}

protocol::ReadingOptions ChainReading::options_of(
    protocol::MarketId market, std::vector<protocol::Holder> holders
) const {
    return {
        .market = market,
        .block = mark_.block,
        .timestamp = mark_.timestamp,
        .holders = std::move(holders),
        .holders_known = market == mark_.market ? mark_.holders_known : 0
    };
}

Task<Result<std::vector<eth::ReadAnswer>>> ChainReading::ask(std::vector<eth::Read> calls) {
    for (;;) {
        auto answers = co_await parts_.node.reads(mark_.block.hash, calls);
        if (answers) {
            patience_.answered();
            co_return whole_answers(*std::move(answers), mark_.block);
        }
        const bool missing = answers.error().code() == Code::kMissing;
        auto patient = co_await patience_.after(answers.error());
        if (!patient && missing) {
            co_return std::move(patient).error().advise(
                "the endpoint has to keep the state of block " + mark_.block.text() +
                " until all is read: use an archive endpoint, or begin anew at a newer block with "
                "`faultline bootstrap --again`"
            );
        }
        FAULTLINE_CO_TRY_VOID(std::move(patient));
    }
}

/// A market that was given up, by this process or one before it, has a row that says why.
Result<void> ChainReading::count_readable() {
    ledger::Ledger ledger;
    const protocol::Protocols protocols(ledger, chain_.deployments);
    FAULTLINE_TRY_VOID(engine::load_rows(parts_.store, ledger));
    std::string why;
    for (std::size_t i = 0; i < markets_; ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const std::string degraded = protocols.of(market).degraded(market);
        readable_ += degraded.empty() ? 1 : 0;
        why = why.empty() ? degraded : why;
    }
    if (readable_ == 0) {
        return Error(Code::kRejected, "no market can be read: " + why)
            .advise(
                "when that is mended, begin anew with `faultline bootstrap --again`; if the "
                "configuration had to be changed for it, `faultline resync` goes first"
            );
    }
    return {};
}

Task<Result<ChainReading::Sources>> ChainReading::sources() {
    Sources out;
    for (std::size_t i = 0; i < markets_; ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        ledger::Ledger ledger;
        protocol::Protocols protocols(ledger, chain_.deployments);
        protocol::Protocol& protocol = protocols.of(market);
        const auto reading = protocol.read_market(options_of(market, {}));
        // Ends: each round is another stage.
        Result<void> taken;
        while (taken && reading->of_market()) {
            FAULTLINE_CO_TRY(const auto answers, co_await ask(reading->calls()));
            taken = reading->take(answers);
        }
        if (!taken && reading->of_market()) {
            continue;  // Its turn to be read says why.
        }
        for (const Address& source : protocol.holder_sources(market)) {
            out.emplace(source, market);
        }
    }
    co_return out;
}

void ChainReading::note(
    const protocol::Protocols& protocols, const rpc::BlockLogs& logs, store::Batch& batch
) {
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        const eth::Log log = logs.logs[i];
        const auto [first, last] = sources_.equal_range(log.address);
        for (auto source = first; source != last; ++source) {
            const protocol::MarketId market = source->second;
            for (const protocol::Holder& holder : protocols.of(market).named_holders(log)) {
                if (found_.emplace(market, holder).second) {
                    engine::put_holder(batch, market, holder);
                }
            }
        }
    }
}

eth::LogFilter ChainReading::filter_of(const protocol::Protocols& protocols) const {
    std::vector<Hash32> topics;
    for (const auto& protocol : protocols.all()) {
        std::ranges::copy(
            mark_.listed ? protocol->topics_beside_holders() : protocol->holder_topics(),
            std::back_inserter(topics)
        );
    }
    std::ranges::sort(topics);
    const auto repeated = std::ranges::unique(topics);
    topics.erase(repeated.begin(), repeated.end());
    return protocol::filter_of(chain_.deployments).narrowed(topics);
}

Task<Result<void>> ChainReading::search() {
    FAULTLINE_CO_TRY(sources_, co_await sources());
    ledger::Ledger ledger;
    const protocol::Protocols protocols(ledger, chain_.deployments);
    const eth::LogFilter filter = filter_of(protocols);
    if (filter.empty()) {
        mark_.search_next = mark_.block.number + 1;
        co_return commit({});
    }
    const auto search =
        chain::make_log_search(parts_.node, parts_.clock, filter, mark_.search_next, mark_.block);
    const Instant began = parts_.clock.now();
    const eth::BlockNum first = mark_.search_next;
    while (!search->done()) {
        const auto logs = co_await search->next();
        if (!logs) {
            FAULTLINE_CO_TRY_VOID(co_await patience_.after(logs.error()));
            continue;
        }
        patience_.answered();
        store::Batch batch;
        for (const rpc::BlockLogs& block : *logs) {
            note(protocols, block, batch);
        }
        mark_.search_next = search->position();
        FAULTLINE_CO_TRY_VOID(commit(std::move(batch)));
        say_sometimes(
            "searching for accounts: block " + of_all(mark_.search_next - 1, mark_.block.number) +
            ", " + std::to_string(found_.size()) + " found" +
            left(
                parts_.clock.now() - began,
                mark_.search_next - first,
                mark_.block.number + 1 - mark_.search_next
            )
        );
    }
    say_now("searched the logs of all blocks for accounts");
    co_return Result<void>();
}

Task<Result<void>> ChainReading::read_market() {
    FAULTLINE_CO_TRY(auto holders, engine::bootstrap_holders(parts_.store, mark_.market));
    const std::size_t all = holders.size();
    ledger::Ledger ledger;
    protocol::Protocols protocols(ledger, chain_.deployments);
    FAULTLINE_CO_TRY_VOID(engine::load_rows(parts_.store, ledger));
    const std::string& name = protocols.label(mark_.market).name;
    const auto reading =
        protocols.of(mark_.market).read_market(options_of(mark_.market, std::move(holders)));
    say_now(name + ": " + of_all(mark_.holders_known, all) + " accounts read");
    const Instant began = parts_.clock.now();
    const std::size_t first = reading->holders_known();
    while (!reading->calls().empty()) {
        FAULTLINE_CO_TRY(const auto answers, co_await ask(reading->calls()));
        auto taken = reading->take(answers);
        if (!taken && reading->of_market()) {
            co_return give_up(taken.error());
        }
        FAULTLINE_CO_TRY_VOID(std::move(taken));
        store::Batch batch;
        engine::put_rows(batch, ledger.seal());
        mark_.holders_known = reading->holders_known();
        FAULTLINE_CO_TRY_VOID(commit(std::move(batch)));
        const std::size_t known = reading->holders_known();
        say_sometimes(
            name + ": " +
            (known < all
                 ? of_all(known, all) + " accounts read" +
                       left(parts_.clock.now() - began, known - first, all - known)
                 : of_all(reading->holders_compared(), all) + " accounts are the contracts'")
        );
    }
    say_now(
        name + ": all " + std::to_string(reading->holders_compared()) +
        " accounts equal the contracts"
    );
    ++mark_.market;
    mark_.holders_known = 0;
    co_return commit({});
}

Result<void> ChainReading::give_up(const Error& error) {
    ledger::Ledger ledger;
    protocol::Protocols protocols(ledger, chain_.deployments);
    say_now(
        protocols.label(mark_.market).name +
        ": CANNOT BE READ and will have no figures: " + error.message()
    );
    protocols.of(mark_.market)
        .give_up(
            mark_.market, "it could not be read when its chain was bootstrapped: " + error.message()
        );
    store::Batch batch;
    engine::put_rows(batch, ledger.seal());
    ++mark_.market;
    mark_.holders_known = 0;
    return commit(std::move(batch));
}

Result<void> ChainReading::commit(store::Batch batch) {
    engine::put_mark(batch, mark_);
    return parts_.store.commit(batch, store::Durability::kBuffered);
}

std::string ChainReading::summary() const {
    return of_all(readable_, markets_) + " markets read at block " + mark_.block.text();
}

void ChainReading::say_now(const std::string& line) {
    parts_.say(line);
    said_ = parts_.clock.now();
}

void ChainReading::say_sometimes(const std::string& line) {
    if (parts_.clock.now() - said_ >= kSayEvery) {
        say_now(line);
    }
}

}  // namespace faultline::app
