// SPDX-License-Identifier: Apache-2.0
#include "reproduction/forecasts.hpp"

#include "reproduction/csv.hpp"
#include "reproduction/report.hpp"
#include "reproduction/sector_weeks.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace reproduction {

namespace {

constexpr double kLevel = 0.9;
constexpr std::size_t kForecastWindow = 52;
constexpr double kExact = 1e-12;

struct Losses {
    std::vector<double> pinball;
    std::size_t exceedances = 0;
};

/// In week t the forecast for t + 1 is the quantile of the `window` weeks up to t.
void forecast(
    const SectorWeeks& all,
    std::size_t sector,
    std::size_t window,
    std::size_t first,
    std::size_t weeks,
    Losses& losses
) {
    std::vector<double> contraction;
    for (const auto& week : all.weeks) {
        contraction.push_back(
            week.contraction(sector).value_or(std::numeric_limits<double>::quiet_NaN())
        );
    }
    for (std::size_t at = first; at < first + weeks; ++at) {
        const auto end = contraction.begin() + static_cast<std::ptrdiff_t>(at) + 1;
        const double expected = quantile({end - static_cast<std::ptrdiff_t>(window), end}, kLevel);
        const double above = contraction.at(at + 1) - expected;
        losses.pinball.push_back(std::max(kLevel * above, (kLevel - 1) * above));
        losses.exceedances += above > 0 ? 1U : 0U;
    }
}

Losses forecast_all(
    const SectorWeeks& all,
    const Csv& sectors,
    std::size_t window,
    const std::string& first_week,
    std::size_t weeks
) {
    const std::size_t first = all.week(first_week);
    if (first + 1 < window || first + weeks >= all.weeks.size()) {
        throw Unusable("the sector matrix has too few weeks around " + first_week);
    }
    Losses out;
    for (std::size_t row = 0; row < sectors.rows(); ++row) {
        forecast(all, all.sector(sectors.text(row, "category")), window, first, weeks, out);
    }
    return out;
}

}  // namespace

void check_forecasts(const SectorWeeks& all, const std::string& folder, Report& report) {
    const Csv sectors(folder + "/sector/contraction_descriptive_statistics.csv");
    report.group("A6 rolling 90 % quantile of 52 weeks, 33 test weeks");
    const Csv models(folder + "/sector/final_model_overall_comparison.csv");
    const std::size_t model = models.find("model", "Historical quantile");
    const Losses test = forecast_all(all, sectors, kForecastWindow, "2024-12-30", 33);
    const double count = static_cast<double>(test.pinball.size());
    report.figure("observations", models.number(model, "test_observations"), count, 0);
    const double average = mean(test.pinball);
    report.figure("mean pinball loss", models.number(model, "mean_pinball_loss"), average, kExact);
    report.figure(
        "median pinball loss",
        models.number(model, "median_pinball_loss"),
        quantile(test.pinball, 0.5),
        kExact
    );
    report.figure(
        "exceedances",
        models.number(model, "exceedance_count"),
        static_cast<double>(test.exceedances),
        0
    );

    report.group("A6 choice of the window, 53 validation weeks");
    const Csv choice(folder + "/sector/validation_model_selection.csv");
    for (std::size_t row = 0; row < choice.rows(); ++row) {
        if (choice.text(row, "model") != "Historical quantile") {
            continue;
        }
        const auto window = static_cast<std::size_t>(choice.number(row, "hyperparameter_value"));
        const Losses losses = forecast_all(all, sectors, window, "2023-12-25", 53);
        const std::string name = "m=" + std::to_string(window);
        const double expected = choice.number(row, "mean_pinball_loss");
        report.figure(name + " mean pinball loss", expected, mean(losses.pinball), kExact);
        const double rate =
            static_cast<double>(losses.exceedances) / static_cast<double>(losses.pinball.size());
        report.figure(
            name + " exceedance rate", choice.number(row, "exceedance_rate"), rate, kExact
        );
    }
}

}  // namespace reproduction
