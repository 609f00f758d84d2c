"""The real function program against a scripted runtime API."""
import json
import os
import resource
import struct
import subprocess
import time
import unittest
import zipfile

from fake_runtime import FakeRuntime

SHARE = os.path.join(os.environ["FAN_BUILD"], "share", "lambda-fanout")
BOOTSTRAP = os.path.join(SHARE, "bootstrap")
EMULATOR = os.environ.get("FAN_EMULATOR", "").split()  # for programs of another machine
WAIT_S = 60


def now_ms():
    return int(time.time() * 1000)


class Bootstrap(unittest.TestCase):
    def setUp(self):
        self.process = None
        self.runtime = FakeRuntime()
        self.addCleanup(self.stop)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.communicate()
        self.runtime.close()
        self.assertEqual(self.runtime.problems, [])

    def fresh(self, prefix=""):
        """Begin again: the old process's last wait must not take the next event."""
        self.stop()
        self.process = None
        self.runtime = FakeRuntime(prefix)

    def start(self, handler="sieve", memory_mb=1769, limit=None, address=None):
        environment = {"_HANDLER": handler,
                       "AWS_LAMBDA_RUNTIME_API": address or self.runtime.address,
                       "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb)}
        self.process = subprocess.Popen(
            [*EMULATOR, BOOTSTRAP], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=limit)

    def answer(self, kind="response"):
        answer = self.runtime.answers.get(timeout=WAIT_S)
        self.assertEqual(answer.kind, kind, answer.body)
        return answer

    def ask(self, event, request_id="r-1", kind="response", **more):
        self.runtime.push(json.dumps(event), request_id, **more)
        answer = self.answer(kind)
        self.assertEqual(answer.request_id, request_id)
        return json.loads(answer.body)

    def exit_status(self):
        _, errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, errors.decode()


class Answers(Bootstrap):
    def test_many_events_over_one_connection(self):
        self.start()
        instances = set()
        for i in range(50):
            reply = self.ask({"lo": 0, "hi": 10 ** (i % 6)}, "id-%d" % i)
            self.assertEqual(reply["count"], [0, 4, 25, 168, 1229, 9592][i % 6])
            self.assertEqual(reply["cold"], i == 0)
            instances.add(reply["instance"])
        self.assertEqual(len(instances), 1)
        self.assertEqual(self.runtime.connections, 1)

    def test_every_handler(self):
        for handler, event, key, value in (
                ("sieve", {"lo": "1e15", "hi": "1000000010000000"}, "count", 289394),
                ("eratosthenes", {"max": 1000, "loops": 3}, "highest", [997, 991, 983]),
                ("isprime", {"n": "18446744073709551557"}, "prime", True)):
            with self.subTest(handler):
                self.start(handler)
                self.assertEqual(self.ask(event)[key], value)
                self.fresh()

    def test_bad_input_as_an_error_and_goes_on(self):
        self.start()
        for event in (b"", b"nonsense", b"{\"lo\":1}", b"\xff\xfe", b"[" * 100000):
            self.runtime.push(event)
            answer = self.answer("error")
            self.assertEqual(json.loads(answer.body)["errorType"], "Function.InvalidInput")
            self.assertEqual(answer.headers["lambda-runtime-function-error-type"],
                             "Function.InvalidInput")
        self.assertEqual(self.ask({"lo": 0, "hi": 10})["count"], 4)

    def test_proxied_events_in_kind(self):
        self.start("isprime")
        reply = self.ask({"httpMethod": "GET", "requestContext": {}, "body": None,
                          "queryStringParameters": {"n": "91"}})
        self.assertEqual(reply["statusCode"], 200)
        self.assertFalse(json.loads(reply["body"])["prime"])
        reply = self.ask({"version": "2.0", "rawPath": "/", "requestContext": {},
                          "body": "{\"n\": -3}"})
        self.assertEqual(reply["statusCode"], 400)

    def test_large_and_chunked_events(self):
        self.start()
        padding = "x" * (6291456 - 40)
        self.assertEqual(self.ask({"lo": 0, "hi": 10, "padding": padding})["count"], 4)
        self.runtime.chunked = 1000
        self.assertEqual(self.ask({"lo": 0, "hi": 10, "padding": padding[:300000]})["count"],
                         4)
        self.assertEqual(self.runtime.connections, 1)

    def test_an_address_with_a_prefix(self):
        self.fresh("/instance/42")
        self.start()
        self.assertEqual(self.ask({"lo": 0, "hi": 10})["count"], 4)

    def test_a_slow_acknowledgement(self):
        self.runtime.answer_delay = lambda: time.sleep(0.05)
        self.start()
        for i in range(3):
            self.assertEqual(self.ask({"lo": 0, "hi": 10}, "id-%d" % i)["count"], 4)
        self.assertEqual(self.runtime.connections, 1)


class Reconnects(Bootstrap):
    def test_when_the_server_closes_after_each_answer(self):
        for way in ("header", "silent"):
            with self.subTest(way):
                self.runtime.close_after_answer = way
                self.start()
                for i in range(10):
                    reply = self.ask({"lo": 0, "hi": 100}, "id-%d" % i)
                    self.assertEqual(reply["count"], 25)
                self.assertGreaterEqual(self.runtime.connections, 10)
                self.assertTrue(self.runtime.answers.empty())  # none was sent twice
                self.fresh()

    def test_when_a_wait_is_cut_off(self):
        self.runtime.drop_next = 2
        self.start()
        self.assertEqual(self.ask({"lo": 0, "hi": 10})["count"], 4)
        self.runtime.drop_next = 2
        self.assertEqual(self.ask({"lo": 0, "hi": 10})["count"], 4)

    def test_not_for_ever(self):
        self.runtime.drop_next = 1000
        self.start()
        status, errors = self.exit_status()
        self.assertEqual(status, 2)
        self.assertIn("ends every connection", errors)
        self.assertLess(self.runtime.connections, 10)


class Deadline(Bootstrap):
    def test_ends_the_work_before_the_platform_would(self):
        for handler, event in (("sieve", {"lo": 0, "hi": "1e18"}),
                               ("eratosthenes", {"max": 10000000, "loops": 1000000})):
            with self.subTest(handler):
                self.start(handler)
                deadline = now_ms() + 700
                reply = self.ask(event, kind="error", deadline_ms=deadline)
                self.assertEqual(reply["errorType"], "Function.DeadlineExceeded")
                self.fresh()

    def test_counts_the_share_of_a_small_memory(self):
        self.start(memory_mb=128)
        # 128 / 1769 of 4 s: 0.29 s of CPU is all there is
        reply = self.ask({"lo": 0, "hi": "1e18"}, kind="error", deadline_ms=now_ms() + 4000)
        self.assertEqual(reply["errorType"], "Function.DeadlineExceeded")
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        self.assertLess(cpu_s, 0.4)
        self.assertEqual(self.ask({"lo": 0, "hi": 10})["count"], 4)


class Memory(Bootstrap):
    def test_stays_below_110_mb_at_the_upper_end(self):
        self.start(memory_mb=128)
        hi = 10 ** 18
        reply = self.ask({"lo": hi - 10 ** 9, "hi": hi})
        self.assertEqual(reply["last"], hi - 11)
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            peak = [line for line in status if line.startswith("VmHWM")]
        self.assertLess(int(peak[0].split()[1]) * 1024, 110 * 1000 * 1000)

    def test_a_refused_allocation_is_an_answer(self):
        self.start("eratosthenes", limit=lambda: resource.setrlimit(
            resource.RLIMIT_AS, (200 << 20, 200 << 20)))
        reply = self.ask({"max": 1900000000}, kind="error")
        self.assertEqual(reply["errorType"], "Function.AllocationFailed")
        self.assertEqual(self.ask({"max": 10})["count"], 4)


class Start(Bootstrap):
    def test_unknown_handler_is_an_init_error(self):
        self.start("sort")
        answer = self.answer("init/error")
        self.assertEqual(answer.headers["lambda-runtime-function-error-type"],
                         "Runtime.UnknownHandler")
        self.assertIn("sieve, eratosthenes, isprime", json.loads(answer.body)["errorMessage"])
        self.assertEqual(self.exit_status()[0], 1)

    def test_bad_address(self):
        self.start(address="nowhere.example:80")
        status, errors = self.exit_status()
        self.assertEqual(status, 1)
        self.assertIn("nowhere.example:80", errors)

    def test_refused_wait_ends_the_process(self):
        self.runtime.next_status = 500
        self.start()
        status, errors = self.exit_status()
        self.assertEqual(status, 2)
        self.assertIn("status 500", errors)


class Package(unittest.TestCase):
    def test_is_one_small_static_program(self):
        with open(BOOTSTRAP, "rb") as file:
            elf = file.read()
        self.assertLessEqual(len(elf), 2 << 20)
        self.assertEqual(elf[:5], b"\x7fELF\x02")
        offset, = struct.unpack_from("<Q", elf, 32)
        size, count = struct.unpack_from("<HH", elf, 54)
        kinds = [struct.unpack_from("<I", elf, offset + i * size)[0] for i in range(count)]
        self.assertNotIn(3, kinds)  # PT_INTERP: would need a loader

    def test_zip_holds_an_executable(self):
        with zipfile.ZipFile(os.path.join(SHARE, "function.zip")) as package:
            self.assertEqual(package.namelist(), ["bootstrap"])
            self.assertEqual(package.infolist()[0].external_attr >> 16 & 0o111, 0o111)


if __name__ == "__main__":
    unittest.main()
