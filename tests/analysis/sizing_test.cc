/* The search for a memory size, on functions whose best size is known. */
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/sizing.h"
#include "common/random.h"

namespace
{

using Curve = std::function<double(double)>; /* MB to milliseconds */
using Sizes = std::vector<uint32_t>;

constexpr double kRequest = 2e-7, kGbSecond = 1.667e-5;

Sizes Grid(uint32_t from = 128, uint32_t to = 3008, uint32_t step = 64)
{
    Sizes sizes;
    for (uint32_t mb = from; mb <= to; mb += step)
        sizes.push_back(mb);
    return sizes;
}

/* The test function of the method's authors. */
double Notebook(double mb)
{
    return 1000 * (2.6734786 + 21.8887259 * std::pow(1 - .0054940293, mb - 128));
}

double Cost(const Curve &curve, double mb)
{
    return kRequest + mb / 1024 * curve(mb) / 1000 * kGbSecond;
}

fan_sizing_settings Settings(const Sizes &sizes,
                             fan_sizing_objective objective = FAN_SIZING_COST)
{
    fan_sizing_settings s = {};
    s.objective = objective;
    s.memory_mb = sizes.data();
    s.size_count = sizes.size();
    s.samples_max = 8;
    s.stop = .01;
    s.request_usd = kRequest;
    s.gb_second_usd = kGbSecond;
    return s;
}

/* A standard normal number, by Box and Muller. */
double Normal(fan_random *random)
{
    const double u = 1 - fan_random_unit(random), v = fan_random_unit(random);
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979 * v);
}

/* `calls` warm calls whose times scatter by about the share `noise`. */
fan_sizing_sample Measure(const Curve &curve, uint32_t mb, double noise, uint32_t calls,
                          fan_random *random)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < calls; i++) {
        const double deviation = noise * Normal(random);
        sum += deviation;
        squares += deviation * deviation;
    }
    const double mean = sum / calls;
    const double variance = std::fmax(0, squares - calls * mean * mean) / (calls - 1);
    return { mb, calls, std::log(curve(mb)) + mean, std::sqrt(variance / calls) };
}

struct Search {
    std::vector<fan_sizing_sample> samples;
    fan_sizing_step end;
};

Search Seek(const fan_sizing_settings &settings, const Curve &curve, double noise = 0,
           uint64_t seed = 1)
{
    Search search;
    fan_random random;
    fan_random_init(&random, seed, 7);
    for (;;) {
        search.end =
            fan_sizing_next(&settings, search.samples.data(), search.samples.size());
        if (search.end.stop || search.samples.size() > 100) return search;
        search.samples.push_back(
            Measure(curve, search.end.memory_mb, noise, 10, &random));
    }
}

double LeastCost(const Sizes &sizes, const Curve &curve)
{
    double least = INFINITY;
    for (uint32_t mb : sizes)
        least = std::fmin(least, Cost(curve, mb));
    return least;
}

TEST(SizingLaw, WeightedLeastSquaresOfThePublishedSweep)
{
    /* Free parameters are a = 1598.1559017, b = -.0804920581: b becomes 0. */
    const double mb[] = { 128, 256, 1024 }, s[] = { 11.722965, 6.678945, 1.465984 };
    const fan_sizing_law law = fan_sizing_law_fit(mb, s, 3);
    EXPECT_NEAR(1598.1559017, law.a, 1e-7);
    EXPECT_EQ(0, law.b);
    EXPECT_NEAR(3.0409, law.a / 512 - .0804920581, 5e-5);
}

TEST(SizingLaw, FindsItsOwnParameters)
{
    std::vector<double> mb, ms;
    for (double m : { 128., 512., 1024., 3008. }) {
        mb.push_back(m);
        ms.push_back(1500e3 / m + 200);
    }
    const fan_sizing_law law = fan_sizing_law_fit(mb.data(), ms.data(), mb.size());
    EXPECT_NEAR(1500e3, law.a, 1e-3);
    EXPECT_NEAR(200, law.b, 1e-6);
}

TEST(SizingLaw, TimeThatGrowsWithMemoryIsTakenAsConstant)
{
    const double mb[] = { 128, 256, 512 }, ms[] = { 10, 12, 15 };
    const fan_sizing_law law = fan_sizing_law_fit(mb, ms, 3);
    EXPECT_EQ(0, law.a);
    EXPECT_GT(law.b, 10);
    EXPECT_LT(law.b, 15);
}

TEST(SizingLaw, OneMemorySizeIsEnough)
{
    const double mb[] = { 256, 256 }, ms[] = { 10, 10 };
    const fan_sizing_law law = fan_sizing_law_fit(mb, ms, 2);
    EXPECT_NEAR(10, law.a / 256 + law.b, 1e-9);
}

TEST(Sizing, NotebookFunctionIsTheOneOfTheReference)
{
    const Sizes grid = Grid();
    ASSERT_EQ(46u, grid.size());
    EXPECT_NEAR(24562.2045, Notebook(128), 1e-4);
    EXPECT_NEAR(2830.676325, Notebook(1024), 1e-3);
    EXPECT_NEAR(2673.481415, Notebook(3008), 1e-3);
    EXPECT_NEAR(4.134212735e-5, Cost(Notebook, 704), 1e-14);
    EXPECT_DOUBLE_EQ(Cost(Notebook, 704), LeastCost(grid, Notebook));
}

TEST(Sizing, BeginsWithSizesSpreadEvenly)
{
    const Sizes grid = Grid();
    const Search search = Seek(Settings(grid), Notebook);
    Sizes first;
    for (int i = 0; i < 4; i++)
        first.push_back(search.samples[(size_t)i].memory_mb);
    EXPECT_EQ((Sizes{ 128, 1088, 2048, 3008 }), first);
}

TEST(Sizing, NotebookFunctionWithoutNoise)
{
    const Sizes grid = Grid();
    const Search search = Seek(Settings(grid), Notebook);
    EXPECT_EQ(704u, search.end.memory_mb);
    EXPECT_EQ(FAN_SIZING_SETTLED, search.end.reason);
    EXPECT_LE(search.samples.size(), 8u);
    EXPECT_TRUE(search.end.within_limits);
}

TEST(Sizing, NotebookFunctionWithNoiseOfCallsWithinTwoPercentInEightSamples)
{
    const Sizes grid = Grid();
    const double best = LeastCost(grid, Notebook);
    for (double noise : { .005, .01, .02, .03 })
        for (uint64_t seed = 1; seed <= 250; seed++) {
            const Search search = Seek(Settings(grid), Notebook, noise, seed);
            EXPECT_LE(search.samples.size(), 8u);
            EXPECT_LE(Cost(Notebook, search.end.memory_mb), 1.02 * best)
                << search.end.memory_mb << " MB, noise " << noise << ", seed " << seed;
        }
}

TEST(Sizing, MuchNoiseCostsLittle)
{
    const Sizes grid = Grid();
    const double best = LeastCost(grid, Notebook);
    int missed = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        const Search search = Seek(Settings(grid), Notebook, .1, seed);
        missed += Cost(Notebook, search.end.memory_mb) > 1.02 * best;
        EXPECT_LE(Cost(Notebook, search.end.memory_mb), 1.1 * best) << seed;
    }
    EXPECT_LE(missed, 10); /* of 200: 95 % come within 2 % of the optimum */
}

TEST(Sizing, OtherFunctionsToo)
{
    const Sizes grid = Grid();
    const std::vector<Curve> curves = {
        [](double mb) { return 1.5e6 / std::fmin(mb, 1769); },
        [](double mb) { return 1.5e6 / std::fmin(mb, 1769) + 50; },
        [](double mb) { return 1.5e6 / mb + 300; },
        [](double mb) { return 1000 + 14000 * std::exp(-(mb - 128) / 500); },
        [](double mb) { return 2000 + 40000 * std::exp(-(mb - 128) * .01); },
        [](double) { return 250.; },
        [](double mb) { return mb; },
    };
    for (size_t i = 0; i < curves.size(); i++)
        for (uint64_t seed = 1; seed <= 40; seed++) {
            const Search search = Seek(Settings(grid), curves[i], .02, seed);
            EXPECT_LE(Cost(curves[i], search.end.memory_mb),
                      1.02 * LeastCost(grid, curves[i]))
                << "curve " << i << ", seed " << seed << ": " << search.end.memory_mb;
            EXPECT_LE(search.samples.size(), 8u);
        }
}

TEST(Sizing, FunctionOfThePaperHasItsOptimumAt576)
{
    /* T = T at most memory + T at least memory x e^(-lambda (m - 128)), the corrected
     * form of the paper's equation 5; its own optimum is 576 MB. */
    const Curve curve = [](double mb) { return 2000 + 40000 * std::exp(-(mb - 128) * .01); };
    const Sizes grid = Grid();
    const Search search = Seek(Settings(grid), curve);
    EXPECT_LE(Cost(curve, search.end.memory_mb), 1.02 * Cost(curve, 576));
}

TEST(Sizing, LeastTimeAndBalanceHaveOtherOptima)
{
    const Sizes grid = Grid();
    const Search fast = Seek(Settings(grid, FAN_SIZING_TIME), Notebook);
    EXPECT_LE(Notebook(fast.end.memory_mb), 1.02 * Notebook(3008));
    const Search balanced = Seek(Settings(grid, FAN_SIZING_BALANCED), Notebook);
    double best = INFINITY;
    const auto value = [](double mb) {
        return .5 * Cost(Notebook, mb) / Cost(Notebook, 3008) +
               .5 * Notebook(mb) / Notebook(128);
    };
    for (uint32_t mb : grid)
        best = std::fmin(best, value(mb));
    EXPECT_LE(value(balanced.end.memory_mb), 1.03 * best);
}

TEST(Sizing, TimeLimitIsKept)
{
    const Sizes grid = Grid();
    fan_sizing_settings settings = Settings(grid);
    settings.time_limit_ms = 2700; /* kept from 1344 MB; the cheapest would be 704 */
    const Search search = Seek(settings, Notebook);
    EXPECT_TRUE(search.end.within_limits);
    EXPECT_LE(Notebook(search.end.memory_mb), 2700 * 1.001);
    EXPECT_LE(Cost(Notebook, search.end.memory_mb), 1.08 * Cost(Notebook, 1344));
}

TEST(Sizing, CostLimitIsKept)
{
    const Sizes grid = Grid();
    fan_sizing_settings settings = Settings(grid, FAN_SIZING_TIME);
    settings.cost_limit_usd = 5e-5; /* kept from 192 to 1088 MB */
    const Search search = Seek(settings, Notebook);
    EXPECT_TRUE(search.end.within_limits);
    EXPECT_LE(Cost(Notebook, search.end.memory_mb), 5e-5 * 1.001);
    EXPECT_LE(Notebook(search.end.memory_mb), 1.02 * Notebook(1088));
}

TEST(Sizing, LimitsThatNothingKeepsEndTheSearchAndSaySo)
{
    const Sizes grid = Grid();
    fan_sizing_settings settings = Settings(grid);
    settings.time_limit_ms = 100;
    const Search search = Seek(settings, Notebook);
    EXPECT_FALSE(search.end.within_limits);
    EXPECT_GE(search.end.memory_mb, 1088u); /* where time hardly falls any more */
    EXPECT_LE(search.samples.size(), 5u);
}

TEST(Sizing, FewSizesAreAllMeasured)
{
    const Sizes four = { 128, 256, 512, 1024 };
    const Search search = Seek(Settings(four), Notebook, .001);
    ASSERT_GE(search.samples.size(), 4u);
    for (size_t i = 0; i < 4; i++)
        EXPECT_EQ(four[i], search.samples[i].memory_mb);
    EXPECT_EQ(512u, search.end.memory_mb);
    const Sizes one = { 512 };
    EXPECT_EQ(512u, Seek(Settings(one), Notebook, .001).end.memory_mb);
}

TEST(Sizing, NoSizeIsMeasuredMoreThanThreeTimes)
{
    const Sizes two = { 512, 576 };
    fan_sizing_settings settings = Settings(two);
    settings.samples_max = 64;
    settings.stop = 1e-9;
    const Search search = Seek(settings, Notebook, .3);
    EXPECT_EQ(FAN_SIZING_EXHAUSTED, search.end.reason);
    EXPECT_EQ(6u, search.samples.size());
}

TEST(Sizing, FailedSizesAreLeftOut)
{
    const Sizes grid = Grid();
    const fan_sizing_settings settings = Settings(grid);
    Search search;
    for (;;) {
        search.end =
            fan_sizing_next(&settings, search.samples.data(), search.samples.size());
        if (search.end.stop) break;
        const uint32_t mb = search.end.memory_mb;
        ASSERT_LT(search.samples.size(), 8u);
        if (mb < 800) /* dies of memory */
            search.samples.push_back({ mb, 0, NAN, NAN });
        else
            search.samples.push_back({ mb, 10, std::log(Notebook(mb)), .001 });
    }
    EXPECT_GE(search.end.memory_mb, 800u);
    EXPECT_LE(search.end.memory_mb, 1088u);
}

TEST(Sizing, WhenAllFailThereIsNoChoice)
{
    const Sizes grid = Grid();
    const fan_sizing_settings settings = Settings(grid);
    std::vector<fan_sizing_sample> samples;
    fan_sizing_step step;
    while (!(step = fan_sizing_next(&settings, samples.data(), samples.size())).stop)
        samples.push_back({ step.memory_mb, 0, NAN, NAN });
    EXPECT_EQ(4u, samples.size());
    EXPECT_EQ(0u, step.memory_mb);
    EXPECT_FALSE(step.within_limits);
}

TEST(Sizing, FewerSamplesThanStartsAreRespected)
{
    const Sizes grid = Grid();
    fan_sizing_settings settings = Settings(grid);
    settings.samples_max = 2;
    const Search search = Seek(settings, Notebook);
    EXPECT_EQ(2u, search.samples.size());
    EXPECT_EQ(FAN_SIZING_SPENT, search.end.reason);
    EXPECT_NE(0u, search.end.memory_mb);
}

TEST(Sizing, SingleCallsAreEnough)
{
    const Sizes grid = Grid();
    const fan_sizing_settings settings = Settings(grid);
    std::vector<fan_sizing_sample> samples;
    fan_sizing_step step;
    while (!(step = fan_sizing_next(&settings, samples.data(), samples.size())).stop)
        samples.push_back({ step.memory_mb, 1, std::log(Notebook(step.memory_mb)), NAN });
    EXPECT_LE(Cost(Notebook, step.memory_mb), 1.1 * LeastCost(grid, Notebook));
}

TEST(Sizing, EqualSamplesGiveEqualAnswers)
{
    const Sizes grid = Grid();
    const Search a = Seek(Settings(grid), Notebook, .05, 3);
    const Search b = Seek(Settings(grid), Notebook, .05, 3);
    EXPECT_EQ(a.end.memory_mb, b.end.memory_mb);
    EXPECT_EQ(a.end.improvement, b.end.improvement);
    EXPECT_EQ(a.samples.size(), b.samples.size());
}

TEST(SizingModel, PassesThroughWhatWasMeasuredAndDoubtsTheRest)
{
    const Sizes grid = Grid();
    const fan_sizing_settings settings = Settings(grid);
    const Search search = Seek(settings, Notebook, .01);
    fan_sizing_model *model = nullptr;
    ASSERT_EQ(FAN_OK, fan_sizing_model_new(&model, &settings, search.samples.data(),
                                           search.samples.size(), nullptr));
    double most = 0;
    for (const auto &sample : search.samples) {
        const fan_sizing_view view = fan_sizing_model_at(model, sample.memory_mb);
        EXPECT_NEAR(sample.mean_ln_ms, view.ln_ms, .03);
        EXPECT_NEAR(Cost(Notebook, sample.memory_mb), view.usd, .03 * view.usd);
        most = std::fmax(most, view.ln_sd);
    }
    EXPECT_GT(fan_sizing_model_at(model, 1536).ln_sd, most);
    bool within = false;
    EXPECT_EQ(search.end.memory_mb, fan_sizing_model_choice(model, &within));
    EXPECT_TRUE(within);
    fan_sizing_model_free(model);
}

TEST(SizingModel, NeedsATime)
{
    const Sizes grid = Grid();
    const fan_sizing_settings settings = Settings(grid);
    const fan_sizing_sample failed = { 128, 0, NAN, NAN };
    fan_sizing_model *model = nullptr;
    fan_err err = { FAN_OK, "" };
    EXPECT_EQ(FAN_ENOTFOUND, fan_sizing_model_new(&model, &settings, &failed, 1, &err));
    EXPECT_STREQ("no sample has a time", err.text);
    fan_sizing_model_free(nullptr);
}

TEST(SizingReason, HasWords)
{
    for (int i = FAN_SIZING_START; i <= FAN_SIZING_EXHAUSTED; i++) {
        EXPECT_GT(std::string(fan_sizing_reason_word((fan_sizing_reason)i)).size(), 2u);
        EXPECT_GT(std::string(fan_sizing_reason_text((fan_sizing_reason)i)).size(), 8u);
    }
}

} // namespace
