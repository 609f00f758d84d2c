"""Calls through a gateway stage and at function URLs: embedded, and at a local_lambda of their own."""
import base64
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

from local_endpoint import BUILD, KEYS, Endpoint, python_runtime
from mpi_driver import ENV, MPIRUN, Case, driver, records

JOB = """
name: ways
endpoint: local
transport: %s
functions: [{name: small, memory_mb: 1769, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  parallelism: [4]
  repetitions: %d
  blocks: 2
gateway: {%s}
local: {cpu: off}
"""

KEY, SMALL = "key-large-01234567890123456789", "key-small-01234567890123456789"
STAGE = {
    "stage": "prod",
    "routes": [{"method": "POST", "path": "/keyed", "function": "small", "api_key_required": True},
               {"method": "POST", "path": "/guarded", "function": "small", "authorizer": "doorman"},
               {"method": "POST", "path": "/failing", "function": "failing"}],
    "authorizers": [{"name": "doorman", "type": "TOKEN", "function": "doorman", "ttl_s": 0}],
    "api_keys": [{"name": "large", "value": KEY}, {"name": "small", "value": SMALL}],
    "usage_plans": [{"name": "large", "keys": ["large"]},
                    {"name": "small", "keys": ["small"], "quota": {"limit": 3, "period": "DAY"}}],
}

# Lets a token in until it expires; who signed it, it does not ask.
DOORMAN = """
import base64
def handler(event, headers):
    token = event["authorizationToken"]
    claims = token.split(".")[1]
    if json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"] < time.time():
        raise Exception("Unauthorized")
    return {"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]}}
"""
FAILING = "\ndef handler(event, headers):\n    raise ValueError('wrong')\n"


def token(expires):
    claims = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return "eyJhbGciOiJIUzI1NiJ9.%s.c2ln" % claims


def everything(folder):
    """All bytes that a run has left."""
    for root, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(root, name), "rb") as file:
                yield os.path.join(root, name), file.read()


class Embedded(Case):
    def cells(self):
        return self.summary()["cells"]

    def test_two_ranks_go_through_a_gateway_with_its_key(self):
        done = driver("run", self.job(JOB % ("gateway", 40, "api_key_env: NO_SUCH_VARIABLE")), "--out", self.out,
                      "--quiet", ranks=2)
        self.check_status(done, 0)
        summary = self.summary()
        self.assertEqual((summary["transport"], summary["calls"]["done"]), ("gateway", 40))
        self.assertAlmostEqual(summary["cost_usd"]["gateway"], 40 * 3.5e-6)
        for _, r in records(self.out):
            self.assertFalse(r.get("reported", False))
            self.assertTrue(r["instance"] and r["function_s"] > 0)
        self.assertTrue(any(r.get("cold", False) for _, r in records(self.out)), "the function says so")
        for path, content in everything(self.out):
            self.assertNotIn(b"FAN_EMBEDDED_GATEWAY_KEY", content, path)

    def test_two_ranks_call_function_urls_signed_and_open(self):
        for auth in ("aws_iam", "none"):
            out = self.out + auth
            done = driver("run", self.job(JOB % ("url", 20, "") + "url_auth: %s\n" % auth), "--out", out, "--quiet",
                          ranks=2)
            self.check_status(done, 0)
            self.assertEqual(sum(1 for _ in records(out)), 20)

    def test_all_ways_in_one_run_are_compared(self):
        job = self.job(JOB % ("[invoke, gateway, url]", 20, ""))
        done = driver("run", job, "--out", self.out, "--quiet")
        self.check_status(done, 0)
        self.assertEqual([(c["transport"], c["calls"]["done"]) for c in self.cells()],
                         [("invoke", 20), ("gateway", 20), ("url", 20)])
        pairs = self.summary()["answers"]["transport_pairs"]
        self.assertEqual([(p["against_cell"], p["cell"]) for p in pairs], [(0, 1), (0, 2), (1, 2)])
        with open(os.path.join(self.out, "report.md")) as file:
            self.assertIn("## Do the ways to the function differ?", file.read())
        self.assertIn("small via gateway", done.stdout)
        self.assertEqual(sum(r.get("reported", False) for _, r in records(self.out)), 20, "the direct calls")
        before = self.summary()
        again = driver("report", self.out)
        self.check_status(again, 0)
        self.assertEqual(self.summary()["answers"], before["answers"])

    def asked(self, log):
        """How often the embedded authorizer was asked."""
        with open(log) as file:
            return file.read().count("authorizer: REPORT")

    def test_a_gateway_with_and_without_key_and_authorizer(self):
        ways = ["invoke", "gateway", "gateway+key", "gateway+authorizer", "gateway+key+authorizer"]
        log = os.path.join(self.temp.name, "log")
        job = self.job((JOB % ("[%s]" % ", ".join(ways), 20, "authorizer: {cache: 0}")).replace("cpu: off", "cpu: off, log: " + log))
        plan = driver("plan", job)
        self.check_status(plan, 0)
        for way in ways:
            self.assertRegex(plan.stdout, r"\n  small +%s +1769 " % re.escape(way))
        self.assertIn("authorizer asked for each of 40 calls: as many invocations more", plan.stdout)
        done = driver("run", job, "--out", self.out, "--quiet", ranks=2)
        self.check_status(done, 0)
        self.assertEqual([(c["transport"], c["calls"]["done"], c["calls"]["failed"]) for c in self.cells()],
                         [(way, 20, 0) for way in ways])
        for way in ways[1:]:
            self.assertRegex(done.stdout, r"\n  transport %s against invoke at 1769 MB: [+-][\d.]+ ms \[" % re.escape(way))
        self.assertEqual(len(self.summary()["answers"]["transport_pairs"]), 10)
        self.assertEqual(self.asked(log), 40)
        self.assertAlmostEqual(self.summary()["cost_usd"]["authorizer"], 40 * (2e-7 + 0.002 / 8 * 1.66667e-5))
        for path, content in everything(self.out):
            for secret in (b"PRIVATE KEY", b"eyJ", b"JWT_"):
                self.assertNotIn(secret, content, path)
        again = driver("run", os.path.join(self.out, "job.yaml"), "--out", self.out + "again", "--quiet")
        self.check_status(again, 0)

    def test_the_authorizer_is_asked_once_for_a_token(self):
        # alone, a gateway gets all that its section names; neither variable is there, nor read
        log = os.path.join(self.temp.name, "log")
        job = JOB % ("gateway", 4, "api_key_env: NO_SUCH, token_env: NO_SUCH, authorizer: {expires: 2s}")
        for old, new in (("[4]", "[1]"), ("  blocks: 2\n", "  every: 3s\n  for: 6s\n"), ("off", "off, log: " + log)):
            job = job.replace(old, new)
        job = self.job(job)
        done = driver("run", job, "--out", self.out, "--quiet")
        self.check_status(done, 0)
        self.assertEqual([r.get("outcome", "ok") for _, r in records(self.out)], ["ok"] * 8)
        self.assertEqual(self.asked(log), 2, "the second probe has another token")
        with open(os.path.join(self.out, "report.md")) as file:
            self.assertRegex(file.read(), r"\| authorizer \| not counted \| about \$0\.00000020\d* per invocation")

    def test_a_sieve_counts_through_a_gateway(self):
        sieve = ("name: primes\ntransport: gateway\nfunctions: [{name: sieve, memory_mb: 1769, path: /v1/primes}]\n"
                 "sieve: {hi: 1e7, partitions: 6}\nparallelism: 4\nlocal: {cpu: off}\n")
        done = driver("run", self.job(sieve), "--out", self.out, "--quiet")
        self.check_status(done, 0)
        self.assertEqual(self.summary()["sieve"]["count"], 664579)


class OwnEndpoint(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        stage = os.path.join(cls.folder.name, "stage.json")
        with open(stage, "w") as file:
            json.dump(STAGE, file)
        package = os.path.join(BUILD, "share", "lambda-fanout", "function.zip")
        cls.endpoint = Endpoint("--cpu", "off", "--gateway", stage, "--function",
                                "small=%s,memory=1769,timeout=10,handler=isprime" % package)
        cls.endpoint.create("doorman", python_runtime(DOORMAN))
        cls.endpoint.create("failing", python_runtime(FAILING))

    @classmethod
    def tearDownClass(cls):
        cls.endpoint.close()
        cls.folder.cleanup()

    def run_at(self, path, keys, calls=8, environment=None, ranks=None, *more, blocks="  blocks: 2\n"):
        text = JOB % ("gateway", calls, "url: '%s', %s" % (self.endpoint.gateway, keys))
        text = text.replace("endpoint: local", "endpoint: " + self.endpoint.url).replace("  blocks: 2\n", blocks)
        text = text.replace("timeout_s: 10", "timeout_s: 10, path: %s" % path)
        command = [os.path.join(BUILD, "bin", "mpi_driver"), "run", self.job(text), "--out", self.out, *more]
        if ranks:
            command = [*MPIRUN, "-np", str(ranks), *command]
        env = {k: v for k, v in ENV.items() if not k.startswith("AWS_")}
        env.update(environment or {})
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)

    def check_secret(self, secret, done):
        self.assertNotIn(secret, done.stdout + done.stderr)
        for path, content in everything(self.out):
            self.assertNotIn(secret.encode(), content, path)

    def script(self, text):
        path = os.path.join(self.temp.name, "command")
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return path

    def test_a_key_opens_the_gateway_and_shows_nowhere(self):
        done = self.run_at("/keyed", "api_key_env: API_KEY", environment={"API_KEY": KEY}, ranks=2)
        self.check_status(done, 0)
        self.check_secret(KEY, done)
        with open(os.path.join(self.out, "job.yaml")) as file:
            self.assertIn("api_key_env: API_KEY", file.read())

    def test_a_wrong_key_is_told_in_one_line(self):
        wrong = "key-wrong-01234567890123456789"
        done = self.run_at("/keyed", "api_key_env: API_KEY", environment={"API_KEY": wrong})
        self.check_status(done, 1)
        told = [line for line in done.stderr.splitlines() if "API key" in line]
        self.assertEqual(len(told), 1, done.stderr)
        self.assertIn("Forbidden: the API key is missing, not known or in no usage plan of this stage", told[0])
        self.assertIn("8: ForbiddenException", done.stdout)
        self.check_secret(wrong, done)
        for _, r in records(self.out):
            self.assertEqual((r["outcome"], r["http_status"]), ("client", 403))

    def test_what_is_not_set_is_told_before_anything_is_sent(self):
        for keys, text in (("api_key_env: API_KEY", "API_KEY is not set in the environment"),
                           ("token_env: TOKEN", "TOKEN is not set in the environment"),
                           ("token_command: /nonexistent/x", "there is no such program")):
            done = self.run_at("/keyed", keys)
            self.check_status(done, 1)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(text, done.stderr)
            self.assertFalse(os.path.exists(self.out))

    def test_a_quota_that_is_used_up_is_not_tried_again(self):
        done = self.run_at("/keyed", "api_key_env: API_KEY", 8, {"API_KEY": SMALL}, None, "--set", "throttle=retry")
        self.check_status(done, 1)
        ends = [(r.get("outcome", "ok"), r.get("reason", ""), r.get("attempt", 0)) for _, r in records(self.out)]
        self.assertEqual(ends.count(("ok", "", 0)), 3)
        self.assertEqual(ends.count(("throttle", "other", 0)), 5, "none of them again")

    def test_without_a_token_the_authorizer_refuses(self):
        done = self.run_at("/guarded", "kind: rest")
        self.check_status(done, 1)
        self.assertIn("Unauthorized: no token was sent, or the authorizer refuses it", done.stderr)

    def test_an_expired_token_of_the_environment_is_told(self):
        done = self.run_at("/guarded", "token_env: TOKEN", environment={"TOKEN": token(1700000000)})
        self.check_status(done, 1)
        self.assertIn("variable 'TOKEN': the token expired at 2023-11-14T22:13:20.000Z", done.stderr)
        self.assertNotIn("eyJ", done.stdout + done.stderr)

    def test_a_token_that_expires_is_replaced_by_the_command(self):
        # the first token is good for the first probe; each run of the command leaves a line
        runs = os.path.join(self.temp.name, "runs")
        command = self.script("""echo run >> %s
case $(wc -l < %s) in 1) echo %s;; *) echo %s;; esac
""" % (runs, runs, token(time.time() + 2), token(time.time() + 3600)))
        done = self.run_at("/guarded", "token_command: ['%s', an-argument]" % command, 4, None, None,
                           "--set", "experiment.every=3s", "--set", "experiment.for=6s", blocks="")
        self.check_status(done, 0)
        with open(runs) as file:
            self.assertEqual(file.read(), "run\nrun\n")
        self.assertEqual(sum(r.get("outcome", "ok") == "ok" for _, r in records(self.out)), 8)
        self.check_secret("eyJ", done)

    def test_a_function_that_fails_behind_the_gateway_is_billed(self):
        done = self.run_at("/failing", "kind: rest", 4)
        self.check_status(done, 1)
        for _, r in records(self.out):
            self.assertEqual((r["outcome"], r["http_status"], r["error_text"]),
                             ("function", 502, "Internal server error"))
        self.assertGreater(self.summary()["cost_usd"]["gateway"], 0)


if __name__ == "__main__":
    unittest.main()
