"""mpi_driver end to end: real ranks, the real local endpoint, real functions."""

import collections
import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import termios
import time
import unittest

from local_endpoint import wait_until
from mpi_driver import DRIVER, ENV, MPIRUN, Case, driver, records, successes

SIEVE = """
name: primes
endpoint: local
functions: [{name: sieve-1769, memory_mb: 1769}]
sieve: {lo: 0, hi: 1e9, partitions: 120, audit: 2%}
parallelism: 16
throttle: retry
retry: {base_ms: 5, cap_ms: 200}
local: {cpu: off}
"""
PRIMES_BELOW_1E9 = 50847534

MANY_CALLS = """
name: hundred
endpoint: local
functions: [{name: small, memory_mb: 1769, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  parallelism: [8]
  repetitions: 100
  blocks: 2
local: {cpu: off}
"""


class Sieve(Case):
    def test_counts_exactly_with_any_number_of_ranks(self):
        job = self.job(SIEVE)
        for ranks in (None, 1, 3, 4, 7):
            self.out = os.path.join(self.temp.name, f"out{ranks}")
            done = driver("run", job, "--out", self.out, ranks=ranks)
            self.check_status(done, 0)
            self.assertEqual(self.summary()["sieve"]["count"], PRIMES_BELOW_1E9)
            self.assertIn("50,847,534", done.stdout)
            self.assertEqual(set(successes(self.out).values()), {1})
            self.assertEqual(len(successes(self.out)), 120)

    def test_counts_to_1e10(self):
        done = driver("run", self.job(SIEVE), "--set", "sieve.hi=1e10", "--out", self.out, ranks=4)
        self.check_status(done, 0)
        self.assertEqual(self.summary()["sieve"]["count"], 455052511)

    def test_counts_exactly_with_throttles_and_errors(self):
        done = driver(
            "run", self.job(SIEVE), "--out", self.out, ranks=3, *sum(
                (["--set", f"local.faults.{fault}"] for fault in ("throttle=0.2", "error=0.2", "drop=0.03")), []
            )
        )
        self.check_status(done, 0)
        self.assertEqual(self.summary()["sieve"]["count"], PRIMES_BELOW_1E9)
        outcomes = collections.Counter(r.get("outcome", "ok") for _, r in records(self.out))
        self.assertGreater(outcomes["throttle"], 0)
        self.assertGreater(outcomes["service"], 0)

    def test_names_what_is_missing_and_a_resumption_completes_it(self):
        job = self.job(SIEVE)
        done = driver("run", job, "--out", self.out, "--set", "local.faults.kill=0.05", ranks=2)
        self.check_status(done, 1)
        self.assertIn("missing", done.stdout)
        before = successes(self.out)
        for _ in range(5):
            done = driver("run", "--resume", self.out, ranks=3)
            if done.returncode == 0:
                break
        self.check_status(done, 0)
        self.assertEqual(self.summary()["sieve"]["count"], PRIMES_BELOW_1E9)
        after = successes(self.out)
        self.assertEqual(set(after.values()), {1})
        self.assertGreater(len(after), len(before))

    def test_survives_the_death_of_a_rank(self):
        job = self.job(SIEVE)
        # slow answers, so that there is a middle of the run to die in
        sets = ["--set", "local.faults.slow=1", "--set", "local.faults.slow_ms=300"]
        run = subprocess.Popen(
            [*MPIRUN, "-np", "4", DRIVER, "run", job, "--out", self.out, *sets],
            env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.addCleanup(run.stdout.close)
        victim = self.wait_for_a_rank_with_records(run, 3)
        os.kill(victim, signal.SIGKILL)
        text, _ = run.communicate(timeout=120)
        self.assertNotEqual(run.returncode, 0, text)
        before = successes(self.out)
        self.assertGreater(len(before), 0)
        self.assertLess(len(before), 120)
        done = driver("run", "--resume", self.out, ranks=3)
        self.check_status(done, 0)
        after = successes(self.out)
        self.assertEqual(len(after), 120)
        self.assertEqual(set(after.values()), {1}, "a completed partition was invoked again")
        self.assertEqual(self.summary()["sieve"]["count"], PRIMES_BELOW_1E9)
        # and the folder gives the same report again
        again = driver("report", self.out)
        self.check_status(again, 0)
        self.assertIn("50,847,534", again.stdout)

    def wait_for_a_rank_with_records(self, run, rank):
        self.wait_for_records(run, 2000, rank)
        return self.process_of(rank)


class Damage(Case):
    def test_a_flipped_and_truncated_journal_is_told_and_made_good(self):
        job = self.job(SIEVE)
        self.check_status(driver("run", job, "--out", self.out, ranks=2), 0)
        path = os.path.join(self.out, "journal-0001.msgpack")
        with open(path, "r+b") as file:
            data = bytearray(file.read())
            data[len(data) // 2] ^= 0x10
            file.seek(0)
            file.write(data)
            file.truncate(len(data) - 7)
        report = driver("report", self.out)
        self.assertIn("damaged", report.stderr)
        done = driver("run", "--resume", self.out, ranks=2)
        self.check_status(done, 0)
        self.assertIn("damaged", done.stderr)
        self.assertEqual(self.summary()["sieve"]["count"], PRIMES_BELOW_1E9)
        self.assertEqual(set(successes(self.out).values()), {1})


class Budget(Case):
    def billed(self):
        return sum(1 for _, r in records(self.out) if r.get("outcome", "ok") != "throttle")

    def test_stops_at_fifty_of_a_hundred(self):
        job = self.job(MANY_CALLS)
        done = driver("run", job, "--out", self.out, "--set", "budget.invocations=50", ranks=4)
        self.check_status(done, 3)
        self.assertEqual(self.billed(), 50)
        self.assertEqual(self.summary()["calls"]["done"], 50)
        self.assertTrue(os.path.exists(os.path.join(self.out, "report.md")))
        # what was spent counts, also for other ranks and a later run
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=70", ranks=3)
        self.check_status(done, 3)
        self.assertEqual(self.billed(), 70)
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=70", ranks=1)
        self.check_status(done, 3)
        self.assertEqual(self.billed(), 70)
        done = driver("run", "--resume", self.out, "--set", "budget.invocations=100", ranks=2)
        self.check_status(done, 0)
        self.assertEqual(self.billed(), 100)

    def test_dollars_stop_it_too(self):
        # worst price of a call: 22 s at 1769 MB; the limit affords it and little more
        usd = 0.000634
        done = driver("run", self.job(MANY_CALLS), "--out", self.out, "--set", f"budget.usd={usd}", ranks=4)
        self.check_status(done, 3)
        summary = self.summary()
        self.assertGreater(summary["calls"]["done"], 0)
        self.assertLess(summary["calls"]["done"], 100)
        self.assertLessEqual(summary["cost_usd"]["total"], usd)


class Throttling(Case):
    JOB = """
name: reserved
endpoint: local
functions: [{name: five, memory_mb: 128, reserved: 5}]
experiment:
  workload: {handler: eratosthenes, max: 2_000_000}
  parallelism: [32]
  repetitions: 64
  blocks: 1
retry: {base_ms: 50, cap_ms: 500}
local: {rate_factor: 0}
"""

    def test_count_mode_counts_the_reason(self):
        done = driver("run", self.job(self.JOB), "--out", self.out, ranks=4)
        self.check_status(done, 1)
        throttled = [r for _, r in records(self.out) if r.get("outcome") == "throttle"]
        self.assertGreater(len(throttled), 0)
        self.assertEqual(
            {r["reason"] for r in throttled}, {"ReservedFunctionConcurrentInvocationLimitExceeded"}
        )
        self.assertEqual(self.summary()["throttled"], len(throttled))
        self.assertEqual(sum(1 for _ in records(self.out)), 64)

    def test_retry_mode_ends_well(self):
        done = driver("run", self.job(self.JOB), "--set", "throttle=retry", "--out", self.out, ranks=4)
        self.check_status(done, 0)
        self.assertGreater(self.summary()["throttled"], 0)
        self.assertEqual(set(successes(self.out).values()), {1})
        self.assertEqual(len(successes(self.out)), 64)


class Interruption(Case):
    JOB = MANY_CALLS + "  faults: {slow: 1, slow_ms: 200}\n"
    JOB = JOB.replace("local: {cpu: off}\n", "local:\n  cpu: off\n")

    def interrupt(self, command, number, whole_group=False):
        run = subprocess.Popen(
            command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        self.wait_for_records(run, 1500)
        if whole_group:
            os.killpg(run.pid, number)  # as a terminal does it
        else:
            run.send_signal(number)
        out, err = run.communicate(timeout=120)
        return run.returncode, out, err

    def test_drains_reports_and_goes_on(self):
        job = self.job(self.JOB)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.out = os.path.join(self.temp.name, f"out {number}")
            status, out, err = self.interrupt([DRIVER, "run", job, "--out", self.out], number)
            self.assertEqual(status, 130, out + err)
            done = len(successes(self.out))
            self.assertGreater(done, 0)
            self.assertLess(done, 100)
            self.assertIn("report:", out)
        (words,) = re.findall("to go on: mpi_driver (.*)", err)
        done = subprocess.run(f"{DRIVER} {words}", shell=True, env=ENV, capture_output=True, text=True, timeout=120)
        self.check_status(done, 0)
        self.assertEqual(set(successes(self.out).values()), {1})
        self.assertEqual(len(successes(self.out)), 100)

    def test_all_ranks_leave_together(self):
        command = [*MPIRUN, "-np", "4", DRIVER, "run", self.job(self.JOB), "--out", self.out]
        status, out, err = self.interrupt(command, signal.SIGUSR1)
        self.assertEqual(status, 130, out + err)
        self.assertIn("report:", out)

    def test_ctrl_c_at_the_launch_script_ends_in_order(self):
        script = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "mpirun.sh")
        command = [*MPIRUN[:2], script, "-np", "4", DRIVER, "run", self.job(self.JOB), "--out", self.out]
        status, out, err = self.interrupt(command, signal.SIGINT, whole_group=True)
        self.assertEqual(status, 130, out + err)
        self.assertIn("report:", out)
        self.assertTrue(self.summary()["interrupted"])

    def test_a_report_follows_when_mpirun_is_terminated(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.out = os.path.join(self.temp.name, f"out{number}")
            command = [*MPIRUN, "-np", "4", DRIVER, "run", self.job(self.JOB), "--out", self.out]
            status, out, err = self.interrupt(command, number)
            self.assertNotEqual(status, 0)
            self.assertIn(f"the report will be in {self.out}", err)
            report = os.path.join(self.out, "report.html")
            wait_until(lambda: os.path.exists(report), 120)
            self.assertTrue(self.summary()["interrupted"])
            done = len(successes(self.out))
            self.assertGreater(done, 0)
            self.assertLess(done, 100)
            self.assertEqual(self.summary()["calls"]["done"], done)
        self.check_status(driver("run", "--resume", self.out, ranks=2), 0)
        self.assertEqual(set(successes(self.out).values()), {1})
        self.assertEqual(len(successes(self.out)), 100)

    def test_a_report_can_wait_for_the_run(self):
        run = subprocess.Popen(
            [DRIVER, "run", self.job(self.JOB), "--out", self.out, "--quiet"], env=ENV, stdout=subprocess.DEVNULL
        )
        self.addCleanup(run.wait)
        self.wait_for_records(run, 1500)
        self.check_status(driver("report", self.out, "--wait"), 0)
        self.assertEqual(len(successes(self.out)), 100)

    def test_reports_at_once_do_not_meet(self):
        self.check_status(driver("run", self.job(MANY_CALLS), "--out", self.out, "--quiet"), 0)
        reports = [
            subprocess.Popen(
                [DRIVER, "report", self.out], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for _ in range(8)
        ]
        for report in reports:
            text, _ = report.communicate(timeout=120)
            self.assertEqual(report.returncode, 0, text)
        self.assertEqual([name for name in os.listdir(self.out) if ".new" in name or ".tmp" in name], [])
        with open(os.path.join(self.out, "records.csv")) as file:
            self.assertEqual(driver("export", self.out).stdout, file.read())


def endpoint_of(run, out):
    """Process id of the local endpoint that the driver, or a rank below mpirun, started."""
    found = []

    def look():
        parents = {run.pid}
        for _ in range(3 if os.path.exists(out) else 0):
            for process in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{process}/stat") as file:
                        name, fields = file.read().rsplit(")", 1)
                except OSError:
                    continue
                if int(fields.split()[1]) in parents:
                    parents.add(int(process))
                    if name.endswith("(local_lambda"):
                        found.append(int(process))
        return found

    wait_until(look, 60)
    return found[0]


class Progress(Case):
    def test_is_one_line_on_a_terminal_and_gone_at_the_end(self):
        terminal, side = pty.openpty()
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
        run = subprocess.Popen(
            [DRIVER, "run", self.job(Interruption.JOB), "--out", self.out],
            env=dict(ENV, TERM="xterm"), stdout=subprocess.DEVNULL, stderr=side,
        )
        os.close(side)
        seen = b""
        while True:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            seen += chunk
        self.assertEqual(run.wait(), 0)
        progress, cleared, rest = seen.decode().partition("\r\033[K")
        self.assertTrue(cleared, seen)
        self.assertNotIn(" calls  ", rest)
        lines = progress.rpartition("\n")[2].split("\r")  # what was said before it began is left
        self.assertGreater(len(lines), 3)
        for line in lines:
            self.assertRegex(line, r"^[0-9]+/100 calls  .*\033\[K$")
            self.assertLess(len(line) - len("\033[K"), 50)

    def test_is_a_line_every_few_seconds_elsewhere(self):
        start = time.monotonic()
        done = driver("run", self.job(Interruption.JOB), "--out", self.out, ranks=2)
        seconds = time.monotonic() - start
        self.check_status(done, 0)
        lines = [line for line in done.stderr.splitlines() if " calls  " in line]
        self.assertIn("100/100 calls", lines[-1])
        self.assertLess(len(lines), 2 + seconds / 3)
        self.assertNotIn("\033", done.stderr)


class Endpoint(Case):
    def test_its_death_ends_a_retrying_run_soon_and_says_so(self):
        job = self.job(Interruption.JOB)
        for ranks in (None, 3):
            self.out = os.path.join(self.temp.name, f"out{ranks}")
            command = [DRIVER, "run", job, "--set", "throttle=retry", "--out", self.out]
            run = subprocess.Popen(
                [*MPIRUN, "-np", str(ranks), *command] if ranks else command,
                env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            self.addCleanup(run.stdout.close)
            self.addCleanup(run.stderr.close)
            endpoint = endpoint_of(run, self.out)
            self.wait_for_records(run, 1500)
            os.kill(endpoint, signal.SIGKILL)
            out, err = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 1, out + err)
            self.assertRegex(err, "endpoint 'http://127.0.0.1:[0-9]+' does not answer: Connection refused")
            self.assertIn("local_lambda was ended by signal 9", err)
            self.assertIn(f"--resume {self.out}", err)
            self.assertLess(self.summary()["calls"]["done"], 100)
            self.assertIn("report:", out)
        self.check_status(driver("run", "--resume", self.out, ranks=2), 0)
        self.assertEqual(set(successes(self.out).values()), {1})
        self.assertEqual(len(successes(self.out)), 100)

    def test_where_nobody_listens_is_told_at_once(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
        env = dict(ENV, AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="B")
        job = self.job(MANY_CALLS.replace("local: {cpu: off}\n", ""))
        done = subprocess.run(
            [DRIVER, "run", job, "--set", f"endpoint={url}", "--out", self.out], env=env, capture_output=True, text=True
        )
        self.check_status(done, 1)
        self.assertIn(f"endpoint '{url}' does not answer: Connection refused", done.stderr)
        self.assertLess(len(list(records(self.out))), 50)

    def test_ends_with_the_driver_whatever_happens(self):
        job = self.job(Interruption.JOB)
        run = subprocess.Popen(
            [DRIVER, "run", job, "--out", self.out], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        endpoint = endpoint_of(run, self.out)
        with open(f"/proc/{endpoint}/cmdline") as file:
            self.assertNotIn("LOCAL", file.read(), "keys belong into the environment")
        run.kill()
        run.wait()
        wait_until(lambda: not os.path.exists(f"/proc/{endpoint}/exe"), 60)


class CommandLine(Case):
    def test_bad_usage_is_refused_and_explained(self):
        job = self.job(MANY_CALLS)
        used = os.path.join(self.temp.name, "used")
        os.mkdir(used)
        open(os.path.join(used, "something"), "w").close()
        cases = [
            ([], "usage"),
            (["fly"], "unknown command 'fly'"),
            (["run"], "expected JOB.yaml"),
            (["run", "nowhere.yaml"], "nowhere.yaml"),
            (["run", job, "extra"], "unexpected argument 'extra'"),
            (["run", job, "--fast"], "--fast"),
            (["run", job, "--out"], "'--out' needs a value"),
            (["run", job, "--quiet=1"], "takes no value"),
            (["run", job, "--out", used], "not empty"),
            (["run", job, "--out", job], "Not a directory"),
            (["run", job, "--out", self.out, "--resume", used], "exclude each other"),
            (["run", "--resume", used], "job.yaml"),
            (["run", "--resume", os.path.join(used, "none")], "none"),
            (["run", job, "--set", "budget"], "budget"),
            (["run", job, "--set", "budget.usd=-1"], "budget.usd"),
            (["run", job, "--set", "nothing.here=1"], "nothing"),
            (["plan"], "missing argument"),
            (["plan", "nowhere.yaml"], "nowhere.yaml"),
            (["plan", job, "--format", "csv"], "--format"),
            (["report"], "missing argument"),
            (["export"], "missing argument"),
            (["export", used, "--format", "xml"], "csv|jsonl"),
        ]
        for ranks in (None, 2):
            for arguments, words in cases if ranks is None else cases[2:10:3]:
                with self.subTest(arguments=arguments, ranks=ranks):
                    done = driver(*arguments, ranks=ranks, cwd=self.temp.name)
                    self.check_status(done, 2)
                    self.assertIn(words, done.stderr)
        self.assertFalse(os.path.exists(self.out))

    def test_another_job_is_not_resumed(self):
        self.check_status(driver("run", self.job(MANY_CALLS), "--out", self.out), 0)
        done = driver("run", self.job(MANY_CALLS), "--resume", self.out, "--set", "experiment.repetitions=101")
        self.check_status(done, 2)
        self.assertIn("differs", done.stderr)

    def test_a_missing_result_folder_is_a_failure(self):
        self.check_status(driver("report", self.out), 1)
        self.check_status(driver("export", self.out), 1)

    def test_help_and_version(self):
        for arguments in (["--help"], ["-h"], ["run", "--help"], ["plan", "-h"], ["report", "--help"], ["export", "--help"]):
            done = driver(*arguments)
            self.check_status(done, 0)
            self.assertIn("usage: mpi_driver", done.stdout)
        self.assertRegex(driver("--version").stdout, r"^mpi_driver \d+\.\d+\.\d+\n$")
        self.assertEqual(driver("--help", ranks=3).stdout.count("usage:"), 1)

    def test_plan_sends_nothing(self):
        done = driver("plan", self.job(MANY_CALLS))
        self.check_status(done, 0)
        self.assertIn("100", done.stdout)

    def test_exports_records(self):
        self.check_status(driver("run", self.job(MANY_CALLS), "--out", self.out, "--quiet", ranks=2), 0)
        csv = driver("export", self.out)
        self.check_status(csv, 0)
        with open(os.path.join(self.out, "records.csv")) as file:
            self.assertEqual(csv.stdout, file.read())
        lines = driver("export", self.out, "--format", "jsonl").stdout.splitlines()
        self.assertEqual(len(lines), 100)
        self.assertEqual({json.loads(line)["outcome"] for line in lines}, {"ok"})


if __name__ == "__main__":
    unittest.main()
