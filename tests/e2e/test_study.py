"""A study end to end: several jobs, one budget, one report, with real ranks and functions."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from mpi_driver import DRIVER, ENV, Case, driver, successes

ALPHA = """
name: alpha
functions:
  - {name: e-128, memory_mb: 128, timeout_s: 10}
  - {name: e-512, memory_mb: 512, timeout_s: 10}
experiment:
  workload: {handler: isprime, n: 1000003}
  repetitions: 12
"""
BETA = """
name: beta
functions: [{name: e-512, memory_mb: 512, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  work: [1, 2, 3]
  parallelism: [2]
  repetitions: 10
"""
TUNE = """
name: size
functions: [{name: one, memory_mb: 1024, timeout_s: 5}]
experiment:
  workload: {handler: isprime, n: 1000000000000000003}
  work: 300
tune: {objective: cost, repetitions: 3, samples: 5}
"""
STUDY = """
name: both
title: "Two questions"
study:
  - {job: alpha.yaml, title: "What does memory buy?", answers: [memory, cost]}
  - {job: beta.yaml, title: "Is work linear?", answers: [work], set: [experiment.repetitions=8]}
"""


class Study(Case):
    def write(self, study=STUDY, **jobs):
        for name, text in {"alpha": ALPHA, "beta": BETA, **jobs}.items():
            with open(os.path.join(self.temp.name, name + ".yaml"), "w") as file:
                file.write(text)
        path = os.path.join(self.temp.name, "study.yaml")
        with open(path, "w") as file:
            file.write(study)
        return path

    def folder(self, name):
        return os.path.join(self.out, name)

    def report(self):
        with open(os.path.join(self.out, "report.md")) as file:
            return file.read()

    def test_runs_every_part_into_one_report(self):
        done = driver("run", self.write(), "--out", self.out, ranks=2)
        self.check_status(done, 0)
        self.assertIn("part 1 of 2: What does memory buy?", done.stdout)
        self.assertIn("report.html", done.stdout)
        self.assertEqual(len(successes(self.folder("01-alpha"))), 24)
        self.assertEqual(len(successes(self.folder("02-beta"))), 24)  # 3 works x 8: set laid over
        text = self.report()
        self.assertIn("# Two questions", text)
        self.assertIn("## 1. What does memory buy?", text)
        self.assertIn("## 2. Is work linear?", text)
        self.assertIn("Twelve rules", text)
        self.assertNotIn("Can this run be trusted", text)  # no part was asked that
        for figure in re.findall(r"\]\(([^)]+\.svg)\)", text):
            self.assertTrue(os.path.exists(os.path.join(self.out, figure)), figure)
        with open(os.path.join(self.out, "report.html")) as file:
            html = file.read()
        self.assertIn("<svg", html)
        self.assertNotIn("<img", html)  # the figures of the parts are inside
        summary = self.summary()
        self.assertEqual([p["ok"] for p in summary["parts"]], [True, True])
        self.assertEqual(summary["done"], 48)
        # and again from the folder alone
        os.remove(os.path.join(self.out, "report.md"))
        self.check_status(driver("report", self.out), 0)
        self.assertIn("## 2. Is work linear?", self.report())

    def test_plans_all_parts_and_sends_nothing(self):
        done = driver("plan", self.write(), "--set", "experiment.repetitions=3")
        self.check_status(done, 0)
        self.assertEqual(done.stdout.count("cells x 3 repetitions"), 2)

    def test_one_bad_job_stops_all_before_the_first_call(self):
        study = self.write(beta=BETA.replace("work:", "wrok:"))
        for done in (driver("run", study, "--out", self.out), driver("plan", study)):
            self.check_status(done, 2)
            self.assertIn("beta.yaml", done.stderr)
            self.assertIn("did you mean 'work'", done.stderr)
        self.assertFalse(os.path.exists(self.out))
        missing = self.write(STUDY.replace("beta.yaml", "gamma.yaml"))
        self.check_status(driver("run", missing, "--out", self.out), 2)

    def test_the_budget_covers_all_parts_and_more_of_it_finishes_them(self):
        study = self.write(STUDY + "budget: {invocations: 30}\n")
        done = driver("run", study, "--out", self.out, ranks=2)
        self.check_status(done, 3)
        first, second = (successes(self.folder(f)) for f in ("01-alpha", "02-beta"))
        self.assertEqual(len(first), 24)
        self.assertEqual(len(second), 6)
        self.assertIn("to go on: mpi_driver run --resume", done.stderr)
        self.assertIn("Is work linear", self.report())
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=48", ranks=2)
        self.check_status(done, 0)
        self.assertEqual(set(successes(self.folder("01-alpha")).values()), {1})  # none twice
        self.assertEqual(len(successes(self.folder("02-beta"))), 24)
        self.assertEqual(set(successes(self.folder("02-beta")).values()), {1})

    def test_an_interrupted_study_says_what_was_not_run_and_goes_on(self):
        slow = ALPHA.replace("name: alpha", "name: alpha\nlocal: {faults: {slow: 1, slow_ms: 300}}")
        study = self.write(alpha=slow)
        process = subprocess.Popen([DRIVER, "run", study, "--out", self.out], env=ENV, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not successes(self.folder("01-alpha")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("This part was not run", self.report())
        with open(os.path.join(self.out, "summary.json")) as file:
            self.assertIsNone(json.load(file)["parts"][1]["ok"])
        self.check_status(driver("run", "--resume", self.out, ranks=2), 0)
        self.assertEqual(set(successes(self.folder("01-alpha")).values()), {1})
        self.assertEqual(len(successes(self.folder("02-beta"))), 24)

    def test_goes_on_inside_a_tune(self):
        parts = "name: sizes\ntitle: Sizes\nstudy:\n  - {job: alpha.yaml, set: [experiment.repetitions=2]}\n" \
                "  - {job: size.yaml, answers: [tune]}\n"
        study = self.write(parts + "budget: {invocations: 10}\n", size=TUNE)
        self.check_status(driver("run", study, "--out", self.out, ranks=2), 3)
        first = successes(self.folder("02-size"))
        self.assertEqual(len(first), 6)  # 4 went to the first part; a sample and a half are made
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=40", ranks=3)
        self.check_status(done, 0)
        all_of_it = successes(self.folder("02-size"))
        self.assertEqual(set(all_of_it.values()), {1})  # none twice
        self.assertLess(set(first), set(all_of_it))
        with open(os.path.join(self.folder("02-size"), "summary.json")) as file:
            tune = json.load(file)["tune"]
        self.assertEqual([s["memory_mb"] for s in tune["samples"]][:4], [128, 1088, 2048, 3008])
        self.assertIn(f"**{tune['choice_memory_mb']} MB** is the best size", self.report())


if __name__ == "__main__":
    unittest.main()
