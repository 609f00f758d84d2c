"""Price tables end to end: the job's own, the installation's newest, the one kept with results."""
import json, os, shutil, subprocess, tempfile, unittest

BUILD = os.environ["FAN_BUILD"]
DRIVER = os.path.join(BUILD, "bin", "mpi_driver")
MPIRUN = ["env", "ASAN_OPTIONS=detect_leaks=0", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
          "mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
JOB = """
name: priced
endpoint: local
functions: [{name: small, memory_mb: 1024, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  parallelism: 2
  repetitions: 6
local: {cpu: off}
free_tier: true
"""


def table(date, request_usd):
    return json.dumps({
        "format": 1, "date": date, "source": "a test", "billing": {"round_up_ms": 1, "init": True},
        "regions": {"us-east-1": {"lambda": {
            "request_usd": request_usd, "x86_64": {"gb_second_usd": [{"usd": 0.00001}]},
            "free_tier": {"requests": 4, "gb_seconds": 1000}}}}})


class PriceTables(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.job = self.write("job.yaml", JOB)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def driver(self, *arguments, ranks=None, program=DRIVER):
        command = [program, *map(str, arguments)]
        if ranks:
            command = [*MPIRUN, "-np", str(ranks), *command]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)

    def summary(self, name):
        with open(os.path.join(self.path(name), "summary.json")) as file:
            return json.load(file)

    def test_the_jobs_own_table_prices_the_run_and_is_kept(self):
        own = self.write("own.json", table("2031-05", 0.5))
        run = self.driver("run", self.job, "--set", f"prices={own}", "--out", self.path("out"), ranks=2)
        self.assertEqual(0, run.returncode, run.stderr)
        first = self.summary("out")
        self.assertEqual(("2031-05", 0.5, "a test"), tuple(first["price"][k] for k in ("date", "request_usd", "source")))
        self.assertAlmostEqual(3.0, first["cost_usd"]["requests"])
        self.assertAlmostEqual(1.0, first["cost_with_free_tier_usd"])  # 6 requests, 4 of them free
        self.assertEqual(6, first["billed_requests"])
        self.assertGreater(first["gb_seconds"], 0)
        self.assertIn("prices of 2031-05", run.stdout)
        with open(os.path.join(self.path("out"), "report.md")) as file:
            text = file.read()
        self.assertIn("List prices of us-east-1, x86_64, 2031-05, first tier", text)
        self.assertIn("| total with the free tier | $1.00 | 4 requests and 1,000 GB-seconds a month are free |", text)
        # The table that was used lies beside the results: the file itself is not needed any more.
        os.remove(own)
        report = self.driver("report", self.path("out"))
        self.assertEqual(0, report.returncode, report.stderr)
        self.assertEqual(first["price"], self.summary("out")["price"])
        self.assertEqual(first["cost_usd"], self.summary("out")["cost_usd"])

    def test_a_resumed_run_keeps_its_prices(self):
        own = self.write("own.json", table("2031-05", 0.01))
        run = self.driver("run", self.job, "--set", f"prices={own}", "--set", "budget.invocations=3",
                          "--out", self.path("out"))
        self.assertEqual(3, run.returncode, run.stderr)
        self.write("own.json", table("2032-01", 7))
        more = self.driver("run", "--resume", self.path("out"), "--set", "budget.invocations=10")
        self.assertEqual(0, more.returncode, more.stderr)
        self.assertEqual("2031-05", self.summary("out")["price"]["date"])
        self.assertAlmostEqual(0.06, self.summary("out")["cost_usd"]["requests"])
        self.write("other.json", table("2033-01", 1))
        other = self.driver("run", "--resume", self.path("out"), "--set", f"prices={self.path('other.json')}")
        self.assertEqual(2, other.returncode)
        self.assertIn("differs from this job", other.stderr)

    def test_a_bad_table_stops_before_anything_is_sent(self):
        own = self.write("own.json", table("2031-05", 0.5).replace('"request_usd": 0.5', '"request_usd": "half"'))
        for arguments in (["plan", self.job, "--set", f"prices={own}"],
                          ["run", self.job, "--set", f"prices={own}", "--out", self.path("out")]):
            run = self.driver(*arguments)
            self.assertEqual(2, run.returncode)
            self.assertIn(f"{own}: key 'regions.us-east-1.lambda.request_usd': this is text, "
                          "expected dollars per request", run.stderr)
        both = self.driver("run", self.job, "--set", f"prices={own}", "--out", self.path("out"), ranks=2)
        self.assertEqual(2, both.returncode)
        self.assertEqual(1, both.stderr.count("this is text"), both.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_the_newest_table_of_the_installation_is_used(self):
        prefix = self.path("prefix")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        program, share = f"{prefix}/bin/mpi_driver", f"{prefix}/share/lambda-fanout/prices"
        self.assertIn("prices of us-east-1 x86_64, 2026-11", self.driver("plan", self.job, program=program).stdout)
        with open(f"{share}/2031-05.json", "w") as file:
            file.write(table("2031-05", 0.5))
        with open(f"{share}/notes.txt", "w") as file:
            file.write("not a table")
        self.assertIn("x86_64, 2031-05", self.driver("plan", self.job, program=program).stdout)
        old = self.driver("plan", self.job, "--set", f"prices={share}/2017.json", program=program)
        self.assertIn("x86_64, 2017", old.stdout)
        shutil.rmtree(share)  # the same tables are built in
        self.assertIn("x86_64, 2026-11", self.driver("plan", self.job, program=program).stdout)


if __name__ == "__main__":
    unittest.main()
