// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/sector.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::array<std::string_view, 6> kRoles{
    "token", "protocol", "entity", "bridge", "governor", "feed"
};
static_assert(kRoles.size() == static_cast<std::size_t>(last_of(LabelRole{})) + 1);

/// Looks at names and labels in the order given, and keeps what contradicts nothing before it.
class Gathering {
  public:
    void add(const Name& name, std::size_t at) {
        const auto [known, fresh] =
            names.try_emplace(name.slug, Kept<Name>{.value = name, .at = at});
        if (!fresh && known->second.value.fields() != name.fields()) {
            faults.push_back(
                {.where = LabelFault::Where::kName,
                 .at = at,
                 .earlier = known->second.at,
                 .what = "\"" + name.slug + "\" has two meanings",
                 .nobody = {}}
            );
        }
    }

    void add(const Label& label, std::size_t at) {
        const std::size_t before = faults.size();
        check(label, at);
        const auto [known, fresh] = labels.try_emplace(
            std::make_tuple(label.chain, label.address, label.role),
            Kept<Label>{.value = label, .at = at}
        );
        if (!fresh && known->second.value.fields() != label.fields()) {
            fault(
                at,
                known->second.at,
                label.address.hex() + " has two labels as " +
                    std::string(label_role_name(label.role))
            );
        }
        if (fresh && label.native && faults.size() == before) {
            add_native(label, at);
        }
    }

    /// After all were added: what stands for something that in the end stands for itself.
    void find_circles() {
        std::set<Token> passed;
        for (const auto& [key, kept] : labels) {
            std::vector<Token> way;
            for (std::optional<Token> token = wrapper(key); token && passed.insert(*token).second;
                 token = stands_for(*token)) {
                way.push_back(*token);
            }
            // A way that ends where it passed before has a circle of its own or joins another.
            const std::optional<Token> end = way.empty() ? std::nullopt : stands_for(way.back());
            const auto circle = end ? std::ranges::find(way, *end) : way.end();
            if (circle != way.end()) {
                add_circle({circle, way.end()});
            }
        }
    }

    template <class T>
    struct Kept {
        T value;
        std::size_t at = 0;
    };

    std::map<std::string, Kept<Name>> names;
    std::map<std::tuple<eth::ChainId, Address, LabelRole>, Kept<Label>> labels;
    std::vector<LabelFault> faults;

  private:
    using Token = std::pair<eth::ChainId, Address>;

    [[nodiscard]] static std::optional<Token> wrapper(
        const std::tuple<eth::ChainId, Address, LabelRole>& key
    ) {
        const auto& [chain, address, role] = key;
        return role == LabelRole::kToken ? std::optional(Token(chain, address)) : std::nullopt;
    }

    [[nodiscard]] const Kept<Label>* label_of(const Token& token) const {
        const auto found =
            labels.find(std::make_tuple(token.first, token.second, LabelRole::kToken));
        return found == labels.end() ? nullptr : &found->second;
    }

    [[nodiscard]] std::optional<Token> stands_for(const Token& token) const {
        const Kept<Label>* label = label_of(token);
        if (label == nullptr || label->value.wraps == token.second) {
            return std::nullopt;
        }
        if (label->value.native) {
            return Token(token.first, Address{});
        }
        return label->value.wraps ? std::optional(Token(token.first, *label->value.wraps))
                                  : std::nullopt;
    }

    /// Told at the label of it that was given last.
    void add_circle(const std::vector<Token>& circle) {
        std::string what = "labels wrap in a circle:";
        std::vector<std::size_t> places;
        for (const Token& token : circle) {
            what += " " + token.second.hex() + " wraps";
            places.push_back(label_of(token)->at);
        }
        std::ranges::sort(places, std::ranges::greater());
        fault(places[0], places[1], what + " " + circle.front().second.hex());
    }

    void fault(
        std::size_t at,
        std::optional<std::size_t> earlier,
        std::string what,
        std::string nobody = {}
    ) {
        faults.push_back(
            {.where = LabelFault::Where::kLabel,
             .at = at,
             .earlier = earlier,
             .what = std::move(what),
             .nobody = std::move(nobody)}
        );
    }

    void check(const Label& label, std::size_t at) {
        const bool needs_name = label.role != LabelRole::kToken;
        for (const std::string& slug : {label.name, label.bridge}) {
            if (!slug.empty() && !names.contains(slug)) {
                fault(at, std::nullopt, "no name \"" + slug + "\" is given", slug);
            }
        }
        if (needs_name && label.name.empty()) {
            fault(at, std::nullopt, "has no name");
        }
        if (label.wraps == label.address) {
            fault(at, std::nullopt, label.address.hex() + " wraps itself");
        }
    }

    void add_native(const Label& label, std::size_t at) {
        const auto [known, fresh] = natives_.try_emplace(label.chain, at);
        if (!fresh) {
            fault(
                at,
                known->second,
                "two tokens wrap the coin of chain " + std::to_string(label.chain)
            );
        }
    }

    std::map<eth::ChainId, std::size_t> natives_;
};

}  // namespace

std::string_view label_role_name(LabelRole role) noexcept {
    return kRoles.at(static_cast<std::size_t>(role));
}

std::size_t Labels::KeyHash::operator()(const Key& key) const noexcept {
    constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;
    return FixedBytesHash{}(key.address) ^
           static_cast<std::size_t>(
               (key.chain * 8 + static_cast<std::uint64_t>(key.role)) * kSpread
           );
}

tl::expected<Labels, std::vector<LabelFault>> Labels::of(
    const std::vector<Name>& names, const std::vector<Label>& labels
) {
    Gathering all;
    for (std::size_t i = 0; i < names.size(); ++i) {
        all.add(names[i], i);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        all.add(labels[i], i);
    }
    all.find_circles();
    if (!all.faults.empty()) {
        return tl::unexpected(std::move(all.faults));
    }
    Labels out;
    for (auto& [slug, kept] : all.names) {
        out.names_.push_back(std::move(kept.value));
    }
    for (auto& [key, kept] : all.labels) {
        out.labels_.push_back(std::move(kept.value));
    }
    out.index();
    return out;
}

void Labels::index() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        named_.emplace(names_[i].slug, i);
    }
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const Label& label = labels_[i];
        at_.emplace(Key{.chain = label.chain, .address = label.address, .role = label.role}, i);
        if (label.native) {
            native_.emplace(label.chain, i);
        }
    }
}

const Label* Labels::find(eth::ChainId chain, const Address& address, LabelRole role)
    const noexcept {
    const auto found = at_.find(Key{.chain = chain, .address = address, .role = role});
    return found == at_.end() ? nullptr : &labels_[found->second];
}

const Name* Labels::name(std::string_view slug) const noexcept {
    const auto found = named_.find(slug);
    return found == named_.end() ? nullptr : &names_[found->second];
}

const Label* Labels::native(eth::ChainId chain) const noexcept {
    const auto found = native_.find(chain);
    return found == native_.end() ? nullptr : &labels_[found->second];
}

std::string Labels::title(eth::ChainId chain, const Address& address, LabelRole role) const {
    const Label* label = find(chain, address, role);
    if (label == nullptr) {
        return {};
    }
    if (!label->title.empty()) {
        return label->title;
    }
    if (role == LabelRole::kToken && !label->symbol.empty()) {
        return label->symbol;
    }
    const Name* named = name(label->name);
    return named == nullptr ? std::string() : named->title;
}

std::string_view Labels::sector(std::string_view slug) const noexcept {
    const Name* named = name(slug);
    return named == nullptr ? std::string_view() : sector_of(named->category);
}

}  // namespace faultline::graph
