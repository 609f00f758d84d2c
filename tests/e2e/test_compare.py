"""mpi_driver compare end to end: real runs on the local endpoint, held against each other.

FAN_BUILD names the build folder; its programs lie in FAN_BUILD/bin.
"""

import glob
import json
import os
import shutil
import tempfile
import unittest

from mpi_driver import driver

JOB = """
name: twice
endpoint: local
functions:
  - {name: small, memory_mb: 512}
  - {name: large, memory_mb: 1769}
experiment:
  workload: {handler: eratosthenes, max: 50_000}
  work: [1, 2]
  repetitions: 20
  blocks: 2
"""


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temp.cleanup)
        job = os.path.join(cls.temp.name, "job.yaml")
        with open(job, "w") as file:
            file.write(JOB)
        # forty times the work; and calls that fail
        cls.before = cls.run_job(job, "before", 0)
        cls.more = cls.run_job(job, "more", 0, "--set", "experiment.workload.max=2_000_000")
        cls.failing = cls.run_job(job, "failing", 1, "--set", "local.faults.error=0.5")

    @classmethod
    def run_job(cls, job, name, status, *arguments):
        out = os.path.join(cls.temp.name, name)
        done = driver("run", job, "--out", out, "--quiet", *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return out

    def compare(self, status, *arguments):
        done = driver("compare", *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def copy(self, of, name):
        path = os.path.join(self.temp.name, name)
        shutil.copytree(of, path, ignore=shutil.ignore_patterns("compare-with-*"))
        self.addCleanup(shutil.rmtree, path)
        return path

    def test_more_work_is_a_regression_in_table_json_and_page(self):
        out = os.path.join(self.temp.name, "pages")
        done = self.compare(1, self.before, self.more, "--force", "--out", out)
        self.assertIn("regression: 4 of 4 settings slower", done.stdout)
        self.assertIn("other workload", done.stdout)
        self.assertIn("comparison: %s/compare.html" % out, done.stdout)
        with open(os.path.join(out, "compare.json")) as file:
            data = json.load(file)
        self.assertEqual(data["outcome"], "regression")
        self.assertEqual(data["counts"]["worse"], 4)
        for cell in data["cells"]:
            warm = cell["strata"]["warm"]
            self.assertEqual(warm["verdict"], "worse")
            self.assertGreater(warm["ratio_ci"][0], 1)
            self.assertLess(warm["p"], 0.05)
        self.assertEqual({(c["memory_mb"], c["work"]) for c in data["cells"]}, {(512, 1), (512, 2), (1769, 1), (1769, 2)})
        with open(os.path.join(out, "compare.html")) as file:
            page = file.read()
        self.assertIn("regression: 4 of 4 settings slower", page)
        self.assertIn("<svg", page)
        self.assertNotIn("<img", page)

    def test_less_work_is_an_improvement(self):
        done = self.compare(0, self.more, self.before, "--force")
        self.assertIn("no regression shown; 4 of 4 settings faster", done.stdout)

    def test_another_workload_needs_force(self):
        done = self.compare(2, self.before, self.more)
        self.assertEqual(done.stdout, "")
        self.assertIn("eratosthenes max 2000000", done.stderr)
        self.assertIn("--force", done.stderr)

    def test_a_run_against_itself(self):
        for metric in ("duration", "billed", "latency", "cost"):
            done = self.compare(0, self.before, self.before, "--metric", metric)
            self.assertIn("no regression shown", done.stdout)
            self.assertIn("no difference shown", done.stdout)
        # the pages lie in B's folder, under A's name; the run's own files stay
        page = os.path.join(self.before, "compare-with-before", "compare.html")
        self.assertTrue(os.path.exists(page))
        self.assertIn("comparison: " + page, done.stdout)
        self.assertTrue(os.path.exists(os.path.join(self.before, "report.html")))

    def test_more_failures_are_a_regression(self):
        done = self.compare(1, self.before, self.failing)
        self.assertIn("more calls failed", done.stdout)
        self.assertIn("other faults", done.stdout)
        self.compare(1, self.before, self.failing, "--equivalence", "50%", "--metric", "billed")

    def test_json_stands_alone_on_stdout(self):
        # most of such a small call's cost is the request, whatever the host does
        done = self.compare(
            0, self.before, self.before, "--metric", "cost", "--format", "json", "--equivalence", "60%"
        )
        data = json.loads(done.stdout)
        self.assertEqual(data["outcome"], "passed")
        self.assertEqual(data["counts"]["same"], 4)
        self.assertEqual(data["margin"], 0.6)
        self.assertIn("comparison: ", done.stderr)

    def test_a_threshold_is_of_the_ratio(self):
        self.compare(1, self.before, self.more, "--force", "--threshold", "100%")  # forty times the work
        done = self.compare(0, self.before, self.before, "--threshold", "3%", "--metric", "cost")
        self.assertIn("prices of", done.stdout)

    def test_a_change_of_prices_is_no_regression(self):
        old = self.copy(self.before, "old")
        path = os.path.join(old, "prices.json")
        with open(path) as file:
            data = json.load(file)
        newer = data["date"]
        data["date"] = "2020-01"
        data["regions"]["us-east-1"]["lambda"]["request_usd"] *= 3
        with open(path, "w") as file:
            json.dump(data, file)
        for pair in ((old, self.before), (self.before, old)):
            done = self.compare(0, *pair, "--metric", "cost", "--format", "json")
            data = json.loads(done.stdout)
            self.assertEqual({c["strata"]["warm"]["ratio"] for c in data["cells"]}, {1.0})  # the same records
            self.assertEqual([data[run]["price"]["date"] for run in "ab"], [newer, newer])
            self.assertIn("prices have changed", [note["name"] for note in data["notes"]])

    def test_damage_is_told_and_the_rest_compared(self):
        torn = self.copy(self.before, "torn")
        (journal,) = glob.glob(os.path.join(torn, "journal-*.msgpack"))
        os.truncate(journal, os.path.getsize(journal) * 2 // 3)
        done = self.compare(0, self.before, torn, "--metric", "cost", "--threshold", "60%")
        self.assertIn("incomplete run", done.stdout)
        self.assertIn("damaged", done.stderr)

    def test_folders_that_are_no_results(self):
        empty = os.path.join(self.temp.name, "empty")
        os.makedirs(empty, exist_ok=True)
        bare = self.copy(self.before, "bare")
        for journal in glob.glob(os.path.join(bare, "journal-*.msgpack")):
            os.remove(journal)
        garbled = self.copy(self.before, "garbled")
        with open(os.path.join(garbled, "job.yaml"), "w") as file:
            file.write("name: [")
        unpriced = self.copy(self.before, "unpriced")
        with open(os.path.join(unpriced, "prices.json"), "w") as file:
            file.write("{}")
        hollow = self.copy(self.before, "hollow")
        for journal in glob.glob(os.path.join(hollow, "journal-*.msgpack")):
            with open(journal, "w") as file:
                file.write("nothing of a journal")
        missing = os.path.join(self.temp.name, "missing")
        for bad in (missing, empty, bare, garbled, unpriced, hollow, "/dev/null"):
            for pair in ((bad, self.before), (self.before, bad)):
                done = self.compare(2, *pair)
                self.assertTrue(bad in done.stderr or "nothing tested" in done.stdout, done.stderr + done.stdout)

    def test_a_study_is_compared_part_by_part(self):
        study = os.path.join(self.temp.name, "study")
        os.makedirs(study, exist_ok=True)
        with open(os.path.join(study, "job.yaml"), "w") as file:
            file.write("name: both\nstudy:\n  - {job: one.yaml}\n")
        done = self.compare(2, study, self.before)
        self.assertIn("folders of its parts", done.stderr)

    def test_bad_usage(self):
        for arguments, said in (
            ((), "compare A B"),
            ((self.before,), "compare A B"),
            ((self.before, self.before, self.before), "unexpected argument"),
            ((self.before, self.before, "--metric", "speed"), "duration|billed|latency|cost"),
            ((self.before, self.before, "--equivalence", "5"), "--equivalence"),
            ((self.before, self.before, "--equivalence", "0"), "--equivalence"),
            ((self.before, self.before, "--threshold", "-1%"), "--threshold"),
            ((self.before, self.before, "--format", "xml"), "table|json"),
            ((self.before, self.before, "--out", "/dev/null/x"), "/dev/null/x"),
        ):
            done = self.compare(2, *arguments)
            self.assertIn(said, done.stderr)

    def test_a_folder_that_cannot_be_written_is_a_warning(self):
        blocked = self.copy(self.before, "blocked")
        with open(os.path.join(blocked, "compare-with-before"), "w") as file:
            file.write("in the way")
        done = self.compare(0, self.before, blocked)
        self.assertIn("no page", done.stderr)
        self.assertIn("no regression shown", done.stdout)

    def test_help(self):
        done = self.compare(0, "--help")
        for word in ("--metric", "--equivalence", "--threshold", "--force", "Exit status"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
