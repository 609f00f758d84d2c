"""mpi_driver tune end to end: a memory size is found on the real local endpoint, within budget."""
import base64, csv, glob, json, os, signal, subprocess, unittest

from local_endpoint import BUILD, KEYS, Endpoint
from mpi_driver import DRIVER, ENV, Case, driver

FUNCTION_ZIP = os.path.join(BUILD, "share", "lambda-fanout", "function.zip")
JOB = """
name: tune
%s
functions: [{name: one, memory_mb: 1024, timeout_s: 5%s}]
experiment:
  workload: {handler: isprime, n: 1000000000000000003}
  work: 500
tune: {objective: cost, repetitions: 3, samples: 6, reconfigure: true}
budget: {invocations: 24, usd: 0.02}
"""
LOCAL = JOB % ("endpoint: local", "")
LISTED = """
name: listed
functions:
  - {name: large, memory_mb: 1769}
  - {name: small, memory_mb: 128}
experiment: {workload: {handler: isprime, n: 1000000000000000003}, work: 5000, parallelism: 2}
tune: {objective: time, repetitions: 4}
"""


class Tune(Case):
    def records(self):
        with open(os.path.join(self.out, "records.csv"), newline="") as file:
            return sorted(csv.DictReader(file), key=lambda r: int(r["call"]))

    def check_samples(self, calls):
        """Every sample: its calls at its size, a cold one first and apart, the model's word before it."""
        tune, records, size = self.summary()["tune"], self.records(), None
        for sample in tune["samples"]:
            own = [r for r in records if int(r["block"]) == sample["number"] - 1]
            self.assertEqual(len(own), calls)
            self.assertEqual({int(r["memory_mb"]) for r in own}, {sample["memory_mb"]})
            # a size that the model asks for twice in a row finds its instance warm
            cold = [r["cold"] == "true" for r in own]
            self.assertEqual(cold, [sample["memory_mb"] != size] + [False] * (calls - 1))
            size = sample["memory_mb"]
            durations = [float(r["duration_ms"]) for r in own if r["cold"] != "true"]
            self.assertEqual(sample["n"], len(durations))
            self.assertAlmostEqual(sample["mean_ms"], sum(durations) / len(durations), places=6)
            if sample["why"] != "spread":
                self.assertLess(sample["expected_2s"][0], sample["expected_ms"])
                self.assertGreater(sample["expected_2s"][1], sample["expected_ms"])
        return tune


class OneFunction(Tune):
    def test_is_resized_measured_and_sized_within_budget(self):
        done = driver("tune", self.job(LOCAL), "--out", self.out, ranks=2)
        self.check_status(done, 0)
        summary, tune = self.summary(), self.check_samples(calls=4)
        sizes = [s["memory_mb"] for s in tune["samples"]]
        self.assertEqual(sizes[:4], [128, 1088, 2048, 3008])
        self.assertLessEqual(len(sizes), 6)
        self.assertEqual(tune["candidates"], 46)
        self.assertIn(tune["choice_memory_mb"], sizes)
        self.assertEqual(tune["choice"]["memory_mb"], tune["choice_memory_mb"])
        self.assertIn(tune["ended"], ("settled", "spent"))
        self.assertIn(tune["power_tuning"]["speed_memory_mb"], sizes)
        self.assertGreater(tune["all_candidates_usd"], tune["spent_usd"])

        self.assertTrue(all(c["ok"] for c in summary["checks"]), summary["checks"])
        self.assertIn("budget kept", [c["name"] for c in summary["checks"]])
        self.assertLessEqual(summary["attempts"], 24)
        self.assertLessEqual(summary["cost_usd"]["total"], 0.02)
        self.assertEqual(len({c["memory_mb"] for c in summary["cells"]}), len(summary["cells"]))
        self.assertEqual(summary["calls"]["planned"], summary["calls"]["done"])
        self.assertEqual(len(glob.glob(os.path.join(self.out, "journal-*.msgpack"))), 2)

        choice = tune["choice_memory_mb"]
        self.assertIn(f"choice    {choice} MB: ", done.stdout)
        with open(os.path.join(self.out, "report.md")) as file:
            report = file.read()
        self.assertIn(f"**{choice} MB** is the best size for the least cost a call", report)
        self.assertIn("![How the memory size was found](figures/sizing.svg)", report)
        with open(os.path.join(self.out, "figures", "sizing.svg")) as file:
            self.assertIn("worth a sample", file.read())

        # the journals alone say the same
        again = driver("report", self.out)
        self.check_status(again, 0)
        self.assertEqual(self.summary()["tune"], tune)

    def test_budget_stops_it_and_a_resumed_tune_pays_only_for_the_rest(self):
        job = self.job(LOCAL)
        done = driver("tune", job, "--out", self.out, "--set", "budget.invocations=10", ranks=2)
        self.check_status(done, 3)
        self.assertIn("to go on: mpi_driver tune --resume", done.stderr)
        summary, first = self.summary(), self.records()
        self.assertEqual(summary["attempts"], 10)
        self.assertEqual(summary["tune"]["ended"], "early")
        self.assertEqual([s["memory_mb"] for s in summary["tune"]["samples"]], [128, 1088, 2048])

        done = driver("tune", "--resume", self.out, "--set", "budget.invocations=24", ranks=3)
        self.check_status(done, 0)
        records = self.records()
        self.assertLessEqual(len(records), 24)
        self.assertEqual(len({r["call"] for r in records}), len(records), "no call is made twice")
        kept = {r["call"]: r["request_id"] for r in records}
        self.assertEqual({r["call"]: r["request_id"] for r in first}, {r["call"]: kept[r["call"]] for r in first})
        sizes = [s["memory_mb"] for s in self.summary()["tune"]["samples"]]
        self.assertEqual(sizes[:4], [128, 1088, 2048, 3008])

    def test_an_interruption_drains_reports_and_goes_on(self):
        job = self.job(LOCAL + "local: {cpu: off, faults: {slow: 100%, slow_ms: 200}}\n")
        command = [DRIVER, "tune", job, "--out", self.out]
        run = subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.wait_for_records(run, 1500)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=120)
        self.assertEqual(run.returncode, 130, out + err)
        self.assertIn("report:", out)
        self.assertTrue(self.summary()["interrupted"])
        self.check_status(driver("tune", "--resume", self.out), 0)
        records = self.records()
        self.assertEqual(len({r["call"] for r in records}), len(records))

    def test_a_limit_that_no_size_keeps_is_a_failure(self):
        done = driver("tune", self.job(LOCAL), "--out", self.out, "--set", "tune.time_limit_ms=0.01")
        self.check_status(done, 1)
        self.assertIn("FAILED  a size was found: none that keeps the limits", done.stdout)
        self.assertFalse(self.summary()["tune"]["within_limits"])


class ListedFunctions(Tune):
    def test_are_called_as_they_are(self):
        done = driver("tune", self.job(LISTED), "--out", self.out, ranks=2)
        self.check_status(done, 0)
        tune = self.summary()["tune"]
        self.assertEqual([s["memory_mb"] for s in tune["samples"]][:2], [128, 1769])
        self.assertEqual(tune["choice_memory_mb"], 1769)  # 14 times the CPU of the other
        self.assertEqual({r["function"] for r in self.records()}, {"small", "large"})


class ServiceFunction(Tune):
    def setUp(self):
        super().setUp()
        self.endpoint = Endpoint()
        self.addCleanup(self.endpoint.close)
        self.job_text = JOB % (f"endpoint: {self.endpoint.url}", "")
        self.env = dict(ENV, AWS_ACCESS_KEY_ID=KEYS.access_key, AWS_SECRET_ACCESS_KEY=KEYS.secret_key)

    def create(self):
        with open(FUNCTION_ZIP, "rb") as file:
            code = base64.b64encode(file.read()).decode()
        body = {"FunctionName": "one", "Runtime": "provided.al2023", "Handler": "isprime", "MemorySize": 640,
                "Timeout": 5, "Role": "arn:aws:iam::123456789012:role/any", "Code": {"ZipFile": code}}
        answer = self.endpoint.call("POST", "/2015-03-31/functions", json.dumps(body))
        self.assertEqual(answer.status, 201, answer.body)

    def test_gets_its_size_back(self):
        self.create()
        done = driver("tune", self.job(self.job_text), "--out", self.out, ranks=2, env=self.env)
        self.check_status(done, 0)
        self.check_samples(calls=4)
        answer = self.endpoint.call("GET", "/2015-03-31/functions/one/configuration")
        self.assertEqual(answer.json()["MemorySize"], 640)

    def test_gets_the_size_of_the_job_after_a_resumption(self):
        self.create()
        job = self.job(self.job_text)
        done = driver("tune", job, "--out", self.out, "--set", "budget.invocations=6", env=self.env)
        self.check_status(done, 3)
        done = driver("tune", "--resume", self.out, "--set", "budget.invocations=24", env=self.env)
        self.check_status(done, 0)
        answer = self.endpoint.call("GET", "/2015-03-31/functions/one/configuration")
        self.assertEqual(answer.json()["MemorySize"], 1024)

    def test_is_not_touched_unless_the_job_says_so(self):
        self.create()
        job = self.job(self.job_text.replace(", reconfigure: true", ""))
        done = driver("tune", job, "--out", self.out, ranks=2, env=self.env)
        self.check_status(done, 2)
        self.assertIn("tune.reconfigure: true", done.stderr)

    def test_that_does_not_exist_is_told(self):
        done = driver("tune", self.job(self.job_text), "--out", self.out, ranks=2, env=self.env)
        self.check_status(done, 1)
        self.assertIn("give function 'one' 128 MB: cannot inspect function 'one': ResourceNotFoundException", done.stderr)


class Commands(Tune):
    def test_each_has_its_own_kind_of_job(self):
        job = self.job(LOCAL)
        done = driver("run", job, "--out", self.out)
        self.check_status(done, 2)
        self.assertIn("expected the command 'mpi_driver tune'", done.stderr)
        plain = self.job(LISTED.replace("tune: {", "budget: {invocations: 9} #"))
        done = driver("tune", plain, "--out", self.out)
        self.check_status(done, 2)
        self.assertIn("key 'tune': missing", done.stderr)
        self.assertFalse(os.path.exists(self.out))

    def test_plan_tells_what_is_known(self):
        done = driver("plan", self.job(LOCAL))
        self.check_status(done, 0)
        self.assertIn("at most 6 samples of 3 warm calls", done.stdout)

    def test_help_names_the_command(self):
        self.assertIn("tune JOB.yaml", driver("--help").stdout)
        self.assertIn("--resume", driver("tune", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
