// SPDX-License-Identifier: Apache-2.0
// Folds the Aave V3 logs of receipts of real chains, one {"chain": "1", "receipt": ...} a line on
// standard input, under the rules of every release that is accounted for: all have to be read and
// applied. What they say cannot be held to the contracts' own answers, as nothing else is known of
// their markets; for that there are tapes.
#include "core/protocols/aave/events.hpp"
#include "recorded/receipt_market.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <simdjson.h>

#include <algorithm>
#include <app/daemon_config.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <shell/rpc/block_proof.hpp>
#include <shell/rpc/json_reply.hpp>
#include <string>
#include <string_view>
#include <unit/app/aave_markets.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using simdjson::dom::element;
namespace events = aave::events;

namespace {

template <class Event>
std::pair<Hash32, std::string> named(const char* name) {
    return {Event::kTopic0, name};
}

/// What is counted by name; the rest of the events that carry state is of governance.
const std::map<Hash32, std::string>& names() {
    static const std::map<Hash32, std::string> all{
        named<events::Supply>("Supply"),
        named<events::Withdraw>("Withdraw"),
        named<events::Borrow>("Borrow"),
        named<events::Repay>("Repay"),
        named<events::FlashLoan>("FlashLoan"),
        named<events::LiquidationCall>("LiquidationCall"),
        named<events::ReserveDataUpdated>("ReserveDataUpdated"),
        named<events::CollateralEnabled>("ReserveUsedAsCollateralEnabled"),
        named<events::CollateralDisabled>("ReserveUsedAsCollateralDisabled"),
        named<events::UserEModeSet>("UserEModeSet"),
        named<events::DeficitCreated>("DeficitCreated"),
        named<events::DeficitCovered>("DeficitCovered"),
        named<events::MintedToTreasury>("MintedToTreasury"),
        named<events::IsolationModeTotalDebtUpdated>("IsolationModeTotalDebtUpdated"),
        named<events::Mint>("Mint"),
        named<events::Burn>("Burn"),
        named<events::BalanceTransfer>("BalanceTransfer"),
    };
    return all;
}

using Markets = std::map<std::string, std::vector<aave::MarketConfig>>;

/// The markets of every chain of config/chains, by chain id.
Markets shipped_markets(const std::filesystem::path& folder) {
    Markets out;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".yaml") {
            continue;
        }
        std::ifstream in(entry.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const std::string key = "\nchain_id: ";
        const std::size_t at = text.find(key) + key.size();
        const std::string chain_id = text.substr(at, text.find('\n', at) - at);
        const std::string main =
            "chains:\n  - name: one\n    chain_id: " + chain_id +
            "\n    endpoints: [{name: local, url: \"ws://node.example:8546/\"}]\n" +
            "    deployments: [chain.yaml]\n";
        const config::Surroundings surroundings{
            .variable = [](const std::string&) { return std::nullopt; },
            .read_file = [&](const std::string& path) -> Result<std::string> {
                return path.ends_with("chain.yaml") ? text : main;
            }
        };
        if (auto loaded = app::load_config("main.yaml", surroundings)) {
            out[chain_id] = test::aave_markets(loaded->chains.at(0));
        }
    }
    return out;
}

class Check {
  public:
    explicit Check(Markets markets) : markets_(std::move(markets)) {}

    void line(const std::string& text) {
        simdjson::dom::parser parser;
        element document;
        std::string_view chain;
        element receipt;
        if (parser.parse(text).get(document) != simdjson::SUCCESS ||
            document["chain"].get(chain) != simdjson::SUCCESS ||
            document["receipt"].get(receipt) != simdjson::SUCCESS) {
            return fail("a line is no JSON with chain and receipt");
        }
        const auto found = markets_.find(std::string(chain));
        if (found == markets_.end()) {
            return;
        }
        // As a node answers eth_getBlockReceipts for a block of one transaction.
        const std::string body =
            R"({"jsonrpc":"2.0","id":1,"result":[)" + simdjson::minify(receipt) + "]}";
        const std::vector<rpc::Call> calls{{.method = "eth_getBlockReceipts", .params = "[]"}};
        rpc::Exchange exchange;
        exchange.calls = calls;
        exchange.first_id = 1;
        exchange.body = body;
        const auto decoded = rpc::decode_receipts(exchange, {});
        if (!decoded) {
            return fail(decoded.error().message());
        }
        std::set<std::uint32_t> tied;
        for (const aave::MarketConfig& market : found->second) {
            const recorded::ReceiptMarket known(market, decoded->logs);
            if (known.spoke()) {
                take(std::string(chain) + "/" + market.name, market, known, decoded->logs);
                note(known, decoded->logs, tied);
            }
        }
        untied_ += token_logs(decoded->logs) - tied.size();
    }

    int finish() const {
        std::cout << receipts_ << " receipts of " << of_markets_.size() << " markets:";
        for (const auto& [market, logs] : of_markets_) {
            std::cout << " " << market << " " << logs;
        }
        std::cout << "\nlogs, each applied under " << releases_.size() << " releases:";
        for (const auto& [name, count] : counts_) {
            std::cout << " " << name << " " << count;
        }
        std::cout << "\nlogs of these contracts that carry no state: " << other_
                  << "; Mint, Burn or BalanceTransfer of contracts that no log ties to a market: "
                  << untied_ << "; failed " << failed_ << "\n";
        return receipts_ > 0 && failed_ == 0 ? 0 : 1;
    }

  private:
    static bool is_token_log(const eth::Log& log) {
        return events::Mint::matches(log) || events::Burn::matches(log) ||
               events::BalanceTransfer::matches(log);
    }

    /// Whosever they are, they have to be readable.
    std::size_t token_logs(const eth::LogList& logs) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < logs.size(); ++i) {
            if (!is_token_log(logs[i])) {
                continue;
            }
            ++count;
            if (!events::Mint::decode(logs[i]) && !events::Burn::decode(logs[i]) &&
                !events::BalanceTransfer::decode(logs[i])) {
                fail("log " + std::to_string(i) + " of " + logs[i].tx_hash.hex());
            }
        }
        return count;
    }

    static void note(
        const recorded::ReceiptMarket& known,
        const eth::LogList& logs,
        std::set<std::uint32_t>& tied
    ) {
        for (std::size_t i = 0; i < logs.size(); ++i) {
            if (is_token_log(logs[i]) && known.is_ours(logs[i])) {
                tied.insert(logs[i].log_index);
            }
        }
    }

    void fail(const std::string& what) {
        ++failed_;
        std::cout << "FAILED: " << what << "\n";
    }

    void take(
        const std::string& name,
        const aave::MarketConfig& market,
        const recorded::ReceiptMarket& known,
        const eth::LogList& logs
    ) {
        ++receipts_;
        std::size_t ours = 0;
        for (std::size_t i = 0; i < logs.size(); ++i) {
            if (logs[i].topics.empty() || !known.is_ours(logs[i])) {
                continue;
            }
            ++ours;
            count(logs[i]);
        }
        of_markets_[name] += ours;
        for (const aave::Rules& rules : aave::all_rules()) {
            if (rules.pool_revision == 2 || rules.pool_revision == 3) {
                continue;  // Other numbers of 3.0.
            }
            releases_.insert(rules.release);
            apply(name, market, known, logs, rules);
        }
    }

    void count(const eth::Log& log) {
        const auto found = names().find(log.topics[0]);
        const bool watched = std::ranges::binary_search(topics_, log.topics[0]);
        if (found != names().end()) {
            ++counts_[found->second];
        } else if (watched) {
            ++counts_["of governance"];
        } else {
            ++other_;
        }
    }

    void apply(
        const std::string& name,
        const aave::MarketConfig& market,
        const recorded::ReceiptMarket& known,
        const eth::LogList& logs,
        const aave::Rules& rules
    ) {
        engine::Fold fold(
            {.chain_name = name, .deployments = aave::deployments_of({market}), .rules = {}}
        );
        eth::Block block;
        block.live = false;
        block.header.ref.number = 1;
        block.header.ref.hash.bytes[0] = 1;
        block.header.timestamp = {1'700'000'000};
        block.logs = known.preamble();
        judge(fold, block, rules, "preamble of " + name);
        block.header.parent = block.header.ref.hash;
        block.header.ref.number = 2;
        block.header.ref.hash.bytes[0] = 2;
        ++block.header.timestamp.value;
        block.logs = logs;
        block.reads = {};
        judge(fold, block, rules, name + " in transaction " + logs[0].tx_hash.hex());
    }

    void judge(
        engine::Fold& fold, eth::Block& block, const aave::Rules& rules, const std::string& what
    ) {
        for (auto planned = fold.plan_reads(block); !planned.empty();
             planned = fold.plan_reads(block)) {
            for (eth::Read& read : planned) {
                const auto word = U256(rules.pool_revision).to_be_bytes();
                block.reads.push_back(
                    {.read = std::move(read),
                     .outcome = eth::ReadOutcome::kReturned,
                     .result = Bytes(word.begin(), word.end())}
                );
            }
        }
        for (const protocol::Incident& incident : fold.apply(block, 0).incidents) {
            fail(what + " under " + std::string(rules.release) + ": " + incident.text);
        }
    }

    Markets markets_;
    std::vector<Hash32> topics_ = aave::Markets::topics();
    std::size_t receipts_ = 0;
    std::size_t other_ = 0;
    std::size_t untied_ = 0;
    std::size_t failed_ = 0;
    std::map<std::string, std::size_t> of_markets_;
    std::map<std::string, std::size_t> counts_;
    std::set<std::string_view> releases_;
};

}  // namespace

int main() {
    Check check(shipped_markets(std::filesystem::path(FAULTLINE_SOURCE_DIR) / "config" / "chains"));
    for (std::string line; std::getline(std::cin, line);) {
        check.line(line);
    }
    return check.finish();
}
