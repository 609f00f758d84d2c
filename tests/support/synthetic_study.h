/* synthetic_study.h - made-up studies with known properties, for tests and page proofs.
 */
#ifndef FAN_TESTS_SUPPORT_SYNTHETIC_STUDY_H
#define FAN_TESTS_SUPPORT_SYNTHETIC_STUDY_H

#include "analysis/study.h"

#include <string>
#include <vector>

/* What to make up. Durations are work_ms * work * 1769 / memory, with a few per cent of
 * spread, a slow tail, and cold starts for the first call of each place. */
struct SyntheticPlan {
    std::vector<uint32_t> memory = { 128, 256, 512, 1024 };
    std::vector<uint32_t> work = { 1 };
    std::vector<uint32_t> parallelism = { 4 };
    uint32_t ranks = 4, repetitions = 100, blocks = 5;
    double work_ms = 20, spread = 0.03;
    double throttle_share = 0, failure_share = 0;
    bool give_up = false; /* after eight throttles, without a success */
    double drift = 0;     /* share by which calls are slower at the end of the run */
    double jump = 0;      /* share by which the second half of the blocks is slower */
    double serial = 0,
           crosstalk = 0; /* what calls in flight cost each other, as in the USL */
    double bend = 0;      /* share by which each 1x of work is dearer */
    uint32_t limit = 0;   /* accepted calls of a function at once; more are throttled */
    bool sieve = false;
    uint64_t seed = 1;
    uint32_t slow_memory = 0; /* durations at this size take slow_factor as long */
    double slow_factor = 1;
};

/* A study and everything it points to. */
struct SyntheticStudy {
    fan_study study;
    std::vector<fan_study_cell> cells;
    std::vector<fan_record> records;
    std::vector<fan_phase_mark> phases;
    std::vector<uint32_t> phase_rank;
    std::vector<fan_study_check> checks;
    std::string command;

    explicit SyntheticStudy(const SyntheticPlan &plan);
    SyntheticStudy(const SyntheticStudy &) = delete;
    SyntheticStudy &operator=(const SyntheticStudy &) = delete;

    /* Point the study at the vectors again, after a test has changed them. */
    void Attach();
};

/* One plain successful warm record: cell 0, 100 ms at 128 MB, reported. */
fan_record SyntheticRecord(uint64_t call, double duration_ms, uint32_t memory_mb);

#endif
