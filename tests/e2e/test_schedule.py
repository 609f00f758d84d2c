"""When and how often a run calls: until narrow, over time, and up to the limit.

Real ranks, the real local endpoint; no test depends on how fast the machine is.
"""

import collections
import os
import signal
import subprocess
import time
import unittest

from mpi_driver import DRIVER, ENV, MPIRUN, Case, driver, records

UNTIL = """
name: until
endpoint: local
functions: [{name: small, memory_mb: 1769, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  work: [1, 1000]
  parallelism: 2
  repetitions: {min: 12, max: 40, until: ci 100%}
local: {cpu: off}
"""

OVER_TIME = """
name: over-time
endpoint: local
functions: [{name: small, memory_mb: 1769, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  work: [1, 1000]
  every: 1s
  for: 5s
local: {cpu: off}
"""


FIND_LIMIT = """
name: find-limit
endpoint: local
functions: [{name: five, memory_mb: 128, reserved: 5}]
experiment:
  workload: {handler: eratosthenes, max: 4_000_000}
  parallelism: 40
  for: 5s
throttle: find-limit
find_limit: {window: 250ms}
local: {rate_factor: 0}
"""

HOURLY = ["--set", "experiment.every=1h", "--set", "experiment.for=6h"]

# Long against the 0.01 ms of a REPORT line: no two calls take equally long.
NEVER_NARROW = [
    "--set", "experiment.repetitions.until=ci 0.01%",
    "--set", "experiment.workload={handler: eratosthenes, max: 1e6}", "--set", "experiment.work=[1, 2]",
]


def repetitions(folder):
    """cell -> calls that have a record"""
    calls = {(r.get("cell", 0), r.get("call", 0)) for _, r in records(folder)}
    return collections.Counter(cell for cell, _ in calls)


class Schedule(Case):
    def run_and_kill_a_rank(self, job, sets, rank, journalled_bytes):
        command = [*MPIRUN, "-np", "3", DRIVER, "run", job, "--out", self.out, *sets]
        run = subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(run.stdout.close)
        self.wait_for_records(run, journalled_bytes, rank)
        os.kill(self.process_of(rank), signal.SIGKILL)
        text, _ = run.communicate(timeout=120)
        self.assertNotEqual(run.returncode, 0, text)


class Until(Schedule):
    def test_stops_early_at_a_loose_target(self):
        done = driver("run", self.job(UNTIL), "--out", self.out, ranks=2)
        self.check_status(done, 0)
        summary = self.summary()
        made = repetitions(self.out)
        self.assertEqual(summary["calls"]["planned"], sum(made.values()))
        self.assertLess(sum(made.values()), 80)
        for index, cell in enumerate(summary["cells"]):
            self.assertGreaterEqual(made[index], 12)
            self.assertEqual(cell["stopping"]["repetitions"], made[index])
            if made[index] < 40:
                self.assertEqual(cell["stopping"]["why"], "narrow")
            if cell["stopping"]["why"] == "narrow":
                self.assertLessEqual(cell["stopping"]["half_width"], 1)
        self.assertEqual(summary["stopping"]["calls_max"], 80)
        self.assertEqual(summary["stopping"]["calls_saved"], 80 - sum(made.values()))
        with open(os.path.join(self.out, "report.md")) as file:
            self.assertIn("Stopping rule", file.read())

    def test_makes_the_most_at_a_tight_target(self):
        job = self.job(UNTIL)
        done = driver("run", job, "--out", self.out, *NEVER_NARROW, ranks=3)
        self.check_status(done, 0)
        self.assertEqual(repetitions(self.out), {0: 40, 1: 40})
        summary = self.summary()
        self.assertEqual(summary["stopping"]["calls_saved"], 0)
        self.assertEqual([cell["stopping"]["why"] for cell in summary["cells"]], ["max", "max"])

    def test_throttled_calls_are_no_values(self):
        done = driver("run", self.job(UNTIL), "--out", self.out, "--set", "local.faults.throttle=1", ranks=2)
        self.check_status(done, 1)
        self.assertEqual(repetitions(self.out), {0: 40, 1: 40})
        self.assertEqual([cell["stopping"]["why"] for cell in self.summary()["cells"]], ["max", "max"])

    def test_the_budget_holds_and_says_so(self):
        job = self.job(UNTIL)
        sets = [*NEVER_NARROW, "--set", "budget.invocations=31"]
        self.check_status(driver("run", job, "--out", self.out, *sets, ranks=2), 3)
        self.assertEqual(sum(repetitions(self.out).values()), 31)
        self.assertEqual({cell["stopping"]["why"] for cell in self.summary()["cells"]}, {"budget"})
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=80", ranks=3)
        self.check_status(done, 0)
        self.assertEqual(repetitions(self.out), {0: 40, 1: 40})

    def test_keeps_its_rules_over_the_death_of_a_rank(self):
        job = self.job(UNTIL)
        sets = ["--set", "local.faults.slow=1", "--set", "local.faults.slow_ms=50"]
        self.run_and_kill_a_rank(job, sets, rank=1, journalled_bytes=2500)
        before = repetitions(self.out)
        self.assertGreater(sum(before.values()), 0)
        done = driver("run", "--resume", self.out, ranks=2)
        self.check_status(done, 0)
        summary, made = self.summary(), repetitions(self.out)
        self.assertEqual(summary["calls"]["planned"], sum(made.values()))
        for index, cell in enumerate(summary["cells"]):
            self.assertGreaterEqual(made[index], 12)
            self.assertLessEqual(made[index], 40)
            self.assertIn(cell["stopping"]["why"], ("narrow", "max"))
            self.assertEqual(cell["stopping"]["why"] == "narrow", cell["stopping"]["half_width"] <= 1)
        # no call was made twice but those that were in flight
        ok = collections.Counter(r.get("call", 0) for _, r in records(self.out) if r.get("outcome", "ok") == "ok")
        self.assertEqual(set(ok.values()), {1})
        # and the report decides the same again
        self.check_status(driver("report", self.out), 0)
        self.assertEqual(self.summary()["cells"], summary["cells"])


class OverTime(Schedule):
    def test_probes_come_on_their_grid(self):
        done = driver("run", self.job(OVER_TIME), "--out", self.out, ranks=2)
        self.check_status(done, 0)
        probes = self.summary()["probes"]
        self.assertEqual(probes["planned"], 5)
        # a busy machine may miss one; what is made and what is missed add up
        self.assertEqual(probes["made"] + probes["missed"], 5)
        self.assertGreaterEqual(probes["made"], 1)
        for _, r in records(self.out):
            due = r.get("block", 0) * 1e9
            self.assertGreaterEqual(r["sent_ns"], due)
        self.assertEqual(self.summary()["calls"]["planned"], 2 * probes["made"])
        self.assertIn("probe", done.stderr)

    def test_what_was_missed_while_the_run_was_down_stays_missed(self):
        job = self.job(OVER_TIME)
        sets = ["--set", "experiment.for=3s", "--set", "budget.invocations=2"]
        self.check_status(driver("run", job, "--out", self.out, *sets, ranks=2), 3)
        self.assertEqual(len(list(records(self.out))), 2)
        time.sleep(4)  # beyond the last probe's time
        self.check_status(driver("run", "--resume", self.out, "--set", "budget.invocations=9", ranks=3), 0)
        self.assertEqual(len(list(records(self.out))), 2)
        summary = self.summary()
        self.assertEqual(
            {key: summary["probes"][key] for key in ("planned", "made", "missed", "calls_missed")},
            {"planned": 3, "made": 1, "missed": 2, "calls_missed": 4},
        )
        self.assertEqual(summary["calls"]["planned"], 2)
        with open(os.path.join(self.out, "report.md")) as file:
            self.assertIn("2 were missed", file.read())

    def test_a_wait_is_ended_by_an_interruption_and_taken_up_again(self):
        command = ["run", self.job(OVER_TIME), "--out", self.out, *HOURLY]
        for again in (False, True):
            run = self.start(*(["run", "--resume", self.out] if again else command))
            line = self.read_to(run, "next probe")
            run.send_signal(signal.SIGUSR1)
            out, err = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 130, out + line + err)
            self.assertEqual(len(list(records(self.out))), 2)

    def start(self, *arguments):
        run = subprocess.Popen(
            [*MPIRUN, "-np", "2", DRIVER, *arguments],
            env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        return run

    def read_to(self, run, words):
        for line in run.stderr:
            if words in line:
                return line
        self.fail(f"the run ended without a word of '{words}'")

    def test_sleeping_ranks_use_no_cpu(self):
        run = self.start("run", self.job(OVER_TIME), "--out", self.out, *HOURLY)
        line = self.read_to(run, "next probe")
        self.assertRegex(line, r"2/12 calls .*next probe \d\d:\d\d:\d\d, 2 of 6")
        ranks = [self.process_of(rank) for rank in range(2)]
        before = sum(map(self.cpu_ticks, ranks))
        time.sleep(4)
        used = sum(map(self.cpu_ticks, ranks)) - before
        run.send_signal(signal.SIGUSR1)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 130, out + err)
        # 2 ranks x 4 s are 800 ticks; one that spins or polls takes 100 or more
        self.assertLess(used, 40)

    def cpu_ticks(self, process):
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])


class FindLimit(Schedule):
    def test_finds_the_reserved_concurrency(self):
        done = driver("run", self.job(FIND_LIMIT), "--out", self.out, ranks=3)
        self.check_status(done, 0)
        (found,) = self.summary()["find_limit"]
        self.assertEqual(found["kind"], "concurrency", found)
        self.assertLessEqual(abs(found["concurrency"] - 5), 1)
        self.assertGreaterEqual(found["level_max"], 5)
        self.assertRegex(done.stdout, "limit +a limit on concurrency of [456], ")
        seen = [r for _, r in records(self.out)]
        self.assertEqual(self.summary()["calls"]["planned"], len(seen))
        self.assertEqual(len({r.get("call", 0) for r in seen}), len(seen), "a call was made twice")
        self.assertEqual({r.get("attempt", 0) for r in seen}, {0})
        self.assertTrue(all(1 <= r["level"] <= found["level_max"] for r in seen))
        self.assertTrue(any(r.get("outcome") == "throttle" for r in seen))
        with open(os.path.join(self.out, "report.md")) as file:
            self.assertIn("search for the limit at 128 MB found a limit on concurrency", file.read())
        # the folder tells the same again
        self.check_status(driver("report", self.out), 0)
        self.assertEqual(self.summary()["find_limit"], [found])

    def test_stays_within_its_calls_on_any_number_of_ranks(self):
        job = self.job(FIND_LIMIT)
        for ranks in (None, 2, 4):
            self.out = os.path.join(self.temp.name, f"out{ranks}")
            sets = ["--set", "experiment.repetitions=30", "--set", "experiment.for=1h", "--set", "local.cpu=off"]
            self.check_status(driver("run", job, "--out", self.out, *sets, ranks=ranks), 0)
            self.assertEqual(len({r.get("call", 0) for _, r in records(self.out)}), 30)
            self.assertEqual(self.summary()["calls"]["planned"], 30)

    def test_goes_on_after_the_death_of_a_rank(self):
        job = self.job(FIND_LIMIT)
        self.run_and_kill_a_rank(job, [], rank=1, journalled_bytes=1500)
        before = len(list(records(self.out)))
        done = driver("run", "--resume", self.out, ranks=2)
        self.check_status(done, 0)
        seen = [r.get("call", 0) for _, r in records(self.out)]
        self.assertGreater(len(seen), before)
        self.assertEqual(len(set(seen)), len(seen))
        self.assertEqual(self.summary()["find_limit"][0]["kind"], "concurrency")

    def test_an_interruption_ends_it_in_order(self):
        run = subprocess.Popen(
            [*MPIRUN, "-np", "2", DRIVER, "run", self.job(FIND_LIMIT), "--out", self.out, "--set", "experiment.for=1h"],
            env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        while not os.path.exists(self.out) or len(list(records(self.out))) < 5:
            self.assertIsNone(run.poll())
            time.sleep(0.05)
        run.send_signal(signal.SIGUSR1)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 130, out + err)
        self.assertIn("report:", out)


if __name__ == "__main__":
    unittest.main()
