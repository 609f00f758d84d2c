/* repetitions.c - see repetitions.h. */
#include "analysis/repetitions.h"

#include "analysis/summary_data.h"

struct fan_repetitions fan_repetitions_of(const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    struct fan_repetitions r = { 0, 0, 0, 0, 0, 0.0 };
    if (!(study->until_ci > 0.0)) return r;
    for (size_t c = 0; c < study->cell_count; c++) {
        const struct fan_study_cell *cell = &study->cells[c];
        const double usd = summary->cells[c].usd_per_call;
        const uint64_t saved = cell->calls_most - cell->calls_planned;
        r.calls_most += cell->calls_most;
        r.narrow += cell->stop == FAN_STOP_NARROW;
        r.most += cell->stop == FAN_STOP_MOST;
        r.undecided += cell->stop != FAN_STOP_NARROW && cell->stop != FAN_STOP_MOST;
        r.calls_saved += saved;
        if (usd > 0.0) r.usd_saved += (double)saved * usd;
    }
    return r;
}

double fan_repetitions_half_width(const struct fan_summary *summary, size_t cell)
{
    const struct fan_description *d = fan_summary_main(summary, cell);
    if (!(d->median > 0.0)) return FAN_UNKNOWN;
    return (d->median_ci.upper - d->median_ci.lower) / 2.0 / d->median;
}

const char *fan_repetitions_why(enum fan_stop stop)
{
    switch (stop) {
    case FAN_STOP_PLAN: return "planned";
    case FAN_STOP_NARROW: return "narrow";
    case FAN_STOP_MOST: return "max";
    case FAN_STOP_BUDGET: return "budget";
    case FAN_STOP_INTERRUPT: return "interrupted";
    case FAN_STOP_CUT: break;
    }
    return "cut";
}
