// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/net/url.hpp>

#include <app/audit_settings.hpp>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;

constexpr std::uint64_t kMaxBlock = 1'000'000'000'000;

Section<Endpoint> endpoint_section() {
    Section<Endpoint> out("Endpoint", "A node that speaks Ethereum JSON-RPC.");
    out.required(
        {.name = "name",
         .text = "For logs, metrics and evidence; the URL is never shown.",
         .example = "local"},
        [](Endpoint& e) -> auto& { return e.options.name; },
        identifier()
    );
    out.required(
        {.name = "url",
         .text =
             "A ws or wss URL is used for new heads, and the http or https URL of the same host, "
             "port and path for requests. An http or https URL means polling only.",
         .example = "\"${FAULTLINE_RPC}\"",
         .secret = true},
        &Endpoint::url,
        url_type({"ws", "wss", "http", "https"})
    );
    out.optional(
        {.name = "http_url",
         .text = "For requests, when it is not the counterpart of a ws or wss url.",
         .default_text = "derived from url",
         .secret = true},
        &Endpoint::http_url,
        maybe(url_type({"http", "https"}))
    );
    out.optional(
        {.name = "request_timeout", .text = "After this a request has failed and is tried again."},
        [](Endpoint& e) -> auto& { return e.options.request_timeout; },
        duration(100ms, 5min)
    );
    out.optional(
        {.name = "max_batch", .text = "Most requests in one JSON-RPC batch."},
        [](Endpoint& e) -> auto& { return e.options.max_batch; },
        integer<std::size_t>(1, 1000)
    );
    out.optional(
        {.name = "role",
         .text = "`primary` is asked first, `fallback` when no primary can serve, `verify_only` "
                 "only where endpoints have to agree (`quorum`)."},
        [](Endpoint& e) -> auto& { return e.options.role; },
        one_of<rpc::Role>(
            {{"primary", rpc::Role::kPrimary},
             {"fallback", rpc::Role::kFallback},
             {"verify_only", rpc::Role::kVerifyOnly}}
        )
    );
    out.optional(
        {.name = "max_requests_per_second",
         .text = "JSON-RPC calls per second at most, each call of a batch counted; 0 for no limit. "
                 "What the endpoint itself refuses is learned either way."},
        [](Endpoint& e) -> auto& { return e.options.max_requests_per_second; },
        integer<std::uint64_t>(0, 100'000)
    );
    return out;
}

/// What the fields of a market are called, and by whom its contracts are.
struct MarketWords {
    const char* section;
    const char* example_name;
    const char* provider;
    const char* pool;
    const char* configurator;
};

Section<aave::MarketConfig> market_section(const MarketWords& words) {
    using aave::MarketConfig;
    Section<MarketConfig> out(
        words.section,
        "Addresses as in the Aave address book. Contracts that the market names "
        "itself (reserves, tokens, price sources) are found through its events."
    );
    out.required(
        {.name = "name",
         .text = "For people and rules; unique within the chain.",
         .example = words.example_name},
        &MarketConfig::name,
        identifier()
    );
    out.required(
        {.name = "addresses_provider", .text = words.provider},
        &MarketConfig::addresses_provider,
        address_type()
    );
    out.required({.name = "pool", .text = words.pool}, &MarketConfig::pool, address_type());
    out.required(
        {.name = "configurator", .text = words.configurator},
        &MarketConfig::configurator,
        address_type()
    );
    out.required(
        {.name = "oracle", .text = "AaveOracle; a later change is followed."},
        &MarketConfig::oracle,
        address_type()
    );
    out.optional(
        {.name = "deployed_at",
         .text = "A block at or before the market's first event. Earlier is safe and only costs a "
                 "longer backfill; later would miss events. Without it the chain can only be "
                 "followed from where `faultline bootstrap` read it.",
         .default_text = "not known"},
        &MarketConfig::deployed_at,
        maybe(integer<eth::BlockNum>(0, kMaxBlock))
    );
    return out;
}

Section<aave::MarketConfig> v3_section() {
    return market_section(
        {.section = "Aave V3 market",
         .example_name = "core",
         .provider = "PoolAddressesProvider.",
         .pool = "Pool, the proxy.",
         .configurator = "PoolConfigurator, the proxy."}
    );
}

/// Of V2 the base currency differs from one deployment to the next.
Section<aave::MarketConfig> v2_section() {
    using aave::MarketConfig;
    auto out = market_section(
        {.section = "Aave V2 market",
         .example_name = "v2",
         .provider = "LendingPoolAddressesProvider.",
         .pool = "LendingPool, the proxy.",
         .configurator = "LendingPoolConfigurator, the proxy."}
    );
    out.required(
        {.name = "base_currency",
         .text =
             "What the market's oracle values assets in: `ETH` on Ethereum, `USD` on some other "
             "chains. For people.",
         .example = "ETH"},
        [](MarketConfig& m) -> auto& { return m.base_currency.symbol; },
        text("symbol of a currency")
    );
    out.required(
        {.name = "base_decimals",
         .text = "Decimals of the oracle's prices: 18 for ETH, 8 for USD.",
         .example = "18"},
        [](MarketConfig& m) -> auto& { return m.base_currency.decimals; },
        integer<unsigned>(0, 30)
    );
    out.optional(
        {.name = "unfollowed_assets",
         .text =
             "Assets whose aToken or debt token keeps balances by rules of its own (on Ethereum "
             "AMPL and stETH). Who has one as collateral or ever borrowed it has no "
             "figures."},
        &MarketConfig::unfollowed_assets,
        list_of(address_type(), {.most = 100})
    );
    return out;
}

Section<AuditSettings> audit_section() {
    Section<AuditSettings> out(
        "Audit",
        "Random accounts and reserves are held against the contracts' view functions at finalized "
        "blocks, for ever. A difference is the alert `audit_mismatch`."
    );
    out.optional(
        {.name = "requests_per_minute",
         .text =
             "JSON-RPC calls of audits at most, each call of a batch counted; 0 turns them off. "
             "They take what following the chain leaves of an endpoint's budget. An account "
             "costs three calls and two for each balance, a sample some 60. The endpoint must "
             "have the state of finalized blocks, or nothing can be compared."},
        &AuditSettings::requests_per_minute,
        integer<std::uint64_t>(0, 100'000)
    );
    out.optional(
        {.name = "accounts_per_sample",
         .text =
             "Accounts drawn for each block that is audited, a quarter of them among those that "
             "changed lately. One reserve and the pool's revision come with them, and every "
             "account that differed before."},
        &AuditSettings::accounts_per_sample,
        integer<std::size_t>(1, 1000)
    );
    return out;
}

void add_chain_tuning(Section<Chain>& out) {
    out.optional(
        {.name = "start_block",
         .text = "First block to apply when nothing is stored yet; at or before every deployed_at.",
         .default_text = "the earliest deployed_at of its markets"},
        &Chain::start_block,
        maybe(integer<eth::BlockNum>(0, kMaxBlock))
    );
    out.optional(
        {.name = "poll_interval", .text = "How often to ask for the head while no socket tells it."
        },
        [](Chain& c) -> auto& { return c.follow.poll_interval; },
        duration(50ms, 30s)
    );
    out.optional(
        {.name = "max_head_age",
         .text =
             "The endpoint's newest block may be this old before the chain counts as not ready. "
             "For a test chain with times of its own, give years (87600h)."},
        [](Chain& c) -> auto& { return c.follow.max_head_age; },
        duration(5s, 87600h)
    );
    out.optional(
        {.name = "undo_window_blocks",
         .text = "Deepest reorganisation that can be followed; a deeper one stops the chain."},
        [](Chain& c) -> auto& { return c.follow.undo_window_blocks; },
        integer<std::uint64_t>(1, 100'000)
    );
    out.optional(
        {.name = "backfill_range_blocks",
         .text = "Largest range of one eth_getLogs; it shrinks by itself when the endpoint refuses."
        },
        [](Chain& c) -> auto& { return c.follow.backfill_range_blocks; },
        integer<std::uint64_t>(1, chain::kMostRangeBlocks)
    );
    out.optional(
        {.name = "keep_raw_blocks",
         .text = "Blocks kept as they came (header, watched logs, answers), compressed, for "
                 "`faultline replay`: the newest so many of those followed live, `off`, or `all`, "
                 "which keeps history too."},
        &Chain::keep_raw_blocks,
        kept_blocks_type()
    );
    out.optional(
        {.name = "audit",
         .text = "How our figures are held against the contracts' own.",
         .default_text = "as below"},
        &Chain::audit,
        audit_section().type()
    );
}

void add_verification(Section<Chain>& out) {
    out.optional(
        {.name = "verification",
         .text =
             "What blocks are held to. `bloom`: the header has its hash and its "
             "bloom every log that came; where the bloom names a contract of ours without a "
             "log, the receipts decide; what a log says, and how often it is there, no bloom "
             "shows: the second look does, if the endpoint is right by then. `receipts_root`: the "
             "receipts of each block have the "
             "header's root and the logs that came; one more request a block. `quorum`: as "
             "`bloom`, and `quorum` endpoints agree. A block that fails is asked of another "
             "endpoint; if all fail for a minute, its logs are those that receipts prove, or it is "
             "taken with a doubt that its alerts show, and `blocks_unverified` fires. History is "
             "held to its headers' hashes and "
             "blooms; of each range, one block whose bloom raises a suspicion to its receipts; "
             "to no quorum."},
        &Chain::verification,
        one_of<rpc::Verification>(
            {{"off", rpc::Verification::kOff},
             {"bloom", rpc::Verification::kBloom},
             {"receipts_root", rpc::Verification::kReceiptsRoot},
             {"quorum", rpc::Verification::kQuorum}}
        )
    );
    out.optional(
        {.name = "blooms", .text = "`ignored` on chains whose headers carry no usable bloom."},
        &Chain::blooms,
        one_of<Blooms>({{"trusted", Blooms::kTrusted}, {"ignored", Blooms::kIgnored}})
    );
    out.optional(
        {.name = "second_look_blocks",
         .text =
             "So many blocks later the logs of a block are asked for once more; 0 for never. If "
             "some had been left out, or were other ones than its receipts prove, the block is "
             "taken back and applied again, unless it lies below `undo_window_blocks` by then."},
        [](Chain& c) -> auto& { return c.follow.second_look_blocks; },
        integer<std::uint64_t>(0, 64)
    );
}

}  // namespace

net::Url Endpoint::request_url() const {
    if (http_url) {
        return *http_url;
    }
    net::Url out = url;
    if (url.websocket()) {
        out.scheme = url.tls() ? "https" : "http";
    }
    return out;
}

Section<Chain> chain_section() {
    Section<Chain> out("Chain", "A chain to follow.");
    out.required(
        {.name = "name",
         .text = "For people, logs, metrics and the folder of its state.",
         .example = "ethereum"},
        [](Chain& c) -> auto& { return c.follow.chain_name; },
        identifier()
    );
    out.required(
        {.name = "chain_id", .text = "An endpoint of another chain is refused.", .example = "1"},
        [](Chain& c) -> auto& { return c.follow.chain_id; },
        integer<eth::ChainId>(1, std::numeric_limits<eth::ChainId>::max() / 2)
    );
    out.required(
        {.name = "endpoints",
         .text = "One or more. With several, another is asked when one fails, is slow, behind or "
                 "asks for a pause."},
        &Chain::endpoints,
        list_of(endpoint_section().type(), {.least = 1, .most = 16})
    );
    out.optional(
        {.name = "quorum",
         .text = "How many endpoints have to agree on each block at the head, on what is read "
                 "there and on what is final; 1 believes one. With 3 endpoints and 2, one that "
                 "lies or leaves logs out is found, named and left out."},
        &Chain::quorum,
        integer<std::size_t>(1, 16)
    );
    add_verification(out);
    add_chain_tuning(out);
    out.optional(
        {.name = "deployments",
         .text = "Files with the addresses of protocols, as seen from the folder of this file. "
                 "`config/chains` has one for each chain with a live market.",
         .example = "[chains/ethereum.yaml]",
         .shown = true},
        &Chain::deployments,
        list_of(text("path of a file"), {.most = 100})
    );
    out.optional(
        {.name = "aave_v3", .text = "Further markets, written here with the same fields."},
        &Chain::aave_v3,
        list_of(v3_section().type(), {.most = 100})
    );
    out.optional(
        {.name = "aave_v2", .text = "The same of Aave V2."},
        &Chain::aave_v2,
        list_of(v2_section().type(), {.most = 100})
    );
    return out;
}

Section<Deployments> deployments_section() {
    Section<Deployments> out(
        "Deployments file", "A file named under `deployments`: the contracts of one chain."
    );
    out.required(
        {.name = "chain_id", .text = "The chain these contracts are on."},
        &Deployments::chain_id,
        integer<eth::ChainId>(1, std::numeric_limits<eth::ChainId>::max() / 2)
    );
    out.optional(
        {.name = "aave_v3", .text = "Aave V3 markets."},
        &Deployments::aave_v3,
        list_of(v3_section().type(), {.most = 100})
    );
    out.optional(
        {.name = "aave_v2",
         .text =
             "Aave V2 markets. Some of their events have the topics of other protocols' (an "
             "aToken's `Mint` is that of a Uniswap pair), so a chain with one has far more logs "
             "to fetch."},
        &Deployments::aave_v2,
        list_of(v2_section().type(), {.most = 100})
    );
    return out;
}

}  // namespace faultline::app::written
