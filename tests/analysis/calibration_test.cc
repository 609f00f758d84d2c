/* The calibration of bench/calibration, in small: seeded, with bounds that 40 repetitions
 * keep. It finds what is grossly wrong; docs/calibration.md has the whole. */
#include "bench/calibrate.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bench/made_study.h"

namespace
{

const size_t kRepetitions = 40;

/* Every check of a part whose samples are small enough to repeat here. */
void ExpectKept(const fan_check *checks, size_t n, size_t most_values)
{
    for (size_t i = 0, group; i < n; i += group) {
        group = fan_calibrate_group(checks + i, n - i);
        if (checks[i].n > most_values) continue;
        fan_kept kept[FAN_TRIAL_BITS];
        fan_calibrate(checks + i, group, kRepetitions, 1, kept);
        for (size_t c = 0; c < group; c++) {
            const double slack =
                4 * std::sqrt(.05 * .95 / static_cast<double>(kRepetitions));
            EXPECT_EQ(kept[c].trials, kRepetitions);
            EXPECT_GE(kept[c].share, kept[c].check->least - slack)
                << kept[c].check->name << ", n " << kept[c].check->n;
            EXPECT_LE(kept[c].share, kept[c].check->most + slack)
                << kept[c].check->name << ", n " << kept[c].check->n;
        }
    }
}

} // namespace

TEST(CalibrationIntervals, HoldTheTruth)
{
    ExpectKept(fan_checks_intervals, fan_checks_intervals_n, 30);
}

TEST(CalibrationTests, SeldomSeeWhatIsNotThere)
{
    ExpectKept(fan_checks_tests, fan_checks_tests_n, 50);
}

TEST(CalibrationCourse, AShortSteadyRunLooksSteady)
{
    ExpectKept(fan_checks_course, fan_checks_course_n, 100);
}

TEST(CalibrationGroup, IsChecksThatShareTheirTrials)
{
    size_t groups = 0;
    for (size_t i = 0; i < fan_checks_studies_n; groups++)
        i += fan_calibrate_group(fan_checks_studies + i, fan_checks_studies_n - i);
    EXPECT_EQ(groups, 1u);
    EXPECT_EQ(fan_calibrate_group(fan_checks_tests, fan_checks_tests_n), 1u);
}

TEST(NoiseModel, HasTheMeanAndTheQuantilesThatItSays)
{
    for (const fan_noise *noise :
         { &fan_noise_quiet, &fan_noise_cloud, &fan_noise_heavy }) {
        fan_noise_stream stream;
        fan_noise_start(&stream, 5, 0);
        const int n = 50000;
        double sum = 0;
        int below[3] = {};
        const double p[3] = { .1, .5, .95 };
        for (int i = 0; i < n; i++) {
            const double x = fan_noise_next(&stream, noise);
            sum += x;
            for (int k = 0; k < 3; k++)
                below[k] += x < fan_noise_quantile(noise, p[k]);
        }
        EXPECT_NEAR(sum / n / fan_noise_mean(noise), 1, .02) << noise->name;
        for (int k = 0; k < 3; k++)
            EXPECT_NEAR(static_cast<double>(below[k]) / n, p[k], .01) << noise->name;
    }
}

TEST(MadeStudy, IsReproducibleAndMakesEveryCallOnce)
{
    fan_made_plan plan = fan_made_defaults();
    plan.limit = FAN_MADE_CONCURRENCY;
    plan.limit_at = 3;
    plan.retry = true;
    fan_made_study a, b;
    fan_made_init(&a, &plan);
    fan_made_init(&b, &plan);
    ASSERT_EQ(a.study.record_count, b.study.record_count);
    std::set<uint64_t> calls;
    size_t refused = 0;
    for (size_t i = 0; i < a.study.record_count; i++) {
        EXPECT_EQ(a.records[i].sent_ns, b.records[i].sent_ns);
        calls.insert(a.records[i].call);
        refused += a.records[i].outcome == FAN_OUTCOME_THROTTLE;
    }
    EXPECT_EQ(calls.size(), 400u);
    EXPECT_EQ(a.study.calls_planned, 400u);
    EXPECT_GT(refused, 0u);
    fan_made_clear(&a);
    fan_made_clear(&b);
}
