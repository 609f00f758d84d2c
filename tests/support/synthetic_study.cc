/* synthetic_study.cc - see synthetic_study.h. */
#include "support/synthetic_study.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "common/random.h"

namespace
{

double Normal(fan_random *random)
{
    const double u = 1.0 - fan_random_unit(random), v = fan_random_unit(random);
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * 3.14159265358979 * v);
}

void SetText(char *field, size_t size, const char *text)
{
    std::snprintf(field, size, "%s", text);
}

struct Maker {
    const SyntheticPlan &plan;
    SyntheticStudy &out;
    fan_random random;
    uint64_t next_call = 0;
    std::vector<uint64_t> next_seq;
    int64_t now_ns = 50000000;
    std::vector<bool> warm; /* per cell and slot */

    uint32_t visited = 0; /* block of the visit that is made up */

    double Duration(const fan_study_cell &cell, const char *)
    {
        const double share = std::min(1.0, cell.memory_mb / 1769.0);
        const double n = cell.parallelism;
        const double all = plan.repetitions * static_cast<double>(out.cells.size());
        double ms = plan.work_ms * cell.work / share;
        if (cell.memory_mb == plan.slow_memory) ms *= plan.slow_factor;
        ms *= 1 + plan.bend * (cell.work - 1);
        ms *= 1 + plan.serial * (n - 1) + plan.crosstalk * n * (n - 1);
        ms *= 1 + plan.drift * static_cast<double>(next_call) / all;
        if (2 * visited >= plan.blocks) ms *= 1 + plan.jump;
        ms *= std::exp(plan.spread * Normal(&random));
        if (fan_random_unit(&random) < 0.02) ms *= 1.0 + fan_random_unit(&random);
        return ms;
    }

    fan_record Attempt(uint32_t cell, uint32_t block, uint32_t rank, uint32_t slot)
    {
        const fan_study_cell &c = out.cells[cell];
        fan_record r = SyntheticRecord(next_call, Duration(c, ""), c.memory_mb);
        r.rank = rank;
        r.seq = next_seq[rank]++;
        r.cell = cell;
        r.block = block;
        r.slot = slot;
        SetText(r.function, sizeof r.function, c.function);
        return r;
    }

    void MakeCold(fan_record *r)
    {
        r->cold = true;
        r->init_ms = 2.0 + fan_random_unit(&random);
    }

    void Finish(fan_record *r, int64_t sent_ns)
    {
        r->intended_ns = sent_ns - 8000 - static_cast<int64_t>(r->seq * 7919 % 24000);
        r->sent_ns = sent_ns;
        r->billed_ms = static_cast<uint64_t>(std::ceil(r->init_ms + r->duration_ms));
        const double network_ms = 0.4 + 0.2 * fan_random_unit(&random);
        r->end_ns =
            static_cast<int64_t>((r->init_ms + r->duration_ms + network_ms) * 1e6);
        r->first_byte_ns = r->end_ns - 50000;
    }

    /* One place of a rank works off `calls` calls, one after the other. */
    int64_t Work(uint32_t cell, uint32_t block, uint32_t rank, uint32_t slot,
                 uint32_t calls, int64_t start_ns)
    {
        int64_t t = start_ns;
        for (uint32_t i = 0; i < calls; i++) {
            uint32_t attempt = 0;
            while (attempt < 8 && fan_random_unit(&random) < plan.throttle_share) {
                fan_record r = Attempt(cell, block, rank, slot);
                r.backoff_ns = attempt > 0 ? 30000000 : 0;
                r.attempt = attempt++;
                r.outcome = FAN_OUTCOME_THROTTLE;
                r.reason = FAN_REASON_RESERVED_CONCURRENCY;
                r.http_status = 429;
                r.reported = false;
                r.duration_ms = 0;
                Finish(&r, t);
                out.records.push_back(r);
                t += r.end_ns + 30000000;
            }
            next_call++;
            if (attempt == 8 && plan.give_up) continue;
            fan_record r = Attempt(cell, block, rank, slot);
            r.call = next_call - 1;
            r.attempt = attempt;
            if (attempt > 0) r.backoff_ns = 30000000;
            const size_t place = (cell * plan.ranks + rank) * 64 + slot % 64;
            if (!warm[place]) MakeCold(&r);
            warm[place] = true;
            if (fan_random_unit(&random) < plan.failure_share) {
                r.outcome = FAN_OUTCOME_FUNCTION;
                SetText(r.error_type, sizeof r.error_type, "Runtime.OutOfMemory");
                warm[place] = false;
            }
            Finish(&r, t);
            out.records.push_back(r);
            t += r.end_ns + 60000;
        }
        return t;
    }

    /* A place of a closed loop at a limit: what it does next, and when. */
    struct Place {
        int64_t due_ns;
        uint32_t rank, slot, left, attempt;
    };

    fan_record Refused(uint32_t cell, const Place &place)
    {
        fan_record r = Attempt(cell, visited, place.rank, place.slot);
        r.attempt = place.attempt;
        r.backoff_ns = place.attempt > 0 ? 20000000 : 0;
        r.outcome = FAN_OUTCOME_THROTTLE;
        r.reason = FAN_REASON_RESERVED_CONCURRENCY;
        r.http_status = 429;
        r.reported = false;
        r.duration_ms = 0;
        Finish(&r, place.due_ns);
        return r;
    }

    /* All places of a visit in order of time; only `limit` calls run at once. */
    int64_t Contend(uint32_t cell, std::vector<Place> places)
    {
        std::vector<int64_t> running;
        int64_t end_ns = 0;
        for (;;) {
            Place *next = nullptr;
            for (Place &place : places)
                if (place.left > 0 && (!next || place.due_ns < next->due_ns))
                    next = &place;
            if (!next) return end_ns;
            const int64_t now = next->due_ns;
            running.erase(std::remove_if(running.begin(), running.end(),
                                         [&](int64_t end) { return end <= now; }),
                          running.end());
            const bool refused = running.size() >= plan.limit;
            const bool again = refused && next->attempt < 4;
            fan_record r = refused ? Refused(cell, *next)
                                   : Attempt(cell, visited, next->rank, next->slot);
            r.attempt = next->attempt;
            if (!refused) {
                r.backoff_ns = next->attempt > 0 ? 20000000 : 0;
                Finish(&r, now);
                running.push_back(now + r.end_ns);
            }
            r.call = next->rank * 1000003ull + next->slot * 1009ull + next->left +
                     100000000ull * (cell + 1000ull * visited);
            out.records.push_back(r);
            end_ns = std::max(end_ns, now + r.end_ns);
            next->due_ns = now + r.end_ns + (again ? 20000000 : 60000);
            next->attempt = again ? next->attempt + 1 : 0;
            if (!again) {
                next->left--;
                next_call++;
            }
        }
    }

    void Visit(uint32_t phase, uint32_t cell, uint32_t block, uint32_t calls)
    {
        std::vector<Place> contending;
        visited = block;
        const uint32_t places = out.cells[cell].parallelism;
        int64_t end_ns = now_ns;
        uint32_t place = 0;
        for (uint32_t rank = 0; rank < plan.ranks; rank++) {
            const uint32_t own =
                places / plan.ranks + (rank < places % plan.ranks ? 1 : 0);
            fan_phase_mark mark{};
            mark.phase = phase;
            mark.cell = cell;
            mark.block = block;
            mark.start_ns =
                now_ns + static_cast<int64_t>(fan_random_below(&random, 40000));
            mark.end_ns = mark.start_ns;
            for (uint32_t slot = 0; slot < own; slot++, place++) {
                const uint32_t share = calls / places + (place < calls % places ? 1 : 0);
                mark.calls += share;
                if (plan.limit > 0) {
                    contending.push_back({ mark.start_ns, rank, slot, share, 0 });
                    continue;
                }
                mark.end_ns = std::max(
                    mark.end_ns, Work(cell, block, rank, slot, share, mark.start_ns));
            }
            end_ns = std::max(end_ns, mark.end_ns);
            out.phases.push_back(mark);
            out.phase_rank.push_back(rank);
        }
        if (plan.limit > 0) {
            end_ns = Contend(cell, contending);
            for (size_t i = out.phases.size() - plan.ranks; i < out.phases.size(); i++)
                out.phases[i].end_ns = std::max(end_ns, out.phases[i].start_ns);
        }
        now_ns = end_ns + 300000;
    }
};

void MakeCells(const SyntheticPlan &plan, std::vector<fan_study_cell> *cells)
{
    for (uint32_t memory : plan.memory)
        for (uint32_t work : plan.work)
            for (uint32_t parallelism : plan.parallelism) {
                fan_study_cell cell{};
                std::snprintf(cell.function, sizeof cell.function, "eratosthenes-%u",
                              memory);
                cell.memory_mb = memory;
                cell.work = work;
                cell.parallelism = parallelism;
                cell.calls_planned = plan.repetitions;
                cells->push_back(cell);
            }
}

} // namespace

fan_record SyntheticRecord(uint64_t call, double duration_ms, uint32_t memory_mb)
{
    fan_record r{};
    r.call = call;
    r.seq = call;
    r.in_flight = 1;
    r.outcome = FAN_OUTCOME_OK;
    r.http_status = 200;
    r.reported = true;
    r.duration_ms = duration_ms;
    r.billed_ms = static_cast<uint64_t>(std::ceil(duration_ms));
    r.memory_mb = memory_mb;
    r.max_memory_mb = 20;
    r.end_ns = static_cast<int64_t>(duration_ms * 1e6) + 500000;
    r.first_byte_ns = r.end_ns - 50000;
    return r;
}

void SyntheticStudy::Attach()
{
    study.cells = cells.data();
    study.cell_count = cells.size();
    study.records = records.data();
    study.record_count = records.size();
    study.phases = phases.data();
    study.phase_rank = phase_rank.data();
    study.phase_count = phases.size();
    study.checks = checks.data();
    study.check_count = checks.size();
    study.command = command.c_str();
}

SyntheticStudy::SyntheticStudy(const SyntheticPlan &plan)
    : study{}, command("mpirun -np 4 mpi_driver run jobs/synthetic.yaml --set seed=1")
{
    MakeCells(plan, &cells);
    Maker maker{ plan, *this, {}, 0, {}, 50000000, {} };
    fan_random_init(&maker.random, plan.seed, 7);
    maker.next_seq.assign(plan.ranks, 0);
    maker.warm.assign(cells.size() * plan.ranks * 64, false);
    uint32_t phase = 0;
    for (uint32_t block = 0; block < plan.blocks; block++) {
        std::vector<uint32_t> order(cells.size());
        for (uint32_t i = 0; i < order.size(); i++)
            order[i] = i;
        for (size_t i = order.size(); i > 1; i--)
            std::swap(order[i - 1], order[fan_random_below(&maker.random, i)]);
        for (uint32_t cell : order) {
            const uint32_t calls = plan.repetitions / plan.blocks +
                                   (block < plan.repetitions % plan.blocks ? 1 : 0);
            if (calls > 0) maker.Visit(phase++, cell, block, calls);
        }
    }
    std::sort(records.begin(), records.end(), [](const auto &a, const auto &b) {
        return a.rank != b.rank ? a.rank < b.rank : a.seq < b.seq;
    });

    SetText(study.job, sizeof study.job, "synthetic-sweep");
    SetText(study.endpoint, sizeof study.endpoint, "local");
    SetText(study.region, sizeof study.region, "us-east-1");
    SetText(study.transport, sizeof study.transport, "invoke");
    SetText(study.workload, sizeof study.workload, "eratosthenes max 1000000");
    SetText(study.throttle_mode, sizeof study.throttle_mode,
            plan.throttle_share > 0 || plan.limit > 0 ? "retry" : "count");
    SetText(study.program, sizeof study.program, "mpi_driver 0.1.0");
    SetText(study.host, sizeof study.host, "testhost");
    SetText(study.started, sizeof study.started, "2026-01-31T10:00:00.000Z");
    study.seed = plan.seed;
    study.local = study.randomized = true;
    study.ranks = plan.ranks;
    study.blocks = plan.blocks;
    study.repetitions = plan.repetitions;
    study.calls_planned = maker.next_call;
    study.elapsed_s = static_cast<double>(maker.now_ns) / 1e9;
    study.is_sieve = plan.sieve;
    if (plan.sieve) {
        SetText(study.workload, sizeof study.workload, "sieve [0, 1e10)");
        study.sieve = { 0, 10000000000, 455052511,        2220822432581729238,
                        2, 9999999967,  false, false, 0, 0, 0, plan.repetitions,
                        plan.repetitions };
        fan_study_check check{};
        SetText(check.name, sizeof check.name, "published count");
        SetText(check.detail, sizeof check.detail, "455,052,511 as in OEIS A006880");
        check.ok = true;
        checks.push_back(check);
    }
    Attach();
}
