// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace faultline::config {

struct SectionText;

/// What people read about one field. What is above `required` is written where the field is
/// declared; the rest is filled in.
struct FieldText {
    // The empty initializers let a declaration leave members out.
    // NOLINTBEGIN(readability-redundant-member-init)
    std::string name = {};
    std::string text = {};          ///< What it means, in sentences.
    std::string example = {};       ///< As written in a document; the default when empty.
    std::string default_text = {};  ///< For defaults that are computed: "the smallest ...".
    bool secret = false;            ///< Never shown; as a scalar also taken from `<name>_file`.
    bool shown = false;             ///< In the example not commented out.
    /// For these values of the section's SectionText::chooser only; empty: for all.
    std::vector<std::string> kinds = {};
    bool required = false;
    bool from_file = false;  ///< `<name>_file` is accepted instead.
    bool list = false;
    std::string type = {};
    std::shared_ptr<const SectionText> section = {};  ///< Fields inside, or nullptr.
    // NOLINTEND(readability-redundant-member-init)
};

struct SectionText {
    std::string title;
    std::string text;
    std::vector<FieldText> fields;
    std::string chooser;  ///< The field whose value says which others apply; empty: none.
    std::vector<std::string> kinds;  ///< What the chooser may be.
};

/// Whether the field is one of a section whose chooser has that value; every field is one when the
/// value is empty.
bool applies(const FieldText& field, const std::string& kind);

/// Names a map of this section may hold, `<name>_file` included. With `kind`, where its chooser has
/// that value.
std::vector<std::string> known_names(const SectionText& section, const std::string& kind = {});

/// A Markdown chapter for each section, outer ones first, each once.
std::string markdown(const std::vector<std::shared_ptr<const SectionText>>& roots);

/// A commented document: required and `shown` fields with their examples, all others commented out
/// with their defaults.
std::string example(const SectionText& root);

}  // namespace faultline::config
