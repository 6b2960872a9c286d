// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/describe.hpp>

#include <app/config_fields.hpp>
#include <app/daemon_config.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

std::string config_reference() {
    std::vector<std::shared_ptr<const config::SectionText>> sections{
        written::daemon_section().text(),
        written::deployments_section().text(),
        written::label_file_section().text(),
        written::rule_file_section().text()
    };
    for (auto& section : written::rule_kind_sections()) {
        sections.push_back(std::move(section));
    }
    return R"(# Configuration

This page is printed by `faultline config describe`; do not edit it by hand.

The daemon reads one YAML file: `faultline run faultline.yaml`. `faultline check faultline.yaml` reads it without
starting anything, and `faultline config example` prints one to begin with
([config/faultline.yaml](../config/faultline.yaml)).

- **Everything wrong is reported at once**, each as `file:line:column field: got what, expected what`. A field that is not
  known is refused, so a typing slip is never a silent default.
- **Units are written out**: `250ms`, `4s`, `15m`, `2h`, `7d`. Figures such as `1.05` are read exactly.
- **`${NAME}`** in a value becomes the environment variable NAME; one that is not set is an error. `$${` is a plain `${`.
- **Secrets** are never shown in messages, logs or metrics. Instead of `url: ...` write `url_file: path`: the file's content,
  without the line break at its end, is the value. Anchors, aliases and tags of YAML are refused.
- **Paths** are seen from the folder of the file they are written in.
)" + config::markdown(sections);
}

std::string config_example() {
    return R"(# Faultline: what to follow, what to alert on, whom to tell.
# Check it with `faultline check FILE`; every field is explained in docs/config.md.
# Lines that begin with `# name:` show defaults.

)" + config::example(*written::daemon_section().text());
}

}  // namespace faultline::app
