/* render_study_main.cc - write the report of a made-up study, to look at it.
 * Usage: render_study DIR KIND [compare], KIND of those that --help lists */
#include <cstdio>
#include <cstring>

#include "analysis/compare.h"
#include "analysis/report.h"
#include "support/synthetic_study.h"

static SyntheticPlan PlanOf(const char *kind)
{
    SyntheticPlan plan;
    if (!std::strcmp(kind, "sweep")) {
        plan.work = { 1, 2, 3, 4, 5 };
        plan.parallelism = { 1, 8, 32 };
        plan.blocks = 3;
    } else if (!std::strcmp(kind, "one")) {
        plan.memory = { 512 };
        plan.repetitions = 30;
        plan.blocks = 1;
    } else if (!std::strcmp(kind, "sieve")) {
        plan.memory = { 1769 };
        plan.parallelism = { 16 };
        plan.blocks = 1;
        plan.repetitions = 256;
        plan.sieve = true;
    } else if (!std::strcmp(kind, "big")) {
        plan.repetitions = 25000;
        plan.parallelism = { 64 };
    } else if (!std::strcmp(kind, "throttled")) {
        plan.parallelism = { 32 };
        plan.throttle_share = 0.3;
        plan.failure_share = 0.05;
    } else if (!std::strcmp(kind, "failed")) {
        plan.failure_share = 1;
        plan.repetitions = 20;
    } else if (!std::strcmp(kind, "empty")) {
        plan.repetitions = 0;
    } else if (!std::strcmp(kind, "two")) {
        plan.memory = { 512 };
        plan.parallelism = { 1, 8 };
    } else if (!std::strcmp(kind, "ten")) {
        plan.memory = { 512 };
        plan.repetitions = 10;
        plan.blocks = plan.ranks = 1;
    } else if (!std::strcmp(kind, "drift")) {
        plan.drift = 0.08;
        plan.jump = 0.15;
        plan.blocks = 10;
    } else if (!std::strcmp(kind, "work")) {
        plan.work = { 1, 2, 3, 4, 5 };
        plan.bend = 0.02;
    } else if (!std::strcmp(kind, "load")) {
        plan.memory = { 256, 1024 };
        plan.parallelism = { 1, 2, 4, 8, 16, 32, 64 };
        plan.repetitions = 640;
        plan.blocks = 8;
        plan.serial = 0.02;
        plan.crosstalk = 0.0008;
    } else if (!std::strcmp(kind, "limit")) {
        plan.memory = { 512, 1024 };
        plan.parallelism = { 2, 5, 8, 10, 12, 16, 24, 32 };
        plan.limit = 10;
        plan.spread = 0.3;
    } else if (!std::strcmp(kind, "refused")) {
        plan.throttle_share = 1;
        plan.give_up = true;
        plan.repetitions = 20;
    } else if (!std::strcmp(kind, "sizes")) {
        plan.memory.clear();
        for (uint32_t mb = 128; mb <= 10240; mb += 64)
            plan.memory.push_back(mb);
        plan.repetitions = 20;
        plan.blocks = 2;
    } else if (!std::strcmp(kind, "wide")) {
        plan.memory = { 128, 192, 256, 384, 512, 768, 1024, 1769, 3008, 10240 };
        plan.work = { 1, 2, 3, 4, 5 };
        plan.parallelism = { 1, 4, 16, 64 };
        plan.repetitions = 40;
    }
    return plan;
}

/* The study against another like it, in which one size is slower and one call in fifty
 * fails. */
static int RenderComparison(SyntheticPlan plan, const char *dir)
{
    fan_err err{};
    SyntheticStudy before(plan);
    plan.seed = 2;
    plan.slow_memory = 512;
    plan.slow_factor = 1.08;
    plan.failure_share += 0.02;
    SyntheticStudy after(plan);
    const fan_price *price = fan_price_find("us-east-1", "x86_64");
    fan_summary *a = fan_summary_new(&before.study, price);
    fan_summary *b = fan_summary_new(&after.study, price);
    fan_compare_settings settings{};
    settings.margin = 0.05;
    settings.name_a = "out/before";
    settings.name_b = "out/after";
    fan_comparison *comparison = nullptr;
    fan_status status = fan_comparison_new(&comparison, a, b, &settings, &err);
    if (!status) fan_comparison_print(comparison, stdout, 100);
    if (!status) status = fan_comparison_write(comparison, dir, &err);
    if (status) std::fprintf(stderr, "%s\n", err.text);
    fan_comparison_free(comparison);
    fan_summary_free(a);
    fan_summary_free(b);
    return status ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        std::puts("usage: render_study DIR "
                  "[quick|sweep|one|two|ten|sieve|big|throttled|refused|failed|empty|"
                  "wide|sizes|drift|work|load|limit] [compare]");
        return argc < 2 ? 2 : 0;
    }
    if (argc > 3 && !std::strcmp(argv[3], "compare"))
        return RenderComparison(PlanOf(argv[2]), argv[1]);
    SyntheticStudy synthetic(PlanOf(argc > 2 ? argv[2] : "quick"));
    fan_err err{};
    fan_summary *summary =
        fan_summary_new(&synthetic.study, fan_price_find("us-east-1", "x86_64"));
    fan_summary_print(summary, stdout, 100);
    const fan_status status = fan_report_write(summary, &synthetic.study, argv[1], &err);
    if (status) std::fprintf(stderr, "%s\n", err.text);
    fan_summary_free(summary);
    return status ? 1 : 0;
}
