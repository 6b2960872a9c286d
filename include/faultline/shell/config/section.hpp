// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/describe.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::config {

/// The fields of a struct T, each declared once: where it goes, how it is written, what it means.
/// The default of an optional field is what a default-constructed T holds, so it has one home too.
///
///     Section<Api> api("API", "The HTTP server of the daemon.");
///     api.optional(
///         {.name = "listen", .text = "Address to listen on.", .example = "127.0.0.1:9464"},
///         &Api::listen, text("host:port"));
template <class T>
class Section {
  public:
    /// `title` names the section in errors and is its heading in the documentation.
    Section(std::string title, std::string text) : text_(std::make_shared<SectionText>()) {
        text_->title = std::move(title);
        text_->text = std::move(text);
    }

    /// `member` is a pointer to member, or a function from T& to the member's reference.
    template <class Member, class V>
    void required(FieldText field, Member member, const Type<V>& type) {
        field.required = true;
        add(std::move(field), std::move(member), type);
    }

    template <class Member, class V>
    void optional(FieldText field, Member member, const Type<V>& type) {
        if (field.default_text.empty()) {
            T initial{};
            field.default_text = type.show(std::invoke(member, initial));
        }
        add(std::move(field), std::move(member), type);
    }

    /// The value of the field `name` says which of the fields with FieldText::kinds there are.
    /// Those of other kinds are refused, and not missed.
    void choose_by(std::string name, std::vector<std::string> kinds) {
        text_->chooser = std::move(name);
        text_->kinds = std::move(kinds);
    }

    /// Reads all fields of a map. Whatever is wrong is reported; the member keeps its default.
    [[nodiscard]] T read(Reader& reader, const Node& node) const {
        T out{};
        if (!reader.is_map(node, text_->title)) {
            return out;
        }
        const std::string kind = reader.kind_of(node, *text_);
        const auto misspelt = reader.refuse_unknown(node, *text_, kind);
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const Field& field = fields_[i];
            if (expected(text_->fields[i], kind, node) &&
                std::ranges::find(misspelt, field.name) == misspelt.end()) {
                field.read(out, reader, node);
            }
        }
        return out;
    }

    /// For use as a field of another section.
    [[nodiscard]] Type<T> type() const {
        return {
            .name = text_->title,
            .read = [self = *this](
                        Reader& reader, const Node& node
                    ) { return std::optional<T>(self.read(reader, node)); },
            .show = [](const T&) { return std::string(); },
            .section = text_
        };
    }

    [[nodiscard]] std::shared_ptr<const SectionText> text() const { return text_; }

  private:
    struct Field {
        std::string name;
        std::function<void(T&, Reader&, const Node&)> read;
    };

    /// Without a kind nobody can say what is missing, only what is wrong with what is there.
    [[nodiscard]] bool expected(const FieldText& field, const std::string& kind, const Node& node)
        const {
        const bool doubtful = !text_->chooser.empty() && kind.empty() && !field.kinds.empty();
        return applies(field, kind) && (!doubtful || node.find(field.name) != nullptr);
    }

    template <class Member, class V>
    void add(FieldText field, Member member, const Type<V>& type) {
        field.type = type.name;
        field.section = type.section;
        field.list = type.list;
        field.from_file = field.secret && type.scalar;
        auto read = [field, member, type](T& out, Reader& reader, const Node& map) {
            const auto value = reader.value_of(map, field.name, field.from_file);
            if (value.from == Reader::Value::From::kAbsent && field.required) {
                reader.missing(map, field.name, type.name);
            }
            if (value.from == Reader::Value::From::kAbsent ||
                value.from == Reader::Value::From::kBroken) {
                return;
            }
            const Reader::Scope scope(
                reader,
                "." + field.name,
                value.node.place,
                {.default_text = field.default_text,
                 .secret = field.secret,
                 .literal = value.from == Reader::Value::From::kFile}
            );
            if (auto parsed = type.read(reader, value.node)) {
                std::invoke(member, out) = std::move(*parsed);
            }
        };
        fields_.push_back({.name = field.name, .read = std::move(read)});
        text_->fields.push_back(std::move(field));
    }

    std::shared_ptr<SectionText> text_;
    std::vector<Field> fields_;
};

}  // namespace faultline::config
