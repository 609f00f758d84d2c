"""Versions and aliases in jobs: a weighted alias splits the calls of a run, and a slower version is found.

Real ranks, the real local endpoint; no test depends on how fast the machine is.
"""
import collections
import os
import unittest

from mpi_driver import Case, driver, records

SPLIT = """
name: split
endpoint: local
functions:
  - name: prime
    memory_mb: 1769
    timeout_s: 20
    versions: [{}, {memory_mb: 1024}]
    alias: {name: live, version: 1, canary: 2, weight: 10%}
experiment:
  workload: {handler: isprime, n: 1000003}
  parallelism: 32
  repetitions: 2000
local: {cpu: off, rate_factor: 0}
"""

# 5 ms of CPU are less than a period's share of one whole CPU, and several periods' at 128 MB.
COMPARE = """
name: compare
endpoint: local
functions:
  - name: sieve
    memory_mb: 1769
    timeout_s: 20
    versions: [{}, {memory_mb: 128}]
    %s
experiment:
  workload: {handler: eratosthenes, max: 4_000_000}
  repetitions: %d
"""


def versions(folder):
    """version -> attempts that it answered"""
    return collections.Counter(r.get("executed_version", "") for _, r in records(folder))


class Canary(Case):
    def report(self):
        with open(os.path.join(self.out, "report.md")) as file:
            return file.read()

    def test_an_alias_gives_a_tenth_of_the_calls_to_its_canary(self):
        done = driver("run", self.job(SPLIT), "--out", self.out, ranks=2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        answered = versions(self.out)
        self.assertEqual(set(answered), {"1", "2"})
        self.assertEqual(sum(answered.values()), 2000)
        cell, (pair,) = self.summary()["cells"][0], self.summary()["answers"]["versions"]
        self.assertEqual((cell["function"], cell["qualifier"]), ("prime", "live"))
        self.assertEqual((pair["base"]["name"], pair["other"]["name"]), ("version 1", "version 2"))
        self.assertEqual(pair["base"]["answered"], answered["1"])
        self.assertEqual(pair["other"]["answered"], answered["2"])
        low, high = pair["split"]["share_ci99"]
        self.assertEqual(pair["split"]["weight"], 0.1)
        self.assertTrue(low <= 0.1 <= high, pair["split"])
        self.assertTrue(pair["split"]["weight_inside"])
        self.assertIn("## Does the new version differ?", self.report())
        self.assertRegex(done.stdout, r"\n  versions  .*[Vv]ersion 2 .*\.\n")
        # the size that each version has, not the setting's, is what was billed
        sizes = {(r.get("executed_version"), r.get("memory_mb")) for _, r in records(self.out)}
        self.assertEqual(sizes, {("1", 1769), ("2", 1024)})

    def test_a_slower_canary_is_found(self):
        alias = "alias: {name: live, version: 1, canary: 2, weight: 40%}"
        done = driver("run", self.job(COMPARE % (alias, 50)), "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        (pair,) = self.summary()["answers"]["versions"]
        self.assertEqual(pair["verdict"], "slower")
        self.assertLess(pair["p"], 0.001)
        self.assertGreater(pair["shift_ms_ci"][0], 0)
        self.assertRegex(done.stdout, r"versions  Version 2 is slower than version 1 by .* ms \[.*\] "
                                      r"\(p < 0.001, duration of warm calls\): roll back")

    def test_compared_versions_are_settings_in_random_blocks(self):
        job = self.job(COMPARE % ("compare: [1, 2]", 20))
        done = driver("run", job, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(versions(self.out), {"1": 20, "2": 20})
        cells = self.summary()["cells"]
        self.assertEqual([(c["function"], c["qualifier"], c["memory_mb"]) for c in cells],
                         [("sieve", "1", 1769), ("sieve", "2", 128)])
        blocks = {(r.get("block", 0), r.get("cell", 0)) for _, r in records(self.out)}
        self.assertEqual(len(blocks), 20, "both versions in each of 10 blocks")
        (pair,) = self.summary()["answers"]["versions"]
        self.assertIsNone(pair["split"])
        self.assertEqual(pair["verdict"], "slower")
        self.assertEqual(self.summary()["answers"]["memory"], [], "versions are no sizes to choose from")
        self.assertRegex(done.stdout, r"Version 2 is slower than version 1 by .*: keep version 1")
        self.assertRegex(done.stdout, r"\nsieve:1 .*\n(.*\n)?sieve:2 ")
        again = driver("compare", self.out, self.out)
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertNotIn("renamed", again.stdout)

    def test_an_unfinished_comparison_is_resumed(self):
        job = self.job(COMPARE % ("compare: [1, 2]", 10))
        stopped = driver("run", job, "--out", self.out, "--set", "budget.invocations=7")
        self.assertEqual(stopped.returncode, 3, stopped.stdout + stopped.stderr)
        done = driver("run", job, "--resume", self.out, "--set", "budget.invocations=100")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(versions(self.out), {"1": 10, "2": 10})

    def test_equal_versions_are_two_versions(self):
        job = self.job(SPLIT.replace("{memory_mb: 1024}", "{}").replace("2000", "60").replace("10%", "50%"))
        done = driver("run", job, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(set(versions(self.out)), {"1", "2"})

    def test_the_plan_names_what_is_called(self):
        plan = driver("plan", self.job(COMPARE % ("compare: [1, 2, $LATEST]", 10)))
        self.assertEqual(plan.returncode, 0, plan.stderr)
        self.assertRegex(plan.stdout, r"sieve:1 +1769 .*\n +sieve:2 +128 .*\n +sieve:\$LATEST +1769 ")


if __name__ == "__main__":
    unittest.main()
