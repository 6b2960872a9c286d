// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/account_search.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/shell/chain/log_search.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/chain_reading.hpp>
#include <app/daemon_config.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
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
      patience_(parts_.clock, parts_.random, parts_.say) {}

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
    while (mark_.market < chain_.markets.size()) {
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
        FAULTLINE_CO_TRY_VOID(engine::forget_accounts(parts_.store, batch));
        mark_.search_next = options_.search_from;
        mark_.listed = options_.accounts.has_value();
    }
    for (std::size_t market = 0; mark_.listed && market < chain_.markets.size(); ++market) {
        for (const Address& account : options_.accounts.value_or(std::vector<Address>())) {
            engine::put_account(batch, static_cast<aave::MarketId>(market), account);
        }
    }
    say_now("reading at the finalized block " + header.ref.text());
    co_return commit(std::move(batch));
}

aave::Bootstrap::Options ChainReading::options_of(
    aave::MarketId market, std::vector<Address> accounts
) const {
    return {
        .market = market,
        .block = mark_.block,
        .timestamp = mark_.timestamp,
        .accounts = std::move(accounts),
        .accounts_known = market == mark_.market ? mark_.accounts_known : 0
    };
}

Task<Result<std::vector<eth::ReadAnswer>>> ChainReading::ask(std::vector<eth::Read> calls) {
    for (;;) {
        auto answers = co_await parts_.node.reads(mark_.block.hash, calls);
        if (answers) {
            patience_.answered();
            co_return answers;
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
    const aave::Tables tables(ledger);
    FAULTLINE_TRY_VOID(engine::load_rows(parts_.store, ledger));
    std::string why;
    for (std::size_t i = 0; i < chain_.markets.size(); ++i) {
        const aave::MarketRow* row = tables.markets.find({static_cast<aave::MarketId>(i)});
        readable_ += row != nullptr && row->degraded.empty() ? 1 : 0;
        why = why.empty() && row != nullptr ? row->degraded : why;
    }
    if (readable_ == 0) {
        return Error(Code::kRejected, "no market can be read: " + why)
            .advise("when that is mended, begin anew with `faultline bootstrap --again`");
    }
    return {};
}

Task<Result<std::map<Address, aave::MarketId>>> ChainReading::sources() {
    std::map<Address, aave::MarketId> out;
    for (std::size_t i = 0; i < chain_.markets.size(); ++i) {
        const auto market = static_cast<aave::MarketId>(i);
        ledger::Ledger ledger;
        aave::Tables tables(ledger);
        const aave::MarketConfig& config = chain_.markets[i];
        aave::Bootstrap bootstrap(tables, config, options_of(market, {}));
        // Ends: each round is another stage.
        Result<void> taken;
        while (taken && bootstrap.stage() < aave::Bootstrap::Stage::kEModes) {
            FAULTLINE_CO_TRY(const auto answers, co_await ask(bootstrap.calls()));
            taken = bootstrap.take(answers);
        }
        if (!taken) {
            continue;  // Its turn to be read says why.
        }
        out.emplace(config.pool, market);
        tables.contracts.for_each_unordered([&](const aave::ContractKey& key,
                                                const aave::ContractRow& row) {
            if (row.role != aave::ContractRole::kAsset) {
                out.emplace(key.address, market);
            }
        });
    }
    co_return out;
}

void ChainReading::note(const rpc::BlockLogs& logs, store::Batch& batch) {
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        const eth::Log log = logs.logs[i];
        const auto source = sources_.find(log.address);
        const auto account = source == sources_.end() ? std::nullopt : aave::named_account(log);
        if (account && found_.emplace(source->second, *account).second) {
            engine::put_account(batch, source->second, *account);
        }
    }
}

Task<Result<void>> ChainReading::search() {
    FAULTLINE_CO_TRY(sources_, co_await sources());
    const eth::LogFilter filter{
        .topics0 = mark_.listed ? aave::emode_topics() : aave::account_topics(), .contracts = {}
    };
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
            note(block, batch);
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
    const aave::MarketConfig& config = chain_.markets[mark_.market];
    FAULTLINE_CO_TRY(auto accounts, engine::bootstrap_accounts(parts_.store, mark_.market));
    const std::size_t all = accounts.size();
    ledger::Ledger ledger;
    aave::Tables tables(ledger);
    FAULTLINE_CO_TRY_VOID(engine::load_rows(parts_.store, ledger));
    aave::Bootstrap bootstrap(tables, config, options_of(mark_.market, std::move(accounts)));
    say_now(config.name + ": " + of_all(mark_.accounts_known, all) + " accounts read");
    const Instant began = parts_.clock.now();
    const std::size_t first = bootstrap.accounts_known();
    while (!bootstrap.calls().empty()) {
        const bool of_market = bootstrap.stage() < aave::Bootstrap::Stage::kAccounts;
        FAULTLINE_CO_TRY(const auto answers, co_await ask(bootstrap.calls()));
        auto taken = bootstrap.take(answers);
        if (!taken && of_market) {
            co_return give_up(taken.error());
        }
        FAULTLINE_CO_TRY_VOID(std::move(taken));
        store::Batch batch;
        engine::put_rows(batch, ledger.seal());
        mark_.accounts_known = bootstrap.accounts_known();
        FAULTLINE_CO_TRY_VOID(commit(std::move(batch)));
        const std::size_t known = bootstrap.accounts_known();
        say_sometimes(
            config.name + ": " +
            (known < all
                 ? of_all(known, all) + " accounts read" +
                       left(parts_.clock.now() - began, known - first, all - known)
                 : of_all(bootstrap.accounts_compared(), all) + " accounts are the contracts'")
        );
    }
    say_now(
        config.name + ": all " + std::to_string(bootstrap.accounts_compared()) +
        " accounts equal the contracts"
    );
    ++mark_.market;
    mark_.accounts_known = 0;
    co_return commit({});
}

Result<void> ChainReading::give_up(const Error& error) {
    const std::string& name = chain_.markets[mark_.market].name;
    say_now(name + ": CANNOT BE READ and will have no figures: " + error.message());
    ledger::Ledger ledger;
    aave::Tables tables(ledger);
    aave::MarketRow row;
    row.oracle = chain_.markets[mark_.market].oracle;
    row.degraded = "it could not be read when its chain was bootstrapped: " + error.message();
    tables.markets.put({mark_.market}, std::move(row));
    store::Batch batch;
    engine::put_rows(batch, ledger.seal());
    ++mark_.market;
    mark_.accounts_known = 0;
    return commit(std::move(batch));
}

Result<void> ChainReading::commit(store::Batch batch) {
    engine::put_mark(batch, mark_);
    return parts_.store.commit(batch, store::Durability::kBuffered);
}

std::string ChainReading::summary() const {
    return of_all(readable_, chain_.markets.size()) + " markets read at block " +
           mark_.block.text();
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
