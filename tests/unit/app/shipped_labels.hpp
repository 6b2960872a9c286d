// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/labels.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/label_files.hpp>
#include <optional>
#include <stdexcept>
#include <string>

namespace faultline::test {

/// Labels and symbols of config/labels. Throws the first thing that is wrong with them.
inline app::ReadLabels shipped_label_files() {
    const config::Surroundings surroundings = config::process_surroundings();
    config::Problems problems;
    config::Reader reader(
        surroundings, problems, std::string(FAULTLINE_SOURCE_DIR) + "/config/faultline.yaml"
    );
    app::ReadLabels labels = app::read_labels(reader, std::nullopt);
    if (problems.errors() != 0) {
        throw std::runtime_error(problems.take().front().message());
    }
    return labels;
}

/// The labels of config/labels, likewise.
inline graph::Labels shipped_label_set() {
    return shipped_label_files().labels;
}

}  // namespace faultline::test
