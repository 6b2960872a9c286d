// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/describe.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::config {
namespace {

constexpr std::string_view kFileSuffix = "_file";

bool names_variable(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    const auto allowed = [&](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, allowed);
}

/// `path` without its last step: "a.b[2]" -> "a.b" -> "a" -> "".
std::string_view parent(std::string_view path) {
    const std::size_t step = path.find_last_of(".[");
    return step == std::string_view::npos ? std::string_view{} : path.substr(0, step);
}

bool is_at_or_below(std::string_view path, std::string_view top) {
    return path.starts_with(top) && (path.size() == top.size() || top.empty() ||
                                     path[top.size()] == '.' || path[top.size()] == '[');
}

}  // namespace

Reader::Reader(const Surroundings& surroundings, Problems& problems, std::string file)
    : surroundings_(surroundings), problems_(problems), file_(std::move(file)) {}

Reader::Scope::Scope(Reader& reader, const std::string& step, const Place& place, Mode mode)
    : reader_(reader), outer_path_(reader.path_), outer_mode_(reader.mode_) {
    mode.secret = mode.secret || outer_mode_.secret;
    mode.literal = mode.literal || outer_mode_.literal;
    const bool first = outer_path_.empty() && step.starts_with('.');
    reader_.path_ += first ? step.substr(1) : step;
    reader_.mode_ = std::move(mode);
    reader_.places_.insert_or_assign(reader_.path_, place);
}

Reader::Scope::~Scope() {
    reader_.path_ = std::move(outer_path_);
    reader_.mode_ = std::move(outer_mode_);
}

std::string Reader::child(const std::string& name) const {
    return path_.empty() ? name : path_ + "." + name;
}

void Reader::report(const Place& place, const std::string& path, std::string text) {
    faulty_.insert(path);
    problems_.error(place, path, std::move(text));
}

void Reader::refuse(const Node& node, std::string_view expected, std::string_view why) {
    std::string out;
    if (node.kind == Node::Kind::kNull) {
        out = "got nothing, ";
    } else if (node.kind == Node::Kind::kList) {
        out = "got a list, ";
    } else if (node.kind == Node::Kind::kMap) {
        out = "got `name: value` lines, ";
    } else if (!mode_.secret) {
        // What a variable held may be a secret: only its name is shown.
        const bool expanded = !mode_.literal && node.scalar.find("${") != std::string::npos;
        // So may a URL that stands where something else belongs.
        const bool url = node.scalar.find("://") != std::string::npos;
        out = url ? "got a URL" : (expanded ? "got the value of " : "got ") + quoted(node.scalar);
        out += why.empty() ? ", " : " (" + std::string(why) + "), ";
    } else if (!why.empty()) {
        out = std::string(why) + ": ";
    }
    out += "expected " + std::string(expected);
    if (!mode_.default_text.empty()) {
        out += " (default " + mode_.default_text + ")";
    }
    report(node.place, path_, std::move(out));
}

std::optional<std::string> Reader::text(const Node& node, std::string_view expected) {
    if (node.kind != Node::Kind::kScalar) {
        refuse(node, expected);
        return std::nullopt;
    }
    return mode_.literal ? std::optional(node.scalar) : expand(node);
}

std::optional<std::string> Reader::expand(const Node& node) {
    std::string out;
    std::string_view rest = node.scalar;
    for (std::size_t at = rest.find("${"); at != std::string_view::npos; at = rest.find("${")) {
        out += rest.substr(0, at);
        if (at > 0 && rest[at - 1] == '$') {  // $${ stands for ${
            out += '{';
            rest.remove_prefix(at + 2);
            continue;
        }
        rest.remove_prefix(at + 2);
        const std::size_t end = rest.find('}');
        const std::string name(rest.substr(0, end));
        if (end == std::string_view::npos || !names_variable(name)) {
            report(
                node.place,
                path_,
                "${ must be followed by the name of an environment variable and }; write $${ for a "
                "plain ${"
            );
            return std::nullopt;
        }
        const auto value = variable(node, name);
        if (!value) {
            return std::nullopt;
        }
        out += *value;
        rest.remove_prefix(end + 1);
    }
    return out + std::string(rest);
}

std::optional<std::string> Reader::variable(const Node& node, const std::string& name) {
    auto value = surroundings_.variable(name);
    if (!value) {
        report(node.place, path_, "the environment variable " + name + " is not set");
    }
    return value;
}

bool Reader::is_map(const Node& node, std::string_view expected) {
    if (node.kind != Node::Kind::kMap) {
        refuse(node, expected);
    }
    return node.kind == Node::Kind::kMap;
}

bool Reader::is_list(const Node& node, std::string_view expected) {
    if (node.kind != Node::Kind::kList) {
        refuse(node, expected);
    }
    return node.kind == Node::Kind::kList;
}

std::string Reader::kind_of(const Node& map, const SectionText& section) {
    const Node* value = section.chooser.empty() ? nullptr : map.find(section.chooser);
    if (value == nullptr || value->kind != Node::Kind::kScalar) {
        return {};
    }
    const bool known = std::ranges::find(section.kinds, value->scalar) != section.kinds.end();
    return known ? value->scalar : std::string();
}

std::vector<std::string> Reader::refuse_unknown(
    const Node& map, const SectionText& section, const std::string& kind
) {
    const std::vector<std::string> known = known_names(section, kind);
    const std::vector<std::string> others = known_names(section);
    std::vector<std::string> meant;
    for (const Node::Entry& entry : map.entries) {
        if (std::ranges::find(known, entry.key) != known.end()) {
            continue;
        }
        const bool misplaced = std::ranges::find(others, entry.key) != others.end();
        std::string out = misplaced
                              ? "there is no such field where " + section.chooser + " is " + kind
                              : "there is no such field";
        out += suggestion(entry.key, known);
        if (auto close = nearest(entry.key, known)) {
            faulty_.insert(child(*close));
            meant.push_back(std::move(*close));
        } else {
            out += "; known are ";
            for (std::size_t i = 0; i < known.size(); ++i) {
                out += (i == 0 ? "" : ", ") + known[i];
            }
        }
        report(entry.key_place, child(entry.key), std::move(out));
    }
    return meant;
}

Reader::Value Reader::value_of(const Node& map, const std::string& name, bool from_file) {
    const Node* value = map.find(name);
    const std::string file_name = name + std::string(kFileSuffix);
    const Node* file = from_file ? map.find(file_name) : nullptr;
    if (file != nullptr && value != nullptr) {
        report(
            file->place, child(file_name), "give either " + name + " or " + file_name + ", not both"
        );
        return {.from = Value::From::kBroken, .node = {}};
    }
    if (file != nullptr) {
        return read_secret_file(*file, file_name);
    }
    if (value != nullptr) {
        return {.from = Value::From::kDocument, .node = *value};
    }
    return {};
}

Reader::Value Reader::read_secret_file(const Node& file_node, const std::string& name) {
    const Scope scope(*this, "." + name, file_node.place, {});
    const auto path = text(file_node, "the path of a file");
    if (!path) {
        return {.from = Value::From::kBroken, .node = {}};
    }
    auto content = surroundings_.read_file(beside(file_, *path));
    if (!content) {
        report(file_node.place, path_, content.error().message());
        return {.from = Value::From::kBroken, .node = {}};
    }
    if (content->ends_with('\n')) {
        content->pop_back();
        if (content->ends_with('\r')) {
            content->pop_back();
        }
    }
    Value out{.from = Value::From::kFile, .node = {}};
    out.node.kind = Node::Kind::kScalar;
    out.node.place = file_node.place;
    out.node.scalar = std::move(*content);
    return out;
}

void Reader::missing(const Node& map, const std::string& name, std::string_view expected) {
    report(map.place, child(name), "missing, expected " + std::string(expected));
}

Place Reader::place(std::string_view path) const {
    for (std::string_view at = path;; at = parent(at)) {
        const auto found = places_.find(at);
        if (found != places_.end()) {
            return found->second;
        }
        if (at.empty()) {
            return {.file = file_};
        }
    }
}

bool Reader::sound(std::string_view path) const {
    const auto first = faulty_.lower_bound(path);
    for (auto at = first; at != faulty_.end() && at->starts_with(path); ++at) {
        if (is_at_or_below(*at, path)) {
            return false;
        }
    }
    return true;
}

void Reader::error(std::string_view path, std::string text) {
    report(place(path), std::string(path), std::move(text));
}

void Reader::warning(std::string_view path, std::string text) {
    problems_.warning(place(path), path, std::move(text));
}

}  // namespace faultline::config
