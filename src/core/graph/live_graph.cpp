// SPDX-License-Identifier: Apache-2.0
#include "core/graph/live_graph.hpp"

#include "core/graph/claim_facts.hpp"
#include "core/graph/governor_facts.hpp"
#include "core/graph/structure.hpp"
#include "core/graph/token_facts.hpp"
#include "core/graph/wrapped_amounts.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::MarketExposure;
using protocol::MarketId;

std::optional<Address> token_of(const NodeKey& key) {
    return key.kind == NodeKind::kToken ? key.address() : std::nullopt;
}

/// Makes a set of them.
Hash32 digest_of(std::size_t top_holders, std::vector<Address>& pinned) {
    std::ranges::sort(pinned);
    const auto again = std::ranges::unique(pinned);
    pinned.erase(again.begin(), again.end());
    Bytes all = ledger::encode(static_cast<std::uint64_t>(top_holders));
    for (const Address& account : pinned) {
        all.insert(all.end(), account.bytes.begin(), account.bytes.end());
    }
    return eth::keccak256(all);
}

}  // namespace

LiveGraph::LiveGraph(
    ledger::Ledger& ledger, const protocol::Protocols& protocols, Shown shown, Tables& tables
)
    : ledger_(ledger),
      top_holders_(shown.top_holders),
      pinned_(std::move(shown.pinned)),
      digest_(digest_of(shown.top_holders, pinned_)),
      labelled_wraps_(std::move(shown.labelled_wraps)),
      protocols_(protocols),
      tables_(tables) {
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<MarketId>(i);
        holdings_.emplace_back(
            protocols.of(market),
            market,
            shown.top_holders,
            [this](const Address& address) { return known(address); }
        );
    }
}

bool LiveGraph::touch(ledger::TableId table, BytesView key, Touched& touched) const {
    if (Tables::has(table)) {
        return false;
    }
    for (const auto& protocol : protocols_.all()) {
        if (const auto told = protocol->legs_told_by(table, key)) {
            touched.holders.insert(*told);
            touched.tables.insert(table);
            return true;
        }
    }
    return false;
}

std::vector<std::vector<protocol::Leg>> LiveGraph::legs_of(const Touched& touched) const {
    std::vector<std::vector<protocol::Leg>> out;
    out.reserve(touched.holders.size());
    for (const auto& [market, holder] : touched.holders) {
        out.push_back(protocols_.of(market).legs(market, holder));
    }
    return out;
}

void LiveGraph::leave(const Touched& touched, const std::vector<std::vector<protocol::Leg>>& legs) {
    std::size_t i = 0;
    for (const auto& [market, holder] : touched.holders) {
        holdings_[market].leave(legs[i++]);
    }
}

void LiveGraph::refresh(const Touched& touched, std::vector<std::vector<protocol::Leg>> legs) {
    std::size_t i = 0;
    for (const auto& [market, holder] : touched.holders) {
        holdings_[market].refresh(holder, std::move(legs[i++]));
    }
}

void LiveGraph::begin_update(const eth::Block& block, Touched touched) {
    // What has come in this block already is not asked about in it.
    take_claim_answers(block, tables_);
    take_token_answers(unasked(), block, tables_);
    // After what the tokens say that they wrap: of that they say how much.
    take_wrapped_answers(block, tables_);
    take_governor_answers(block, tables_.governors);
    const protocol::At at{.number = block.ref().number, .timestamp = block.header.timestamp};
    ask_markets(at);
    touched_ = std::move(touched);
    scans_ = must_scan();
    ledger_.look_back(touched_.tables, [this] { legs_before_ = legs_of(touched_); });
    if (!scans_) {
        leave(touched_, legs_before_);
    }
}

void LiveGraph::end_update(const eth::Block& block) {
    const bool all = !ready_;
    look();
    write_parts();
    write_structure();
    write_positions(all);
    tables_.graph.put({}, {.block = block.ref(), .timestamp = block.header.timestamp});
    if (!shows_the_same()) {
        tables_.pinned.put({}, {.digest = digest_});
    }
    known_tokens_.reset();
    ready_ = true;
    at_ = block.ref().number;
}

void LiveGraph::undone(const std::vector<ledger::RowChange>& changes) {
    // Where history lies between, the graph's rows are now those of before it, the holders' are
    // not; nor where others were told apart when they were written.
    const auto row = tables_.graph.find({});
    ready_ = ready_ && row != nullptr && row->block.number + 1 == at_ && shows_the_same();
    at_ = row != nullptr ? row->block.number : 0;
    structure_.reset();
    known_tokens_.reset();
    if (ready_) {
        take_back(changes);
    }
    // What is asked at a block follows from the rows, not from a block that is gone.
    markets_.clear();
}

void LiveGraph::take_back(const std::vector<ledger::RowChange>& changes) {
    Touched touched;
    std::vector<ledger::RowChange> of_legs;
    std::ranges::copy_if(changes, std::back_inserter(of_legs), [&](const auto& change) {
        return touch(change.table, change.key, touched);
    });
    const auto redone = ledger_.undo(of_legs);
    FAULTLINE_ASSERT(redone.has_value());
    leave(touched, legs_of(touched));
    FAULTLINE_ASSERT(ledger_.undo(*redone).has_value());
    refresh(touched, legs_of(touched));
}

const LiveGraph::KnownTokens& LiveGraph::known_tokens() const {
    if (!known_tokens_) {
        const EdgeList rows = structure_ ? EdgeList() : structure_in_rows();
        const EdgeList& edges = structure_ ? *structure_ : rows;
        const std::set<Address> tokens = tokens_in(edges, tables_);
        known_tokens_.emplace();
        std::ranges::copy_if(
            tokens,
            std::back_inserter(known_tokens_->unasked),
            [this](const Address& token) { return to_be_asked(token, tables_.tokens); }
        );
        known_tokens_->wrappers = wrappers_in(edges, tokens, labelled_wraps_);
    }
    return *known_tokens_;
}

std::vector<Address> LiveGraph::contracts() const {
    know_markets();
    std::set<Address> out;
    for (const MarketExposure& market : markets_) {
        out.merge(governing(market));
    }
    return {out.begin(), out.end()};
}

std::set<Address> LiveGraph::governing(const MarketExposure& market) const {
    const std::vector<Address> own = governed_contracts(market);
    std::set<Address> out(own.begin(), own.end());
    for (const Address& contract : own) {
        if (const auto row = tables_.governors.find({.contract = contract})) {
            out.insert(row->governors.begin(), row->governors.end());
        }
    }
    return out;
}

void LiveGraph::ask_markets(protocol::At at) const {
    markets_.clear();
    for (std::size_t i = 0; i < holdings_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        markets_.push_back(protocols_.of(market).exposure(market, at));
    }
}

/// After a start the rows are there before any block has asked.
void LiveGraph::know_markets() const {
    if (const auto row = tables_.graph.find({}); markets_.empty() && row != nullptr) {
        ask_markets({.number = row->block.number, .timestamp = row->timestamp});
    }
}

std::optional<NodeKey> LiveGraph::market_node(MarketId market) const {
    know_markets();
    const bool known = !markets_.empty() && is_there(market);
    return known ? std::optional(node_of(market)) : std::nullopt;
}

std::string LiveGraph::name_of(const NodeKey& key) const {
    know_markets();
    for (std::size_t i = 0; i < holdings_.size(); ++i) {
        const auto market = static_cast<MarketId>(i);
        const std::string_view protocol = protocols_.of(market).name(market);
        if (key == NodeKey::of(NodeKind::kProtocol, protocol)) {
            return std::string(protocol);
        }
        if (!markets_.empty() && is_there(i) && key == node_of(i)) {
            return std::string(protocol) + " " + protocols_.label(market).name;
        }
    }
    const auto token = token_of(key);
    const auto row = token ? tables_.tokens.find({.token = *token}) : nullptr;
    return row != nullptr ? row->symbol : std::string();
}

bool LiveGraph::shows_the_same() const {
    const auto row = tables_.pinned.find({});
    return row != nullptr && row->digest == digest_;
}

LiveGraph::KnownNodes LiveGraph::known_nodes() const {
    KnownNodes known;
    const auto add = [&known](NodeKind kind, const Address& address) {
        if (!address.is_zero()) {
            known.emplace(address, NodeKey::of(kind, address));
        }
    };
    for (const MarketExposure& market : markets_) {
        add(NodeKind::kMarket, market.contract);
    }
    for (const MarketExposure& market : markets_) {
        for (const Address& token : market.issued) {
            add(NodeKind::kToken, token);
        }
        for (const protocol::PartExposure& part : market.parts) {
            add(NodeKind::kToken, part.receipt);
            add(NodeKind::kToken, part.claims.token);
            add(NodeKind::kToken, part.owed.token);
        }
    }
    return known;
}

std::optional<NodeKey> LiveGraph::known(const Address& address) const {
    if (const auto found = known_.find(address); found != known_.end()) {
        return found->second;
    }
    const auto place = std::lower_bound(pinned_.begin(), pinned_.end(), address);
    const bool is_pinned = place != pinned_.end() && *place == address;
    return is_pinned ? std::optional(NodeKey::of(NodeKind::kAccount, address)) : std::nullopt;
}

void LiveGraph::pin(std::vector<Address> accounts) {
    pinned_ = std::move(accounts);
    digest_ = digest_of(top_holders_, pinned_);
    if (!shows_the_same()) {
        passed_over();
    }
}

NodeKey LiveGraph::node_of(std::size_t market) const {
    return NodeKey::of(NodeKind::kMarket, markets_[market].contract);
}

/// A market that its protocol says nothing of is in no graph.
bool LiveGraph::is_there(std::size_t market) const {
    return !markets_[market].contract.is_zero();
}

bool LiveGraph::must_scan() {
    KnownNodes known = known_nodes();
    bool all = !ready_ || known != known_;
    known_ = std::move(known);
    for (std::size_t i = 0; i < holdings_.size(); ++i) {
        all = holdings_[i].set_own_parts(own_parts(markets_[i])) || all;
    }
    return all;
}

/// At the legs that may have changed, or at all.
void LiveGraph::look() {
    std::vector<std::vector<protocol::Leg>> legs = legs_of(touched_);
    moves_.clear();
    std::size_t place = 0;
    for (const auto& [market, holder] : touched_.holders) {
        add_moves(market, holder, legs_before_[place], legs[place], moves_);
        ++place;
    }
    if (!scans_) {
        refresh(touched_, std::move(legs));
    }
    for (std::size_t i = 0; i < holdings_.size(); ++i) {
        if (is_there(i) && (scans_ || holdings_[i].needs_scan())) {
            holdings_[i].scan(node_of(i));
        }
    }
}

}  // namespace faultline::graph
