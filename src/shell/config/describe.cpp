// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/describe.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::config {
namespace {

using SectionPtr = std::shared_ptr<const SectionText>;

constexpr std::size_t kLineLength = 100;

/// GitHub's anchor of a heading: lower case, blanks to dashes, punctuation dropped.
std::string anchor(std::string_view title) {
    std::string out;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
            out += static_cast<char>(std::tolower(byte));
        } else if (c == ' ') {
            out += '-';
        }
    }
    return out;
}

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

/// All sections reachable from the roots, each once, in the order a reader meets them.
void collect(const SectionPtr& section, std::vector<SectionPtr>& out) {
    if (std::ranges::find(out, section->title, &SectionText::title) != out.end()) {
        return;
    }
    out.push_back(section);
    for (const FieldText& field : section->fields) {
        if (field.section) {
            collect(field.section, out);
        }
    }
}

std::string type_cell(const FieldText& field) {
    if (!field.section) {
        return cell(field.type);
    }
    const std::string link =
        "[" + field.section->title + "](#" + anchor(field.section->title) + ")";
    return field.list ? "list of " + link : link;
}

std::string default_cell(const FieldText& field) {
    if (field.required) {
        return "**required**";
    }
    if (field.default_text.empty()) {
        return "none";
    }
    // A computed default is a phrase; a constant one is what could be written there.
    const bool phrase = field.default_text.find(' ') != std::string::npos;
    return phrase ? cell(field.default_text) : "`" + cell(field.default_text) + "`";
}

/// "*discord, slack:* "
std::string kinds_text(const FieldText& field) {
    std::string out = "*";
    for (const std::string& kind : field.kinds) {
        out += (out.size() == 1 ? "" : ", ") + kind;
    }
    return out + ":* ";
}

/// The kind that the example shows.
std::string example_kind(const SectionText& section) {
    const auto chooser = std::ranges::find(section.fields, section.chooser, &FieldText::name);
    return chooser == section.fields.end() ? std::string() : chooser->example;
}

void describe(const SectionText& section, std::string& out) {
    out += "\n## " + section.title + "\n\n" + section.text + "\n\n";
    out += "| field | type | default | meaning |\n| --- | --- | --- | --- |\n";
    for (const FieldText& field : section.fields) {
        std::string text = field.kinds.empty() ? field.text : kinds_text(field) + field.text;
        if (field.secret) {
            text += " Secret: never shown";
            text +=
                field.from_file ? "; `" + field.name + "_file` takes it from a file instead." : ".";
        }
        out += "| `" + field.name + "` | " + type_cell(field) + " | " + default_cell(field) +
               " | " + cell(text) + " |\n";
    }
}

/// The text as comment lines of at most kLineLength.
void comment(std::string_view text, const std::string& indent, std::string& out) {
    std::string line;
    const auto flush = [&] {
        out += indent + "#" + line + "\n";
        line.clear();
    };
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        if (!line.empty() && indent.size() + line.size() + word.size() + 2 > kLineLength) {
            flush();
        }
        line += " " + std::string(word);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    flush();
}

void write_fields(
    const SectionText& section, const std::string& indent, bool in_list, std::string& out
);

void write_field(const FieldText& field, const std::string& indent, std::string& out) {
    comment(field.text, indent, out);
    const bool active = field.required || field.shown;
    if (active && field.section && field.example.empty()) {
        out += indent + field.name + ":\n";
        write_fields(*field.section, indent + (field.list ? "    " : "  "), field.list, out);
        return;
    }
    const std::string& value = field.example.empty() ? field.default_text : field.example;
    const bool phrase = field.example.empty() && value.find(' ') != std::string::npos;
    std::string line = field.name + ":" + (value.empty() || phrase ? "" : " " + value);
    if (phrase) {
        line += "  # default: " + value;
    }
    out += indent + (active ? "" : "# ") + line + "\n";
}

/// Fields one below the other; as a list entry the first line carries the dash.
void write_fields(
    const SectionText& section, const std::string& indent, bool in_list, std::string& out
) {
    bool dash = in_list;
    const std::string kind = example_kind(section);
    for (const FieldText& field : section.fields) {
        if (!applies(field, kind)) {
            continue;
        }
        const std::size_t begin = out.size();
        write_field(field, indent, out);
        if (!dash) {
            continue;
        }
        // The dash belongs to the first line that is not a comment.
        const std::string wanted = "\n" + indent + field.name + ":";
        const std::size_t at = out.find(wanted, begin == 0 ? 0 : begin - 1);
        if (at != std::string::npos) {
            out[at + indent.size() - 1] = '-';
            dash = false;
        }
    }
}

}  // namespace

bool applies(const FieldText& field, const std::string& kind) {
    return kind.empty() || field.kinds.empty() ||
           std::ranges::find(field.kinds, kind) != field.kinds.end();
}

std::vector<std::string> known_names(const SectionText& section, const std::string& kind) {
    std::vector<std::string> out;
    for (const FieldText& field : section.fields) {
        if (!applies(field, kind)) {
            continue;
        }
        out.push_back(field.name);
        if (field.from_file) {
            out.push_back(field.name + "_file");
        }
    }
    return out;
}

std::string markdown(const std::vector<SectionPtr>& roots) {
    std::vector<SectionPtr> sections;
    for (const SectionPtr& root : roots) {
        collect(root, sections);
    }
    std::string out;
    for (const SectionPtr& section : sections) {
        describe(*section, out);
    }
    return out;
}

std::string example(const SectionText& root) {
    std::string out;
    const std::string kind = example_kind(root);
    for (const FieldText& field : root.fields) {
        if (!applies(field, kind)) {
            continue;
        }
        if (!out.empty()) {
            out += "\n";
        }
        write_field(field, "", out);
    }
    return out;
}

}  // namespace faultline::config
