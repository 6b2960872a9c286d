// SPDX-License-Identifier: Apache-2.0
#include "shell/dexposure/scanner.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/dexposure/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <ios>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace faultline::dexposure {

namespace {

using network::Day;
using network::Snapshot;
using network::SnapshotLink;
using network::SnapshotNode;
using network::TokenValue;

/// Reads the schema. As with the scanner, false means that an error is recorded.
class Parser {
  public:
    Parser(std::istream& in, std::string_view name, std::size_t chunk_bytes)
        : scanner_(in, name, chunk_bytes) {}

    Result<std::uint64_t> weeks(const TakeWeek& take) {
        std::uint64_t count = 0;
        Result<void> taken;
        const bool read = object({"data"}, [&](std::size_t) {
            return map([&](const std::string& date) {
                Snapshot week;
                if (!begin_week(date, week) || !read_week(week)) {
                    return false;
                }
                ++count;
                taken = take(std::move(week));
                return taken.has_value();
            });
        });
        if (!taken) {
            return taken.error();
        }
        if (!read || !scanner_.end()) {
            return scanner_.error();
        }
        return count;
    }

  private:
    /// A JSON object of whatever keys; `member` reads the value of one.
    template <class Member>
    bool map(Member member) {
        if (!scanner_.expect('{')) {
            return false;
        }
        if (scanner_.accept('}')) {
            return true;
        }
        std::string key;
        do {
            if (!scanner_.string(key)) {
                return false;
            }
            key_ = scanner_.place();
            if (!scanner_.expect(':') || !member(key)) {
                return false;
            }
        } while (scanner_.accept(','));
        return scanner_.expect('}');
    }

    /// A JSON object of exactly these keys, in any order; `member` is given the place among them.
    template <class Member>
    bool object(std::initializer_list<std::string_view> keys, Member member) {
        const std::span<const std::string_view> known(keys.begin(), keys.size());
        std::uint32_t seen = 0;
        const bool read = map([&](const std::string& key) {
            for (std::size_t place = 0; place < known.size(); ++place) {
                if (key == known[place]) {
                    const std::uint32_t bit = 1U << place;
                    if ((seen & bit) != 0) {
                        return scanner_.fail_at(key_, "\"" + key + "\" is there twice");
                    }
                    seen |= bit;
                    return member(place);
                }
            }
            return scanner_.fail_at(key_, "\"" + key + "\" is no member that is known here");
        });
        if (!read) {
            return false;
        }
        for (std::size_t place = 0; place < known.size(); ++place) {
            if ((seen & (1U << place)) == 0) {
                return scanner_.fail(
                    "\"" + std::string(known[place]) + "\" is missing before this"
                );
            }
        }
        return true;
    }

    template <class Element>
    bool array(Element element) {
        if (!scanner_.expect('[')) {
            return false;
        }
        if (scanner_.accept(']')) {
            return true;
        }
        do {
            if (!element()) {
                return false;
            }
        } while (scanner_.accept(','));
        return scanner_.expect(']');
    }

    bool begin_week(const std::string& date, Snapshot& week) {
        const std::optional<Day> day = Day::parse(date);
        if (!day) {
            return scanner_.fail_at(key_, "\"" + date + "\" is no day YYYY-MM-DD");
        }
        if (before_ && *day <= *before_) {
            return scanner_.fail_at(
                key_,
                "the week \"" + date + "\" " +
                    (*day == *before_ ? "is there twice"
                                      : "comes after \"" + before_->text() + "\", which is later")
            );
        }
        before_ = *day;
        week.date = *day;
        return true;
    }

    bool read_week(Snapshot& week) {
        node_places_.clear();
        link_places_.clear();
        return object(
                   {"nodes", "links"},
                   [&](std::size_t place) {
                       return place == 0 ? array([&] { return node(week.nodes.emplace_back()); })
                                         : array([&] { return link(week.links.emplace_back()); });
                   }
               ) &&
               has_each_node_once(week);
    }

    /// Looked at when the week is whole, as links may be there before nodes.
    bool has_each_node_once(const Snapshot& week) {
        std::unordered_set<std::string_view> known;
        known.reserve(week.nodes.size());
        bool null_known = false;
        for (std::size_t at = 0; at < week.nodes.size(); ++at) {
            const network::SnapshotId& id = week.nodes[at].id;
            if (!(id ? known.insert(*id).second : !std::exchange(null_known, true))) {
                return scanner_.fail_at(
                    node_places_[at], "the node " + shown(id) + " is there twice in its week"
                );
            }
        }
        const auto is_known = [&](const network::SnapshotId& id, Place place) {
            return !id || known.contains(*id) ||
                   scanner_.fail_at(place, "there is no node " + shown(id) + " in this week");
        };
        for (std::size_t at = 0; at < week.links.size(); ++at) {
            if (!is_known(week.links[at].source, link_places_[at].source) ||
                !is_known(week.links[at].target, link_places_[at].target)) {
                return false;
            }
        }
        return true;
    }

    static std::string shown(const network::SnapshotId& id) {
        return id ? "\"" + *id + "\"" : "null";
    }

    bool node(SnapshotNode& out) {
        Place& place = node_places_.emplace_back();
        return object({"id", "size", "composition"}, [&](std::size_t member) {
            switch (member) {
                case 0:
                    return named(out.id, place);
                case 1:
                    return size(out.size);
                default:
                    return composition(out.composition);
            }
        });
    }

    bool link(SnapshotLink& out) {
        Ends& places = link_places_.emplace_back();
        return object({"source", "target", "size", "composition"}, [&](std::size_t member) {
            switch (member) {
                case 0:
                    return named(out.source, places.source);
                case 1:
                    return named(out.target, places.target);
                case 2:
                    return size(out.size);
                default:
                    return composition(out.composition);
            }
        });
    }

    bool named(network::SnapshotId& id, Place& place) {
        const bool read = scanner_.string_or_null(id);
        place = scanner_.place();
        return read;
    }

    bool size(double& out) {
        return scanner_.number(out) &&
               (out >= 0 || scanner_.fail("a size below 0: give sizes of 0 and more"));
    }

    /// Values may be below 0: of netted flows, what runs against the link.
    bool composition(std::vector<TokenValue>& out) {
        token_places_.clear();
        return map([&](const std::string& token) {
                   token_places_.push_back(key_);
                   TokenValue& value = out.emplace_back();
                   value.token = token;
                   return scanner_.number(value.value_usd);
               }) &&
               has_each_token_once(out);
    }

    /// Looked at when the composition is whole, as names move while it grows.
    bool has_each_token_once(const std::vector<TokenValue>& composition) {
        std::unordered_set<std::string_view> known;
        known.reserve(composition.size());
        for (std::size_t at = 0; at < composition.size(); ++at) {
            const std::string& token = composition[at].token;
            if (!known.insert(token).second) {
                return scanner_.fail_at(
                    token_places_[at],
                    "the token \"" + token + "\" is there twice in its composition"
                );
            }
        }
        return true;
    }

    /// Of a link, where its ends are named.
    struct Ends {
        Place source;
        Place target;
    };

    Scanner scanner_;
    Place key_;                       ///< Of the member read last.
    std::optional<Day> before_;       ///< The week before.
    std::vector<Place> node_places_;  ///< Of the ids of this week's nodes.
    std::vector<Ends> link_places_;
    std::vector<Place> token_places_;  ///< Of the composition read last.
};

}  // namespace

Result<std::uint64_t> read_weeks(
    std::istream& in, std::string_view name, const TakeWeek& take, std::size_t chunk_bytes
) {
    return Parser(in, name, chunk_bytes).weeks(take);
}

Result<std::uint64_t> read_file(const std::filesystem::path& path, const TakeWeek& take) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return Error(
                   Code::kMissing,
                   "open " + path.string() + ": it is not there, or not ours to read"
        )
            .advise("give the path of a snapshot file of DeXposure");
    }
    return read_weeks(in, path.string(), take);
}

Result<std::uint64_t> import_file(const std::filesystem::path& path, const TakeWeek& take) {
    auto checked = read_file(path, [](Snapshot&&) { return Result<void>(); });
    if (!checked) {
        return std::move(checked.error()).context("nothing was imported");
    }
    return read_file(path, take);
}

}  // namespace faultline::dexposure
