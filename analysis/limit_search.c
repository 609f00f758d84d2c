/* limit_search.c - see limit_search.h. */
#include "analysis/limit_search.h"

#include <stdio.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

struct fan_limit_search fan_limit_search_of(const struct fan_summary *summary,
                                            size_t cell)
{
    const struct fan_study *study = summary->study;
    const struct fan_tallies *tallies = &summary->cells[cell].tallies;
    struct fan_limit_search s = { summary->answers->cells[cell].limit,
                                  0,
                                  0,
                                  tallies->attempts,
                                  tallies->throttled,
                                  FAN_REASON_NONE };
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *r = &study->records[i];
        if (r->cell != cell) continue;
        if (r->level > s.level_max) s.level_max = r->level;
        if (r->outcome == FAN_OUTCOME_THROTTLE &&
            (s.refused_from == 0 || r->level < s.refused_from))
            s.refused_from = r->level;
    }
    for (int r = 0; r < FAN_REASON_COUNT; r++)
        if (tallies->throttled_by[r] > tallies->throttled_by[s.reason])
            s.reason = (enum fan_reason)r;
    return s;
}

static void put_estimate(const struct fan_limit_search *s, char *text, size_t room)
{
    switch (s->limit.kind) {
    case FAN_LIMIT_NONE: snprintf(text, room, "no limit met"); return;
    case FAN_LIMIT_CONCURRENCY:
        snprintf(text, room, "a limit on concurrency of %s, at which more were refused",
                 fan_show_count((uint64_t)s->limit.concurrency).s);
        return;
    case FAN_LIMIT_RATE:
        snprintf(text, room,
                 "a limit on the rate of %s calls a second, after a burst of %s",
                 fan_show_number(s->limit.rate).s, fan_show_number(s->limit.burst).s);
        return;
    case FAN_LIMIT_UNKNOWN: break;
    }
    snprintf(text, room,
             "a limit that looks neither like concurrency nor like a rate (at most %s "
             "calls ran at once)",
             fan_show_count((uint64_t)s->limit.concurrency).s);
}

char *fan_limit_search_text(const struct fan_limit_search *search,
                            char text[FAN_LIMIT_SEARCH_TEXT])
{
    put_estimate(search, text, FAN_LIMIT_SEARCH_TEXT);
    size_t n = strlen(text);
    n += (size_t)snprintf(text + n, FAN_LIMIT_SEARCH_TEXT - n,
                          "; up to %u in flight were tried, %s of %s attempts refused",
                          search->level_max, fan_show_count(search->refused).s,
                          fan_show_count(search->attempts).s);
    const char *reason = fan_reason_name(search->reason);
    if (search->refused > 0 && n < FAN_LIMIT_SEARCH_TEXT)
        snprintf(text + n, FAN_LIMIT_SEARCH_TEXT - n, ", at %u and above%s%s",
                 search->refused_from, *reason ? ": " : "", reason);
    return text;
}
