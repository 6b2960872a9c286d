// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/sector.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>

#include <algorithm>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app::written {
namespace {

using namespace config;
using graph::Label;
using graph::LabelRole;

constexpr std::size_t kMostLabels = 10'000;
constexpr std::size_t kLongestTitle = 100;
constexpr std::uint8_t kMostDecimals = 77;

Type<std::string> category_type() {
    auto parse = [](std::string_view text) -> Result<std::string> {
        const std::vector<std::string> known = graph::known_categories();
        if (std::ranges::find(known, text) == known.end()) {
            return wrong("no such category" + suggestion(text, known));
        }
        return std::string(text);
    };
    return scalar<std::string>("category of DefiLlama", parse, [](const std::string& value) {
        return value;
    });
}

/// An address, or the chain's own coin.
Type<Address> token_address_type() {
    Type<Address> out = address_type();
    out.name += " or coin";
    out.read = [name = out.name, read = out.read](Reader& reader, const Node& node) {
        const bool coin = node.kind == Node::Kind::kScalar && node.scalar == "coin";
        return coin ? std::optional(Address{}) : read(reader, node);
    };
    return out;
}

Section<graph::Name> name_section() {
    Section<graph::Name> out("Name", "One whom labels name: an issuer, an entity, a bridge.");
    out.required(
        {.name = "slug", .text = "What labels call it."}, &graph::Name::slug, identifier()
    );
    out.required(
        {.name = "title", .text = "What people call it."},
        &graph::Name::title,
        text("title", 1, kLongestTitle)
    );
    out.optional(
        {.name = "category",
         .text = "As DefiLlama calls what it does. Broad sectors follow from it.",
         .default_text = "none"},
        &graph::Name::category,
        category_type()
    );
    out.optional(
        {.name = "protocol",
         .text =
             "Whether it is a lending protocol, whose markets may be followed: then its slug is "
             "the field of its markets (`aave_v3`), or of a fork what it is called."},
        &graph::Name::is_protocol,
        boolean()
    );
    return out;
}

void add_title(Section<Label>& out, const std::string& otherwise) {
    out.optional(
        {.name = "title", .text = "What people call it.", .default_text = otherwise},
        &Label::title,
        text("title", 1, kLongestTitle)
    );
}

Section<Label> token_section() {
    Section<Label> out("Labelled token", "What is said of a token, by its address.");
    out.required(
        {.name = "at", .text = "Its contract; `coin` for the chain's own coin."},
        &Label::address,
        token_address_type()
    );
    out.optional(
        {.name = "issuer",
         .text = "Slug of who answers for it. What contracts of followed markets say goes before.",
         .default_text = "not said"},
        &Label::name,
        identifier()
    );
    out.optional(
        {.name = "symbol", .text = "As the contract says.", .default_text = "not said"},
        &Label::symbol,
        text("symbol", 1, kLongestTitle)
    );
    out.optional(
        {.name = "decimals", .text = "As the contract says.", .default_text = "not said"},
        &Label::decimals,
        maybe(integer<std::uint8_t>(0, kMostDecimals))
    );
    out.optional(
        {.name = "wraps",
         .text = "The token that it stands for, where its contract cannot say so.",
         .default_text = "not said"},
        &Label::wraps,
        maybe(address_type())
    );
    out.optional(
        {.name = "native", .text = "Whether it wraps the chain's coin, one to one."},
        &Label::native,
        boolean()
    );
    out.optional(
        {.name = "bridge",
         .text = "Slug of the bridge that keeps what it stands for, on another chain.",
         .default_text = "none"},
        &Label::bridge,
        identifier()
    );
    add_title(out, "its symbol");
    return out;
}

Section<Label> contract_section() {
    Section<Label> out("Labelled contract", "Whose an address is.");
    out.required({.name = "at", .text = "The address."}, &Label::address, address_type());
    out.required(
        {.name = "role",
         .text = "`protocol`: a market of it; `entity`: its wallet; `bridge`: a bridge's contract; "
                 "`governor`: it decides there; `feed`: a price feed that it runs."},
        &Label::role,
        one_of<LabelRole>(
            {{"protocol", LabelRole::kProtocol},
             {"entity", LabelRole::kEntity},
             {"bridge", LabelRole::kBridge},
             {"governor", LabelRole::kGovernor},
             {"feed", LabelRole::kFeed}}
        )
    );
    out.required({.name = "name", .text = "Slug of whose it is."}, &Label::name, identifier());
    add_title(out, "that of its name");
    return out;
}

Section<graph::SymbolList> symbols_section() {
    Section<graph::SymbolList> out(
        "Listed symbols",
        "Symbols of one issuer's tokens, for data sets that have symbols and no addresses. Tokens "
        "of followed chains are never told by them."
    );
    out.optional(
        {.name = "issuer",
         .text = "Slug of who answers for them.",
         .default_text = "nobody: several bear them, whatever labels and families say"},
        &graph::SymbolList::name,
        identifier()
    );
    out.required(
        {.name = "of", .text = "The symbols; small and capital letters are the same."},
        &graph::SymbolList::symbols,
        list_of(text("symbol", 1, kLongestTitle), {.least = 1, .most = kMostLabels})
    );
    return out;
}

Section<graph::SymbolFamily> family_section() {
    Section<graph::SymbolFamily> out(
        "Family of symbols",
        "How contracts of one issuer name their tokens, where a symbol is neither listed nor "
        "labelled. What families of several issuers fit is nobody's."
    );
    out.required(
        {.name = "pattern",
         .text = "Literal, but for `*` (one or more of anything), `{token}` (a symbol that is "
                 "labelled or listed) and `{date}` (27JUN2024). Small and capital letters are the "
                 "same."},
        &graph::SymbolFamily::pattern,
        text("pattern", 1, kLongestTitle)
    );
    out.required(
        {.name = "issuer", .text = "Slug of who answers for them."},
        &graph::SymbolFamily::name,
        identifier()
    );
    out.required(
        {.name = "like", .text = "A symbol that it must fit."},
        &graph::SymbolFamily::like,
        text("symbol", 1, kLongestTitle)
    );
    out.optional(
        {.name = "except",
         .text = "Patterns of symbols that it fits and that are not the issuer's.",
         .default_text = "none"},
        &graph::SymbolFamily::except,
        list_of(text("pattern", 1, kLongestTitle), {.most = kMostLabels})
    );
    return out;
}

}  // namespace

Section<LabelFile> label_file_section() {
    Section<LabelFile> out(
        "Labels file",
        "A file named under `labels`: who issues tokens, and whose addresses are. Names hold for "
        "all files, labels for the chain of theirs."
    );
    out.optional(
        {.name = "chain_id",
         .text = "The chain that tokens and contracts are on.",
         .default_text = "none: the file has names only"},
        &LabelFile::chain_id,
        maybe(integer<eth::ChainId>(1, std::numeric_limits<eth::ChainId>::max() / 2))
    );
    out.optional(
        {.name = "names", .text = "Whom labels name."},
        &LabelFile::names,
        list_of(name_section().type(), {.most = kMostLabels})
    );
    out.optional(
        {.name = "tokens", .text = "Tokens by address."},
        &LabelFile::tokens,
        list_of(token_section().type(), {.most = kMostLabels})
    );
    out.optional(
        {.name = "contracts", .text = "Other addresses."},
        &LabelFile::contracts,
        list_of(contract_section().type(), {.most = kMostLabels})
    );
    out.optional(
        {.name = "symbols", .text = "Symbols of tokens whose address is not said."},
        &LabelFile::symbols,
        list_of(symbols_section().type(), {.most = kMostLabels})
    );
    out.optional(
        {.name = "families", .text = "How contracts name their tokens, likewise."},
        &LabelFile::families,
        list_of(family_section().type(), {.most = kMostLabels})
    );
    return out;
}

}  // namespace faultline::app::written
