// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/json_document.hpp>
#include <app/openzeppelin_import.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the parts of an import share.
namespace faultline::app {

/// A value in a file, so that it can be named.
struct JsonSpot {
    std::string file;
    std::string pointer;
    const Json* value = nullptr;

    /// Its member, which may not be there: then `value` is null.
    [[nodiscard]] JsonSpot at(std::string_view key) const;
    [[nodiscard]] JsonSpot at(std::size_t index) const;
};

/// Collects what an import makes.
class ImportBook {
  public:
    void note(const JsonSpot& spot, std::string text);

    /// Notes each member that is not in `known`.
    void note_others(
        const JsonSpot& object, const std::set<std::string_view>& known, const std::string& text
    );

    /// A field of the configuration that holds a secret: "url_file: secrets/x" or
    /// "url: \"${X}\"". nullopt, and noted, when it cannot be read.
    std::optional<std::string> secret_field(
        const JsonSpot& secret, const std::string& field, const std::string& name
    );

    /// "${X}" for a secret that is not written plainly. nullopt, and noted, as above.
    std::optional<std::string> reference(const JsonSpot& secret, const std::string& name);

    /// Text of a secret that is written plainly; nullopt otherwise.
    static std::optional<std::string> plain(const JsonSpot& secret);

    /// A field for a text that was made of secrets.
    std::string file_field(const std::string& field, const std::string& name, std::string content);
    /// A variable that the environment has to have: the name in capitals, without what variables
    /// cannot have.
    std::string variable(std::string_view name);

    /// A name that configurations may have and no other one has: identifier() of config/types.hpp.
    static std::string unique_name(std::string_view wanted, std::set<std::string>& taken);

    void carried(const std::string& what) { ++out.carried[what]; }

    Imported out;

  private:
    void keep(const std::string& variable);

    std::set<std::string> variables_;
};

/// In double quotes, for YAML: one line, of which nothing is taken for a variable.
std::string yaml_text(std::string_view text);

/// Entries of `chains`: the text, and notes for what is left. `names` maps their slugs to ours.
std::string import_network(
    const JsonSpot& network,
    const std::map<std::string, std::string>& deployments,
    std::map<std::string, std::string>& names,
    ImportBook& book
);

/// An entry of `receivers`; empty when it could not be carried over.
std::string import_trigger(
    const JsonSpot& trigger, const std::string& id, std::set<std::string>& taken, ImportBook& book
);

/// Entries of `rules`.
std::string import_monitor(const JsonSpot& monitor, std::set<std::string>& taken, ImportBook& book);

}  // namespace faultline::app
