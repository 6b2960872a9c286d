// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <cstddef>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::config {
namespace {

/// What YAML allows and a configuration does not.
class Refused final : public YAML::ParserException {
  public:
    using YAML::ParserException::ParserException;
};

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) {
    throw Refused(mark, what);
}

Place place_in(const std::string& file, const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {.file = file};
    }
    return {
        .file = file,
        .line = static_cast<std::size_t>(mark.line) + 1,
        .column = static_cast<std::size_t>(mark.column) + 1
    };
}

/// Builds our tree from yaml-cpp's events. yaml-cpp's own tree would resolve aliases and drop the
/// places of keys.
class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(const std::string& file, Problems& problems) : file_(file), problems_(problems) {}

    [[nodiscard]] Node take() { return std::move(top_); }

    /// Where the innermost list or map that is not closed yet begins.
    [[nodiscard]] Place innermost() const {
        return open_.empty() ? Place{.file = file_} : open_.back().node.place;
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ != 0) {
            refuse(mark, "a second document begins here; a configuration is one document");
        }
    }

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        if (expects_key()) {
            refuse(mark, "a key is missing");
        }
        add(Node::Kind::kNull, {}, mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        refuse_anchor(mark, 1);
    }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        check(mark, tag, anchor);
        if (expects_key()) {
            take_key(mark, value);
            return;
        }
        add(Node::Kind::kScalar, value, mark);
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        open(Node::Kind::kList, mark, tag, anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        open(Node::Kind::kMap, mark, tag, anchor);
    }

    void OnMapEnd() override { close(); }

  private:
    struct Open {
        Node node;
        std::string key;
        Place key_place;
        bool has_key = false;
        bool keep_value = true;  ///< False for the value of a key given twice.
    };

    [[nodiscard]] Place place(const YAML::Mark& mark) const { return place_in(file_, mark); }

    /// Path of the value that comes next.
    [[nodiscard]] std::string path() const {
        std::string out;
        for (const Open& level : open_) {
            if (level.node.kind == Node::Kind::kList) {
                out += "[" + std::to_string(level.node.items.size()) + "]";
            } else {
                out += (out.empty() ? "" : ".") + level.key;
            }
        }
        return out;
    }

    static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) {
            refuse(mark, "anchors and aliases are not supported; write the value out");
        }
    }

    static void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        refuse_anchor(mark, anchor);
        if (!tag.empty() && tag != "?" && tag != "!") {
            refuse(mark, "tags are not supported; leave out the !");
        }
    }

    [[nodiscard]] bool expects_key() const {
        return !open_.empty() && open_.back().node.kind == Node::Kind::kMap &&
               !open_.back().has_key;
    }

    void take_key(const YAML::Mark& mark, const std::string& key) {
        Open& map = open_.back();
        map.key = key;
        map.key_place = place(mark);
        map.has_key = true;
        map.keep_value = true;
        for (const Node::Entry& entry : map.node.entries) {
            if (entry.key == key) {
                map.keep_value = false;
                problems_.error(
                    map.key_place,
                    path(),
                    "given twice, first in line " + std::to_string(entry.key_place.line)
                );
            }
        }
    }

    void open(
        Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor
    ) {
        check(mark, tag, anchor);
        if (expects_key()) {
            refuse(mark, "a key must be text");
        }
        if (open_.size() >= DocumentLimits::kDepth) {
            refuse(mark, "nested too deeply");
        }
        Open next;
        next.node.kind = kind;
        next.node.place = place(mark);
        open_.push_back(std::move(next));
        count(mark);
    }

    void close() {
        FAULTLINE_ASSERT(!open_.empty());
        Node node = std::move(open_.back().node);
        open_.pop_back();
        attach(std::move(node));
    }

    void add(Node::Kind kind, const std::string& scalar, const YAML::Mark& mark) {
        count(mark);
        Node node;
        node.kind = kind;
        node.place = place(mark);
        node.scalar = scalar;
        attach(std::move(node));
    }

    void count(const YAML::Mark& mark) {
        if (++nodes_ > DocumentLimits::kNodes) {
            refuse(mark, "too many values");
        }
    }

    void attach(Node node) {
        if (open_.empty()) {
            top_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.kind == Node::Kind::kList) {
            parent.node.items.push_back(std::move(node));
            return;
        }
        parent.has_key = false;
        if (parent.keep_value) {
            parent.node.entries.push_back(
                {.key = std::move(parent.key),
                 .key_place = parent.key_place,
                 .value = std::move(node)}
            );
        }
    }

    const std::string& file_;
    Problems& problems_;
    std::vector<Open> open_;
    Node top_;
    std::size_t nodes_ = 0;
    std::size_t documents_ = 0;
};

/// Runs yaml-cpp; its exceptions end here.
bool build(
    TreeBuilder& builder, const std::string& file, std::string_view text, Problems& problems
) {
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) {
        }
        return true;
    } catch (const Refused& error) {
        problems.error(place_in(file, error.mark), "", error.msg);
    } catch (const YAML::Exception& error) {
        const bool unclosed = error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW ||
                              error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW;
        if (unclosed) {  // yaml-cpp names the end of the file, or nothing.
            problems.error(builder.innermost(), "", "not valid YAML: the bracket is not closed");
        } else {
            problems.error(place_in(file, error.mark), "", "not valid YAML: " + error.msg);
        }
    } catch (const std::exception& error) {
        problems.error({.file = file}, "", std::string("not valid YAML: ") + error.what());
    }
    return false;
}

}  // namespace

std::optional<Node> parse_document(
    const std::string& file, std::string_view text, Problems& problems
) {
    if (text.size() > DocumentLimits::kBytes) {
        problems.error({.file = file}, "", "the file is larger than 1 MiB");
        return std::nullopt;
    }
    TreeBuilder builder(file, problems);
    if (!build(builder, file, text, problems)) {
        return std::nullopt;
    }
    Node top = builder.take();
    if (top.kind == Node::Kind::kNull) {
        top.kind = Node::Kind::kMap;
        top.place = {.file = file, .line = 1, .column = 1};
    }
    if (top.kind != Node::Kind::kMap) {
        problems.error(
            top.place,
            "",
            "the top of a configuration must be `name: value` lines, not a list or a text"
        );
        return std::nullopt;
    }
    return top;
}

}  // namespace faultline::config
