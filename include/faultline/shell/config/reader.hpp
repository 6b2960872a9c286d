// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::config {

struct SectionText;

/// The candidate a mistyped word most likely means, or nullopt when none is close.
std::optional<std::string> nearest(
    std::string_view word, const std::vector<std::string>& candidates
);

/// "; did you mean "url"?" or "".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

/// Text as it may stand in a message: in quotes, on one line, cut when it is long.
std::string quoted(std::string_view text);

/// The walk through one document: knows the path it is at, where each value stood and which values
/// were refused. Every error about a value goes through it, so that none can show a secret.
class Reader {
  public:
    /// The surroundings and problems outlive it.
    Reader(const Surroundings& surroundings, Problems& problems, std::string file);

    /// How values are read and reported below a Scope.
    struct Mode {
        std::string default_text;  ///< Shown as "(default 12)"; empty for none.
        bool secret = false;       ///< Values are never shown.
        bool literal = false;      ///< ${...} is left alone: the text came from a file of its own.
    };

    /// Enters `step` (".name" or "[2]") while it lives. Secrecy is inherited.
    class Scope {
      public:
        Scope(Reader& reader, const std::string& step, const Place& place, Mode mode);
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope();

      private:
        Reader& reader_;
        std::string outer_path_;
        Mode outer_mode_;
    };

    /// The text of a scalar with ${NAME} expanded and $${ turned into ${. Reports a list, a map,
    /// nothing, or a variable that is not set, and returns nullopt.
    std::optional<std::string> text(const Node& node, std::string_view expected);

    /// Reports `got "x" (why), expected <expected> (default ...)`.
    void refuse(const Node& node, std::string_view expected, std::string_view why = {});

    /// True for a map; otherwise refuses.
    bool is_map(const Node& node, std::string_view expected);
    bool is_list(const Node& node, std::string_view expected);

    /// What the section's chooser holds in `map`: empty when the section has none, or it is not one
    /// of the kinds that fields name.
    std::string kind_of(const Node& map, const SectionText& section);

    /// Reports each key of `map` that is no field of the section, or of another kind, with the
    /// nearest one that is. Returns those nearest ones: they are probably there, only misspelt.
    std::vector<std::string> refuse_unknown(
        const Node& map, const SectionText& section, const std::string& kind
    );

    /// Where the value of a field comes from.
    struct Value {
        enum class From : std::uint8_t {
            kAbsent,
            kDocument,
            kFile,
            kBroken,  ///< Reported already.
        };

        From from = From::kAbsent;
        Node node;
    };

    /// The value of field `name` of `map`. With `from_file` also looks at `<name>_file` and takes
    /// the content of the file it names, without one line break at its end.
    Value value_of(const Node& map, const std::string& name, bool from_file);

    /// Reports a required field that is not there.
    void missing(const Node& map, const std::string& name, std::string_view expected);

    /// Where the value at `path` stood, or the closest value around it.
    [[nodiscard]] Place place(std::string_view path) const;

    /// Whether nothing was reported at `path` or below it.
    [[nodiscard]] bool sound(std::string_view path) const;

    /// For rules between fields, after reading.
    void error(std::string_view path, std::string text);
    void warning(std::string_view path, std::string text);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    [[nodiscard]] const Surroundings& surroundings() const noexcept { return surroundings_; }

    [[nodiscard]] Problems& problems() noexcept { return problems_; }

  private:
    [[nodiscard]] std::string child(const std::string& name) const;
    void report(const Place& place, const std::string& path, std::string text);
    std::optional<std::string> expand(const Node& node);
    std::optional<std::string> variable(const Node& node, const std::string& name);
    Value read_secret_file(const Node& file_node, const std::string& name);

    const Surroundings& surroundings_;
    Problems& problems_;
    std::string file_;
    std::string path_;
    Mode mode_;
    std::map<std::string, Place, std::less<>> places_;
    std::set<std::string, std::less<>> faulty_;
};

}  // namespace faultline::config
