/* render_study_main.cc - write the report of a made-up study, to look at it.
 * Usage: render_study DIR [sweep|one|sieve|big|throttled|failed|empty|wide] */
#include <cstdio>
#include <cstring>

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
    } else if (!std::strcmp(kind, "wide")) {
        plan.memory = { 128, 192, 256, 384, 512, 768, 1024, 1769, 3008, 10240 };
        plan.work = { 1, 2, 3, 4, 5 };
        plan.parallelism = { 1, 4, 16, 64 };
        plan.repetitions = 40;
    }
    return plan;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        std::puts("usage: render_study DIR "
                  "[quick|sweep|one|sieve|big|throttled|failed|empty|wide]");
        return argc < 2 ? 2 : 0;
    }
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
