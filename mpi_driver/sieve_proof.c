/* sieve_proof.c - see sieve_proof.h. */
#include "mpi_driver/sieve_proof.h"

#include "common/number.h"
#include "common/random.h"
#include "lambda_kernel/sieve.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/sieve_answer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AUDIT_STREAM 7 /* of the job's seed, apart from the other uses of it */

uint32_t fan_sieve_audit_choose(uint64_t seed, uint32_t partitions, double share,
                                uint32_t *chosen)
{
    if (!(share > 0) || partitions == 0) return 0;
    double want = ceil(share * partitions);
    uint32_t n = want < partitions ? (uint32_t)want : partitions;
    struct fan_random random;
    fan_random_init(&random, seed, AUDIT_STREAM);
    for (uint32_t i = 0; i < partitions; i++)
        chosen[i] = i;
    for (uint32_t i = 0; i < n; i++) { /* the first n steps of a Fisher-Yates shuffle */
        uint32_t j = i + (uint32_t)fan_random_below(&random, partitions - i);
        uint32_t other = chosen[j];
        chosen[j] = chosen[i];
        chosen[i] = other;
    }
    return n;
}

static bool interrupted(void *context)
{
    (void)context;
    return fan_interrupt_count() > 0;
}

/* Our part of the chosen partitions, appended to *done. */
static enum fan_status audit_own(const struct fan_job *job, const struct fan_plan *plan,
                                 const uint32_t *chosen, uint32_t n,
                                 const struct fan_comm *comm, struct fan_buf *done,
                                 struct fan_err *err)
{
    struct fan_sieve_task task = { .twins = job->sieve.wanted.twins,
                                   .gap = job->sieve.wanted.gap,
                                   .stop = interrupted };
    struct fan_sieve *sieve = fan_sieve_new();
    enum fan_status st = FAN_OK;
    for (uint32_t i = (uint32_t)comm->rank; !st && i < n; i += (uint32_t)comm->size) {
        struct fan_sieve_audit audit;
        struct fan_primes primes;
        memset(&audit, 0, sizeof audit);
        audit.partition = chosen[i];
        struct fan_range range = plan->partition[chosen[i]];
        task.lo = range.begin;
        task.hi = range.end;
        st = fan_sieve_do(sieve, &task, &primes, err);
        if (st) break;
        audit.result.range = range;
        audit.result.count = primes.count;
        audit.result.checksum = primes.checksum;
        audit.result.first = primes.first;
        audit.result.last = primes.last;
        audit.result.twins = primes.twins;
        audit.result.gap = primes.gap;
        audit.result.gap_start = primes.gap_start;
        st = fan_buf_add(done, &audit, sizeof audit, err);
    }
    fan_sieve_free(sieve);
    if (st != FAN_EINTERRUPTED) return st;
    if (err) memset(err, 0, sizeof *err);
    return FAN_OK;
}

enum fan_status fan_sieve_audit_run(const struct fan_job *job,
                                    const struct fan_plan *plan, struct fan_comm *comm,
                                    struct fan_sieve_audit **audits, size_t *count,
                                    struct fan_err *err)
{
    *audits = NULL;
    *count = 0;
    uint32_t parts = plan->partition_count;
    uint32_t *chosen = fan_alloc_zero(parts, sizeof *chosen);
    uint64_t *sizes = fan_alloc_zero((size_t)comm->size, sizeof *sizes);
    size_t bytes_max = (size_t)parts * sizeof **audits;
    struct fan_buf own = FAN_BUF_INIT(bytes_max), all = FAN_BUF_INIT(bytes_max);
    uint32_t n = fan_sieve_audit_choose(job->seed, parts, job->sieve.audit, chosen);
    enum fan_status st = audit_own(job, plan, chosen, n, comm, &own, err);
    st = fan_comm_agree(comm, st, err);
    if (!st) comm->ops->gather(comm, own.data, own.size, &all, sizes);
    if (!st && comm->rank == 0) {
        *count = all.size / sizeof **audits;
        *audits = (struct fan_sieve_audit *)(void *)all.data;
        fan_buf_init(&all, 0); /* ownership moved to the caller */
    }
    fan_buf_clear(&own);
    fan_buf_clear(&all);
    free(sizes);
    free(chosen);
    return st;
}

/* Results of all partitions as booked, for the audit to compare with. */
struct book {
    struct fan_tally *tally;
    struct fan_sieve_result *result;
    uint64_t contradictions;
    char contradiction[192];
};

static void book_records(struct book *book, const struct fan_job *job,
                         const struct fan_plan *plan, const struct fan_history *history)
{
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *r = &history->records[i];
        if (r->outcome != FAN_OUTCOME_OK || r->call >= plan->partition_count) continue;
        uint32_t index = (uint32_t)r->call;
        struct fan_sieve_result result;
        struct fan_err err = { FAN_OK, "" };
        bool added = false;
        enum fan_status st = fan_sieve_answer_parse(r->body, r->body_bytes,
                                                    job->sieve.wanted, &result, &err);
        if (!st)
            st = fan_tally_add(book->tally, index, plan->partition[index], &result,
                               &added, &err);
        if (added) book->result[index] = result;
        if (st && book->contradictions++ == 0)
            snprintf(book->contradiction, sizeof book->contradiction, "%.180s", err.text);
    }
}

static void set_check(struct fan_study_check *check, const char *name, bool ok)
{
    memset(check, 0, sizeof *check);
    snprintf(check->name, sizeof check->name, "%s", name);
    check->ok = ok;
}

/* "3, 7, 8 and 12 more" */
static void list_missing(char *text, size_t capacity, const struct fan_tally *tally,
                         uint32_t parts)
{
    enum { NAMED = 8 };
    size_t at = 0;
    uint32_t named = 0, missing = parts - fan_tally_done(tally);
    for (uint32_t i = 0; i < parts && named < NAMED; i++) {
        if (fan_tally_has(tally, i)) continue;
        int n = snprintf(text + at, capacity - at, "%s%u", named ? ", " : "", i);
        if (n < 0 || (size_t)n >= capacity - at) return;
        at += (size_t)n;
        named++;
    }
    if (missing > named)
        snprintf(text + at, capacity - at, " and %u more", missing - named);
}

static void check_complete(struct fan_study_check *check, const struct book *book,
                           uint32_t parts)
{
    uint32_t done = fan_tally_done(book->tally);
    set_check(check, "all partitions counted", done == parts);
    if (done == parts) {
        snprintf(check->detail, sizeof check->detail, "%u of %u, each once", done, parts);
    } else {
        char missing[128];
        list_missing(missing, sizeof missing, book->tally, parts);
        snprintf(check->detail, sizeof check->detail, "%u of %u; missing: %s", done,
                 parts, missing);
    }
}

static void check_consistent(struct fan_study_check *check, const struct book *book)
{
    set_check(check, "answers consistent", book->contradictions == 0);
    if (book->contradictions == 0)
        snprintf(check->detail, sizeof check->detail,
                 "every answer fits its partition, and repeated ones agree");
    else
        snprintf(check->detail, sizeof check->detail, "%llu answers do not: %s",
                 (unsigned long long)book->contradictions, book->contradiction);
}

static void check_audit(struct fan_study_check *check, const struct book *book,
                        const struct fan_sieve_audit *audits, size_t count)
{
    size_t wrong = 0, compared = 0;
    uint32_t first_wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fan_sieve_result *a = &audits[i].result;
        const struct fan_sieve_result *b = &book->result[audits[i].partition];
        if (!fan_tally_has(book->tally, audits[i].partition)) continue;
        compared++;
        if (a->count == b->count && a->checksum == b->checksum && a->first == b->first &&
            a->last == b->last && a->twins == b->twins && a->gap == b->gap &&
            a->gap_start == b->gap_start)
            continue;
        if (wrong++ == 0) first_wrong = audits[i].partition;
    }
    set_check(check, "audit", wrong == 0);
    if (wrong == 0)
        snprintf(check->detail, sizeof check->detail,
                 "%zu partitions recomputed here: count, checksum, first and last agree",
                 compared);
    else
        snprintf(check->detail, sizeof check->detail,
                 "%zu of %zu recomputed partitions differ, the first is %u", wrong,
                 compared, first_wrong);
}

/* False when no published count applies: another range, or not all is counted. */
static bool check_known(struct fan_study_check *check, const struct book *book,
                        struct fan_range range, uint32_t parts)
{
    uint64_t known = range.begin <= 2 ? fan_tally_known_count(range.end) : UINT64_MAX;
    if (known == UINT64_MAX || fan_tally_done(book->tally) < parts) return false;
    uint64_t count = fan_tally_total(book->tally).count;
    char a[FAN_NUMBER_GROUPED_MAX], b[FAN_NUMBER_GROUPED_MAX];
    set_check(check, "published count", count == known);
    if (count == known)
        snprintf(check->detail, sizeof check->detail, "%s, as in OEIS A006880",
                 fan_number_grouped(known, a));
    else
        snprintf(check->detail, sizeof check->detail, "%s, but OEIS A006880 says %s",
                 fan_number_grouped(count, a), fan_number_grouped(known, b));
    return true;
}

size_t fan_sieve_prove(const struct fan_job *job, const struct fan_plan *plan,
                       const struct fan_history *history,
                       const struct fan_sieve_audit *audits, size_t audit_count,
                       struct fan_study_sieve *sieve, struct fan_study_check *checks)
{
    uint32_t parts = plan->partition_count;
    struct fan_range range = job->sieve.range;
    struct book book;
    memset(&book, 0, sizeof book);
    book.tally = fan_tally_new(range, parts);
    book.result = fan_alloc_zero(parts, sizeof *book.result);
    book_records(&book, job, plan, history);
    struct fan_sieve_result total = fan_tally_total(book.tally);
    memset(sieve, 0, sizeof *sieve);
    sieve->lo = range.begin;
    sieve->hi = range.end;
    sieve->count = total.count;
    sieve->checksum = total.checksum;
    sieve->first = total.first;
    sieve->last = total.last;
    sieve->has_twins = job->sieve.wanted.twins;
    sieve->has_gap = job->sieve.wanted.gap;
    sieve->twins = total.twins;
    if (sieve->has_gap) sieve->gap = total.gap;
    if (sieve->has_gap) sieve->gap_start = total.gap_start;
    sieve->partitions = parts;
    sieve->partitions_done = fan_tally_done(book.tally);
    size_t n = 0;
    check_complete(&checks[n++], &book, parts);
    check_consistent(&checks[n++], &book);
    if (check_known(&checks[n], &book, range, parts)) n++;
    if (audit_count > 0) check_audit(&checks[n++], &book, audits, audit_count);
    fan_tally_free(book.tally);
    free(book.result);
    return n;
}
