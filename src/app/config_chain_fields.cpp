// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/net/url.hpp>

#include <app/audit_settings.hpp>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
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

Section<AuditSettings> audit_section() {
    Section<AuditSettings> out(
        "Audit",
        "Random positions and parts of markets (reserves, collaterals, cTokens, ilks) are held "
        "against the contracts' view functions at finalized blocks, for ever. A difference is the "
        "alert `audit_mismatch`."
    );
    out.optional(
        {.name = "requests_per_minute",
         .text =
             "JSON-RPC calls of audits at most, each call of a batch counted; 0 turns them off. "
             "They take what following the chain leaves of an endpoint's budget. Of Aave an "
             "account costs three calls and two for each balance, a sample some 60. The endpoint "
             "must "
             "have the state of finalized blocks, or nothing can be compared."},
        &AuditSettings::requests_per_minute,
        integer<std::uint64_t>(0, 100'000)
    );
    out.optional(
        {.name = "accounts_per_sample",
         .text =
             "Accounts drawn for each block that is audited, a quarter of them among those that "
             "changed lately. One part and the market's own views come with them, and every "
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
        {.name = "keep_graph_blocks",
         .text = "For how long the exposure graph can be had as of every block."},
        &Chain::keep_graph_blocks,
        duration(1min, 87600h)
    );
    out.optional(
        {.name = "keep_graph_hours",
         .text = "For how long it can be had as of every hour, no shorter than that; as of every "
                 "day it can be had for ever."},
        &Chain::keep_graph_hours,
        duration(1min, 87600h)
    );
    out.optional(
        {.name = "audit",
         .text = "How our figures are held against the contracts' own.",
         .default_text = "as below"},
        &Chain::audit,
        audit_section().type()
    );
}

void add_bounds(Section<Chain>& out) {
    out.optional(
        {.name = "rule_work_per_block",
         .text = "What rules over signals may take of a block together, in rows of work; those "
                 "beyond have their turn at a later block, and one that takes more than half of it "
                 "is an error. 65536 take up to 50 ms of one core."},
        &Chain::rule_work_per_block,
        integer<std::uint64_t>(1'000, 1'000'000'000)
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
    add_bounds(out);
    out.optional(
        {.name = "explorer",
         .text = "Where people look up blocks and addresses: alerts link to URL/block/N and "
                 "URL/address/0x…. `none`: no such links.",
         .default_text = "that of chain ids 1, 10, 56, 100, 137, 8453, 42161 and 43114, such as "
                         "`https://etherscan.io`; of others none"},
        &Chain::explorer,
        explorer_type()
    );
    out.optional(
        {.name = "deployments",
         .text = "Files with the addresses of protocols, as seen from the folder of this file. "
                 "`config/chains` has one for each chain with a live market.",
         .example = "[chains/ethereum.yaml]",
         .shown = true},
        &Chain::deployments,
        list_of(text("path of a file"), {.most = 100})
    );
    for (const auto& protocol : registered_protocols()) {
        protocol->add_fields(out);
    }
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
    for (const auto& protocol : registered_protocols()) {
        protocol->add_fields(out);
    }
    return out;
}

}  // namespace faultline::app::written
