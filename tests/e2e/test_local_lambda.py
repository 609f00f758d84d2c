"""The local endpoint over real HTTP: every shape of success and failure that Lambda has."""
import base64
import datetime
import hashlib
import hmac
import http.client
import json
import math
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from botocore.credentials import Credentials

from local_endpoint import (KEYS, REGION, SHELL_RUNTIME, Endpoint, python_runtime, wait_until)

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

# One function for most tests: the event says what to do.
PUPIL = """
def handler(event, headers):
    what = event.get("do")
    if what == "env": return dict(os.environ)
    if what == "headers": return dict(headers.items())
    if what == "count": return {"calls": calls, "pid": os.getpid()}
    if what == "print": print(event["text"], flush=True); return "printed"
    if what == "exit": os._exit(event["status"])
    if what == "signal": os.kill(os.getpid(), event["number"]); time.sleep(5)
    if what == "sleep": time.sleep(event["s"]); return "slept"
    if what == "burn":
        end = time.process_time() + event["s"]
        while time.process_time() < end: pass
        return "burnt"
    if what == "large": return "x" * event["bytes"]
    if what == "eat": globals()["food"] = b"x" * (event["mb"] << 20); return "eaten"
    if what == "snack":
        for i in range(1, 9): b"x" * (event["mb"] // 8 * i << 20)
        return "gone"
    if what == "raise": raise ValueError(event["text"])
    if what == "size": return "x" * event["bytes"]
    if what == "cwd": return [os.getcwd(), os.environ["LAMBDA_TASK_ROOT"], sorted(os.listdir("."))]
    if what == "child":
        import subprocess
        return subprocess.Popen(["/bin/sleep", "300"]).pid
    return event
"""


def numbers(tail):
    """The figures of the REPORT line."""
    report = re.search(r"^REPORT .*$", tail, re.M).group(0)
    found = dict(re.findall(r"\t([A-Z][A-Za-z ]+): ([0-9.]+) (?:ms|MB)", report))
    return {k: float(v) for k, v in found.items()}


class Shared(unittest.TestCase):
    """Tests that share one endpoint."""
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint(*cls.options)
        cls.endpoint.create_python("pupil", PUPIL, timeout=10)

    @classmethod
    def tearDownClass(cls):
        assert cls.endpoint.close() == 0

    def ask(self, event, name="pupil"):
        return self.endpoint.invoke_tail(name, event)


class Success(Shared):
    def test_answer_and_headers_are_lambdas(self):
        answer = self.ask({"n": 7})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json(), {"n": 7})
        self.assertIsNone(answer.error)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.headers["X-Amz-Executed-Version"], "$LATEST")
        self.assertEqual(answer.headers["x-amzn-Remapped-Content-Length"], "0")
        self.assertRegex(answer.headers["x-amzn-RequestId"], "^%s$" % UUID)
        self.assertRegex(answer.headers["X-Amzn-Trace-Id"],
                         "^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$")
        self.assertTrue(answer.headers["Date"].endswith("GMT"))

    def test_tail_holds_start_output_end_and_report(self):
        answer = self.ask({"do": "print", "text": "hello log"})
        request_id = answer.headers["x-amzn-RequestId"]
        lines = answer.tail.splitlines()
        start = lines.index("START RequestId: %s Version: $LATEST" % request_id)
        self.assertEqual(lines[start + 1], "hello log")
        self.assertEqual(lines[start + 2], "END RequestId: %s" % request_id)
        self.assertTrue(lines[start + 3].startswith("REPORT RequestId: %s\tDuration: " % request_id))
        self.assertTrue(answer.tail.endswith("\t\n"))

    def test_tail_is_the_last_4_kb(self):
        answer = self.ask({"do": "print", "text": "y" * 9000})
        self.assertEqual(len(base64.b64decode(answer.headers["X-Amz-Log-Result"])), 4096)
        self.assertIn("REPORT", answer.tail)

    def test_no_tail_unless_asked(self):
        answer = self.endpoint.invoke("pupil", {})
        self.assertNotIn("X-Amz-Log-Result", answer.headers)

    def test_billed_is_ceiling_of_what_is_reported(self):
        self.endpoint.create_python("fresh", PUPIL)
        cold = numbers(self.ask({}, "fresh").tail)
        self.assertIn("Init Duration", cold)
        self.assertEqual(cold["Billed Duration"], math.ceil(round(cold["Duration"] + cold["Init Duration"], 2)))
        warm = numbers(self.ask({}, "fresh").tail)
        self.assertNotIn("Init Duration", warm)
        self.assertEqual(warm["Billed Duration"], math.ceil(warm["Duration"]))

    def test_empty_body_is_an_empty_event(self):
        self.assertEqual(self.endpoint.invoke("pupil", "").json(), {})

    def test_latest_qualifier_by_every_way(self):
        arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Apupil"
        for name, query in (("pupil", "?Qualifier=%24LATEST"), ("pupil%3A%24LATEST", ""), (arn, "")):
            self.assertEqual(self.endpoint.invoke(name, "{}", query=query).status, 200, name + query)

    def test_dry_run_runs_nothing(self):
        answer = self.endpoint.invoke("pupil", {}, {"X-Amz-Invocation-Type": "DryRun"})
        self.assertEqual((answer.status, answer.body), (204, b""))

    def test_warm_instances_are_reused(self):
        self.endpoint.create_python("alone", PUPIL)  # others may have instances to choose from
        first, second = (self.ask({"do": "count"}, "alone").json() for _ in range(2))
        self.assertEqual(first["pid"], second["pid"])
        self.assertEqual(first["calls"] + 1, second["calls"])

    def test_environment_is_lambdas_and_not_ours(self):
        self.endpoint.create_python("env", PUPIL, memory=256, variables={"COLOUR": "green"})
        env = self.ask({"do": "env"}, "env").json()
        expected = {"_HANDLER": "the.handler", "AWS_LAMBDA_FUNCTION_NAME": "env", "AWS_REGION": REGION,
                    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "TZ": ":UTC", "COLOUR": "green",
                    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/env"}
        self.assertEqual({k: env.get(k) for k in expected}, expected)
        self.assertRegex(env["AWS_LAMBDA_LOG_STREAM_NAME"], r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$")
        self.assertNotIn("SECRET_OF_THE_HOST", env)
        self.assertNotIn(KEYS.secret_key, env.values())

    def test_runs_in_its_package(self):
        cwd, root, files = self.ask({"do": "cwd"}).json()
        self.assertEqual(cwd, root)
        self.assertEqual(files, ["bootstrap"])

    def test_event_headers(self):
        before = time.time() * 1000
        client = base64.b64encode(b'{"custom": {"a": "b"}}').decode()
        answer = self.endpoint.invoke("pupil", {"do": "headers"}, {"X-Amz-Client-Context": client})
        headers = answer.json()
        self.assertEqual(headers["Lambda-Runtime-Aws-Request-Id"], answer.headers["x-amzn-RequestId"])
        self.assertEqual(headers["Lambda-Runtime-Trace-Id"], answer.headers["X-Amzn-Trace-Id"])
        self.assertEqual(headers["Lambda-Runtime-Invoked-Function-Arn"],
                         "arn:aws:lambda:us-east-1:123456789012:function:pupil")
        self.assertAlmostEqual(int(headers["Lambda-Runtime-Deadline-Ms"]), before + 10000, delta=2000)
        self.assertEqual(json.loads(headers["Lambda-Runtime-Client-Context"]), {"custom": {"a": "b"}})

    def test_the_tutorials_shell_runtime(self):
        self.endpoint.create("shell", SHELL_RUNTIME)
        for n in range(3):
            answer = self.ask({"n": n}, "shell")
            self.assertEqual(answer.body, b'echo {"n": %d}' % n)
            self.assertIn('handling {"n": %d}' % n, answer.tail)
            self.assertEqual("Init Duration" in answer.tail, n == 0)

    def test_large_events_and_answers(self):
        event = {"text": "z" * 6291000}
        self.assertEqual(self.endpoint.invoke("pupil", event).json(), event)

    def test_many_at_once(self):
        answers = []

        def one():
            connection = self.endpoint.new_connection()
            answers.append(self.endpoint.invoke("pupil", {"do": "count"}, connection=connection))
            connection.close()

        threads = [threading.Thread(target=one) for _ in range(20)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        self.assertEqual([a.status for a in answers], [200] * 20)

    def test_connections_are_kept(self):
        connection = self.endpoint.new_connection()
        self.endpoint.invoke("pupil", {}, connection=connection)
        first = connection.sock
        self.endpoint.invoke("pupil", "not json", connection=connection)
        self.endpoint.invoke("pupil", {}, connection=connection)
        self.assertIs(connection.sock, first)
        connection.close()


class FunctionFailures(Shared):
    def check(self, answer, error_type, message, status="error"):
        self.assertEqual((answer.status, answer.error), (200, "Unhandled"))
        self.assertEqual(answer.json(), {
            "errorType": error_type,
            "errorMessage": "RequestId: %s Error: %s" % (answer.headers["x-amzn-RequestId"], message)})
        self.assertEqual(list(answer.json()), ["errorType", "errorMessage"])
        self.assertIn("\tStatus: " + status, answer.tail)
        if status == "error":
            self.assertTrue(answer.tail.endswith("\tError Type: %s\n" % error_type), answer.tail)

    def test_exit_statuses(self):
        self.check(self.ask({"do": "exit", "status": 127}), "Runtime.ExitError",
                   "Runtime exited with error: exit status 127")
        self.check(self.ask({"do": "exit", "status": 0}), "Runtime.ExitError",
                   "Runtime exited without providing a reason")

    def test_signals(self):
        self.check(self.ask({"do": "signal", "number": signal.SIGSEGV}), "Runtime.ExitError",
                   "Runtime exited with error: signal: segmentation fault")
        self.check(self.ask({"do": "signal", "number": signal.SIGKILL}), "Runtime.ExitError",
                   "Runtime exited with error: signal: killed")

    def test_after_a_crash_init_is_part_of_the_next_duration(self):
        self.ask({"do": "exit", "status": 1})
        answer = self.ask({"do": "count"})
        self.assertEqual(answer.json()["calls"], 1)
        figures = numbers(answer.tail)
        self.assertNotIn("Init Duration", figures)
        self.assertGreater(figures["Duration"], 5)  # an interpreter's start

    def test_time_out(self):
        self.endpoint.create_python("slow", PUPIL, timeout=1)
        start = time.monotonic()
        answer = self.ask({"do": "sleep", "s": 30}, "slow")
        self.assertLess(time.monotonic() - start, 5)
        self.check(answer, "Sandbox.Timedout", "Task timed out after 1.00 seconds", "timeout")
        self.assertEqual(numbers(answer.tail)["Duration"], 1000)
        self.assertEqual(self.ask({"do": "count"}, "slow").json()["calls"], 1)

    def test_out_of_memory(self):
        self.endpoint.create_python("small", PUPIL, memory=128)
        answer = self.ask({"do": "eat", "mb": 300}, "small")
        self.check(answer, "Runtime.OutOfMemory", "Runtime exited with error: signal: killed")
        self.assertEqual(numbers(answer.tail)["Max Memory Used"], 128)
        self.assertEqual(self.ask({"do": "eat", "mb": 64}, "small").json(), "eaten")

    def test_a_short_peak_over_the_cap_counts(self):
        self.endpoint.create_python("peak", PUPIL, memory=128)
        self.check(self.ask({"do": "snack", "mb": 256}, "peak"), "Runtime.OutOfMemory",
                   "Runtime exited with error: signal: killed")

    def test_a_large_endpoint_is_not_its_functions_memory(self):
        # a child shares its parent's memory until it executes, and the kernel remembers that
        self.endpoint.create_python("lean", PUPIL, memory=128)
        self.endpoint.call("POST", "/2015-03-31/functions", b"x" * (69 << 20))
        answer = self.ask({"do": "exit", "status": 3}, "lean")
        self.check(answer, "Runtime.ExitError", "Runtime exited with error: exit status 3")
        self.assertLess(numbers(answer.tail)["Max Memory Used"], 100)

    def test_peak_memory_is_reported(self):
        before = numbers(self.ask({}).tail)["Max Memory Used"]
        after = numbers(self.ask({"do": "eat", "mb": 200}).tail)["Max Memory Used"]
        self.assertAlmostEqual(after - before, 200, delta=8)

    def test_handler_error_is_passed_through(self):
        answer = self.ask({"do": "raise", "text": "my reason"})
        self.assertEqual((answer.status, answer.error), (200, "Unhandled"))
        self.assertEqual(answer.json(), {"errorMessage": "my reason", "errorType": "ValueError"})
        self.assertTrue(answer.tail.endswith("\tStatus: error\tError Type: Function.Raised\n"), answer.tail)

    def test_too_large_an_answer(self):
        answer = self.ask({"do": "size", "bytes": 6291556})
        self.assertEqual(answer.error, "Unhandled")
        self.assertEqual(answer.json(), {
            "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
            "errorType": "Function.ResponseSizeTooLarge"})
        self.assertEqual(self.ask({"do": "size", "bytes": 6291554}).status, 200)

    def test_no_entrypoint(self):
        self.endpoint.create("script", "echo no interpreter line\n")
        answer = self.ask({}, "script")
        self.assertEqual(answer.error, "Unhandled")
        self.assertEqual(answer.json()["errorType"], "Runtime.InvalidEntrypoint")

    def test_init_crash_is_tried_twice(self):
        self.endpoint.create("bad", "#!/bin/sh\necho starting\nexit 3\n")
        answer = self.ask({}, "bad")
        self.check(answer, "Runtime.ExitError", "Runtime exited with error: exit status 3")
        self.assertEqual(answer.tail.count("starting"), 2)
        self.assertRegex(answer.tail, r"INIT_REPORT Init Duration: [0-9.]+ ms\tPhase: init\tStatus: error\t"
                                      r"Error Type: Runtime.ExitError")

    def test_init_error_is_passed_through(self):
        self.endpoint.create_python("noinit", """
call("POST", "init/error", '{"errorMessage":"cannot load","errorType":"Import"}',
     {"Lambda-Runtime-Function-Error-Type": "Runtime.ImportModuleError"})
sys.exit(1)
""")
        answer = self.ask({}, "noinit")
        self.assertEqual((answer.status, answer.error), (200, "Unhandled"))
        self.assertEqual(answer.json(), {"errorMessage": "cannot load", "errorType": "Import"})
        self.assertTrue(answer.tail.endswith("Error Type: Runtime.ImportModuleError\n"), answer.tail)

    def test_children_die_with_their_instance(self):
        def lives(pid):
            try:
                with open("/proc/%d/stat" % pid) as file:
                    return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"  # dead, though nobody has asked yet
            except OSError:
                return False
        child = self.ask({"do": "child"}).json()
        self.assertTrue(lives(child))
        self.ask({"do": "exit", "status": 1})
        wait_until(lambda: not lives(child))


class InitLimit(Shared):
    options = ("--init-limit-ms", "200")

    def test_a_long_init_runs_again_under_the_time_out(self):
        self.endpoint.create_python("longinit", "time.sleep(0.5)\ndef handler(e, h): return 'ready'\n", timeout=3)
        answer = self.ask({}, "longinit")
        self.assertEqual(answer.json(), "ready")
        self.assertRegex(answer.tail, r"INIT_REPORT Init Duration: [0-9.]+ ms\tPhase: init\tStatus: timeout")
        figures = numbers(answer.tail)
        self.assertNotIn("Init Duration", figures)
        self.assertGreater(figures["Duration"], 500)

    def test_an_endless_init_times_out(self):
        self.endpoint.create_python("endless", "time.sleep(60)\n", timeout=1)
        answer = self.ask({}, "endless")
        self.assertEqual(answer.json()["errorType"], "Sandbox.Timedout")


class RuntimeApi(Shared):
    """What the Runtime API says to a runtime that breaks the rules: asked from inside."""

    def probe(self, name, code, **more):
        # runs inside the handler, may use call() and headers; sets result
        body = "\n".join("    " + line for line in code.splitlines())
        self.endpoint.create_python(name, "def handler(event, headers):\n    result = []\n"
                                    "    me = headers['Lambda-Runtime-Aws-Request-Id']\n"
                                    "    def note(a): result.append([a[0].status, json.loads(a[1])])\n%s\n"
                                    "    return result\n" % body, **more)
        answer = self.endpoint.invoke_tail(name)
        self.assertIsNone(answer.error, answer.body)
        return answer.json()

    def test_wrong_id(self):
        self.assertEqual(self.probe("wrongid", "note(call('POST', 'invocation/nonsense/response', b'1'))"),
                         [[400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}]])

    def test_wrong_state(self):
        [next_status, next_body], [init_status, init_body] = self.probe(
            "wrongstate", "note(call('GET', 'invocation/next'))\nnote(call('POST', 'init/error', b'{}'))")
        self.assertEqual((next_status, next_body["errorType"]), (403, "InvalidStateTransition"))
        self.assertEqual((init_status, init_body["errorType"]), (403, "InvalidStateTransition"))

    def test_unknown_path_and_method(self):
        self.assertEqual([s for s, _ in self.probe(
            "unknown", "note(call('GET', 'nowhere'))\nnote(call('DELETE', 'invocation/next'))")], [404, 404])

    def test_too_large_is_told_and_answers_the_call(self):
        self.endpoint.create_python("large", """
seen = []
def handler(event, headers):
    if event.get("seen"): return seen
    path = "invocation/%s/" % headers["Lambda-Runtime-Aws-Request-Id"]
    for kind, body in (("response", b"x" * 6291557), ("error", b"{}")):
        answer, text = call("POST", path + kind, body)
        seen.append([answer.status, json.loads(text)])
""")
        self.assertEqual(self.endpoint.invoke("large").json()["errorType"], "Function.ResponseSizeTooLarge")
        large, late = self.endpoint.invoke("large", {"seen": 1}).json()[:2]
        self.assertEqual(large, [413, {
            "errorMessage": "Exceeded maximum allowed payload size (6291556 bytes).",
            "errorType": "RequestEntityTooLarge"}])
        self.assertEqual((late[0], late[1]["errorType"]), (403, "InvalidStateTransition"))

    def test_chunked_and_expecting_clients(self):
        result = self.probe("chunky", """import subprocess
url = "http://%s/2018-06-01/runtime/invocation/nonsense/response" % host
for extra in (["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"]):
    result.append(subprocess.run(["/usr/bin/curl", "-sS", "-d", "x" * 5000, *extra, url],
                                 stdout=subprocess.PIPE).stdout.decode())""")
        self.assertEqual([json.loads(r)["errorType"] for r in result], ["InvalidRequestID"] * 2)

    def test_accepted(self):
        self.endpoint.create("raw", """#!/usr/bin/python3
import os, socket
s = socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":"))
base = "/2018-06-01/runtime/invocation/"
def ask(text):
    s.sendall(text.encode())
ask("GET %snext HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % base)
text = b""
while True:
    while b"\\r\\n\\r\\n" not in text: text += s.recv(65536)
    head, _, rest = text.partition(b"\\r\\n\\r\\n")
    n = int([l for l in head.split(b"\\r\\n") if l.lower().startswith(b"content-length")][0].split(b":")[1])
    while len(rest) < n: rest += s.recv(65536)
    body, text = rest[:n], rest[n:]
    if b"202 Accepted" in head:
        previous = body
        continue
    me = [l for l in head.split(b"\\r\\n") if b"Request-Id" in l][0].split()[1].decode()
    answer = globals().get("previous", b"null").decode()
    # response and the next question in one write
    ask("POST %s%s/response HTTP/1.1\\r\\nContent-Length: %d\\r\\n\\r\\n%sGET %snext HTTP/1.1\\r\\n\\r\\n"
        % (base, me, len(answer), answer, base))
""")
        self.assertEqual(self.endpoint.invoke("raw").body, b"null")
        self.assertEqual(self.endpoint.invoke("raw").json(), {"status": "OK"})


class ServiceErrors(Shared):
    def check(self, answer, status, error_type, **body):
        self.assertEqual((answer.status, answer.headers["x-amzn-ErrorType"]), (status, error_type), answer.body)
        self.assertRegex(answer.headers["x-amzn-RequestId"], UUID)
        for key, value in body.items():
            self.assertEqual(answer.json()[key], value)

    def test_bad_json(self):
        for text, line, column in (('{"a":', 1, 6), ("{'a':1}", 1, 2), ('{}\n}', 2, 1), ("\xff", 1, 1)):
            answer = self.endpoint.invoke("pupil", text.encode("latin-1"))
            self.check(answer, 400, "InvalidRequestContentException", Type="User")
            self.assertIn("Could not parse request body into json", answer.json()["message"])
            self.assertIn("line: %d, column: %d]" % (line, column), answer.json()["message"])

    def test_too_large(self):
        answer = self.endpoint.invoke("pupil", '"%s"' % ("x" * 6291455))
        self.check(answer, 413, "RequestEntityTooLargeException",
                   message="Request must be smaller than 6291456 bytes for the InvokeFunction operation")

    def test_unknown_function_and_qualifier(self):
        arn = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:"
        self.check(self.endpoint.invoke("nobody"), 404, "ResourceNotFoundException", Type="User",
                   Message=arn + "nobody:$LATEST")
        for qualifier in ("7", "prod", "$latest"):
            answer = self.endpoint.invoke("pupil", query="?Qualifier=" + qualifier.replace("$", "%24"))
            self.check(answer, 404, "ResourceNotFoundException", Message=arn + "pupil:" + qualifier)

    def test_bad_names_and_headers(self):
        answer = self.endpoint.invoke("no%20name")
        self.check(answer, 400, "ValidationException")
        self.assertIn("Value 'no name' at 'functionName' failed to satisfy constraint: Member must "
                      "satisfy regular expression pattern: (arn:", answer.json()["message"])
        for header, value in (("X-Amz-Invocation-Type", "Later"), ("X-Amz-Log-Type", "Head")):
            self.check(self.endpoint.invoke("pupil", {}, {header: value}), 400, "ValidationException")
        self.check(self.endpoint.invoke("pupil", {}, {"X-Amz-Client-Context": "%%%"}), 400,
                   "InvalidRequestContentException")

    def test_signatures(self):
        self.check(self.endpoint.invoke("pupil", signed=False), 403, "MissingAuthenticationTokenException",
                   message="Missing Authentication Token")
        wrong = Credentials(KEYS.access_key, "wrong" * 8)
        self.check(self.endpoint.invoke("pupil", keys=wrong), 403, "InvalidSignatureException")
        unknown = Credentials("AKIAUNKNOWNUNKNOWN00", KEYS.secret_key)
        self.check(self.endpoint.invoke("pupil", keys=unknown), 403, "UnrecognizedClientException",
                   message="The security token included in the request is invalid.")

    def test_expired_date(self):
        when = datetime.datetime.utcnow() - datetime.timedelta(minutes=6)
        stamp, day = when.strftime("%Y%m%dT%H%M%SZ"), when.strftime("%Y%m%d")
        path, host = "/2015-03-31/functions/pupil/invocations", "127.0.0.1:%d" % self.endpoint.port
        canonical = "\n".join(["POST", path, "", "host:" + host, "x-amz-date:" + stamp, "", "host;x-amz-date",
                               hashlib.sha256(b"{}").hexdigest()])
        scope = "%s/%s/lambda/aws4_request" % (day, REGION)
        to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + KEYS.secret_key).encode()
        for part in (day, REGION, "lambda", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        answer = self.endpoint.call("POST", path, "{}", {
            "X-Amz-Date": stamp, "Authorization": "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=host;x-amz-date, "
            "Signature=%s" % (KEYS.access_key, scope, signature)}, signed=False)
        self.check(answer, 403, "InvalidSignatureException")
        self.assertIn("Signature expired: %s is now earlier than" % stamp, answer.json()["message"])

    def test_reserved_concurrency(self):
        self.endpoint.create_python("narrow", PUPIL)
        path = "/2017-10-31/functions/narrow/concurrency"
        self.endpoint.call("PUT", path, '{"ReservedConcurrentExecutions":1}')
        connection = self.endpoint.new_connection()
        self.endpoint.invoke("narrow")
        holder = threading.Thread(target=lambda: self.endpoint.invoke("narrow", {"do": "sleep", "s": 1},
                                                                      connection=connection))
        holder.start()
        time.sleep(0.3)
        self.check(self.endpoint.invoke("narrow"), 429, "TooManyRequestsException", Type="User",
                   Reason="ReservedFunctionConcurrentInvocationLimitExceeded", message="Rate Exceeded.")
        holder.join()
        connection.close()
        self.assertEqual(self.endpoint.invoke("narrow").status, 200)
        self.endpoint.call("PUT", path, '{"ReservedConcurrentExecutions":0}')
        self.check(self.endpoint.invoke("narrow"), 429, "TooManyRequestsException")

    def test_not_http(self):
        connection = self.endpoint.new_connection()
        connection.connect()
        connection.sock.sendall(b"\x00\xff nonsense\r\n\r\n")
        self.assertTrue(connection.sock.recv(1000).startswith(b"HTTP/1.1 400"))
        connection.close()


class Changes(Shared):
    def test_changed_configuration_starts_fresh_instances(self):
        self.endpoint.create_python("changing", PUPIL)
        first = self.ask({"do": "count"}, "changing").json()["pid"]
        self.endpoint.call("PUT", "/2015-03-31/functions/changing/configuration", '{"MemorySize":2048}')
        answer = self.ask({"do": "count"}, "changing")
        self.assertNotEqual(answer.json()["pid"], first)
        self.assertEqual(numbers(answer.tail)["Memory Size"], 2048)
        self.assertIn("Init Duration", answer.tail)
        wait_until(lambda: not os.path.exists("/proc/%d" % first))

    def test_deletion_lets_the_running_call_end(self):
        self.endpoint.create_python("leaving", PUPIL)
        connection, answers = self.endpoint.new_connection(), []
        thread = threading.Thread(target=lambda: answers.append(
            self.endpoint.invoke("leaving", {"do": "sleep", "s": 0.5}, connection=connection)))
        thread.start()
        time.sleep(0.25)
        self.assertEqual(self.endpoint.call("DELETE", "/2015-03-31/functions/leaving").status, 204)
        self.assertEqual(self.endpoint.invoke("leaving").status, 404)
        thread.join()
        connection.close()
        self.assertEqual(answers[0].json(), "slept")


class Idle(Shared):
    options = ("--idle-s", "1")

    def test_idle_instances_are_reaped(self):
        pid = self.ask({"do": "count"}).json()["pid"]
        wait_until(lambda: not os.path.exists("/proc/%d" % pid), 6)
        self.assertIn("Init Duration", self.ask({}).tail)


class CpuShare(Shared):
    options = ("--cpu", "quota")

    def test_cpu_time_is_stretched_and_sleep_is_not(self):
        self.endpoint.create_python("eighth", PUPIL, memory=221)  # an eighth of 1769 MB
        self.ask({}, "eighth")
        burnt = self.ask({"do": "burn", "s": 0.1}, "eighth")
        self.assertAlmostEqual(numbers(burnt.tail)["Duration"], 800, delta=60)
        start = time.monotonic()
        slept = self.ask({"do": "sleep", "s": 0.2}, "eighth")
        self.assertLess(time.monotonic() - start, 0.5)
        self.assertAlmostEqual(numbers(slept.tail)["Duration"], 201, delta=30)

    def test_stretching_can_time_out(self):
        self.endpoint.create_python("tight", PUPIL, memory=128, timeout=1)
        self.ask({}, "tight")
        start = time.monotonic()
        answer = self.ask({"do": "burn", "s": 0.2}, "tight")  # 2.8 s at 128 MB
        self.assertAlmostEqual(time.monotonic() - start, 1, delta=0.3)
        self.assertEqual(answer.json()["errorType"], "Sandbox.Timedout")

    def test_a_held_call_occupies_its_concurrency(self):
        self.endpoint.create_python("held", PUPIL, memory=128)
        self.endpoint.invoke("held")
        self.endpoint.call("PUT", "/2017-10-31/functions/held/concurrency", '{"ReservedConcurrentExecutions":1}')
        connection = self.endpoint.new_connection()
        thread = threading.Thread(target=lambda: self.endpoint.invoke("held", {"do": "burn", "s": 0.05},
                                                                      connection=connection))
        thread.start()
        time.sleep(0.4)  # it used its 50 ms long ago; at 128 MB they last 690 ms
        self.assertEqual(self.endpoint.invoke("held").status, 429)
        thread.join()
        connection.close()


class Faults(unittest.TestCase):
    def with_faults(self, faults, work):
        endpoint = Endpoint("--faults", faults)
        try:
            endpoint.create_python("pupil", PUPIL)
            return work(endpoint)
        finally:
            self.assertEqual(endpoint.close(), 0)

    def test_throttle(self):
        answer = self.with_faults("throttle=1", lambda e: e.invoke("pupil"))
        self.assertEqual((answer.status, answer.json()["Reason"]), (429, "ConcurrentInvocationLimitExceeded"))

    def test_error(self):
        answer = self.with_faults("error=1", lambda e: e.invoke("pupil"))
        self.assertEqual((answer.status, answer.headers["x-amzn-ErrorType"]), (500, "ServiceException"))

    def test_kill(self):
        answer = self.with_faults("kill=1", lambda e: e.invoke("pupil"))
        self.assertEqual(answer.json()["errorType"], "Runtime.ExitError")
        self.assertIn("signal: killed", answer.json()["errorMessage"])

    def test_slow(self):
        start = time.monotonic()
        answer = self.with_faults("slow=1,slow_ms=500", lambda e: e.invoke("pupil"))
        self.assertEqual(answer.status, 200)
        self.assertGreater(time.monotonic() - start, 0.5)

    def test_drop(self):
        import http.client
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
            self.with_faults("drop=1", lambda e: e.invoke("pupil"))

    def test_cut(self):
        import http.client
        with self.assertRaises((http.client.IncompleteRead, ConnectionResetError)):
            self.with_faults("cut=1", lambda e: e.invoke("pupil", {"text": "long enough to be cut"}))

    def test_equal_seeds_strike_alike(self):
        def statuses(endpoint):
            return [endpoint.invoke("pupil").status for _ in range(30)]
        first, second = (self.with_faults("throttle=0.3,error=0.2", statuses) for _ in range(2))
        self.assertEqual(first, second)
        self.assertEqual(set(first), {200, 429, 500})


class Clients(unittest.TestCase):
    """Clients that are slow, hasty, old or gone."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = os.path.join(self.folder.name, "log")
        self.endpoint = Endpoint("--log", self.log)
        self.endpoint.create_python("pupil", PUPIL, timeout=20)

    def tearDown(self):
        self.endpoint.close()
        self.folder.cleanup()

    def connect(self, receive_bytes=None):
        client = socket.socket()
        if receive_bytes:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        client.connect(("127.0.0.1", self.endpoint.port))
        client.settimeout(20)
        return client

    def request(self, event, version="1.1", headers=None):
        path, body = "/2015-03-31/functions/pupil/invocations", json.dumps(event).encode()
        fields = {**self.endpoint.sign("POST", path, body), "Host": "127.0.0.1:%d" % self.endpoint.port,
                  "Content-Length": str(len(body)), **(headers or {})}
        head = "POST %s HTTP/%s\r\n" % (path, version)
        return (head + "".join("%s: %s\r\n" % field for field in fields.items()) + "\r\n").encode() + body

    @staticmethod
    def answer(client):
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return answer.status, answer.read()

    def test_a_large_answer_waits_for_a_slow_reader(self):
        with self.connect(receive_bytes=4096) as client:
            client.sendall(self.request({"do": "large", "bytes": 5000000}))
            time.sleep(0.2)
            self.assertEqual(self.answer(client), (200, b'"' + b"x" * 5000000 + b'"'))
            client.sendall(self.request({"n": 1}))
            self.assertEqual(self.answer(client), (200, b'{"n": 1}'))

    def test_requests_may_come_in_pieces_and_in_a_row(self):
        with self.connect() as client:
            for byte in self.request({"n": 1}):
                client.sendall(bytes([byte]))
            self.assertEqual(self.answer(client), (200, b'{"n": 1}'))
            client.sendall(self.request({"n": 2}) + self.request({"n": 3}))
            received = b""
            while b'{"n": 3}' not in received:
                received += client.recv(65536)
            self.assertEqual(received.count(b"HTTP/1.1 200 OK"), 2)
            self.assertLess(received.index(b'{"n": 2}'), received.index(b'{"n": 3}'))

    def test_connections_end_when_the_client_says_so(self):
        for version, headers, stays in (("1.1", {}, True), ("1.1", {"Connection": "close"}, False),
                                        ("1.0", {}, False), ("1.0", {"Connection": "keep-alive"}, True)):
            with self.connect() as client:
                client.sendall(self.request({"n": 1}, version, headers))
                self.assertEqual(self.answer(client), (200, b'{"n": 1}'))
                if stays:
                    client.sendall(self.request({"n": 2}, version, headers))
                    self.assertEqual(self.answer(client), (200, b'{"n": 2}'), (version, headers))
                else:
                    self.assertEqual(client.recv(1), b"", (version, headers))

    def test_a_client_that_goes_away_leaves_its_instance_to_others(self):
        def logged():
            with open(self.log) as log:
                return log.read().count("pupil: REPORT")

        process = self.endpoint.invoke("pupil", {"do": "count"}).json()["pid"]
        for linger in (None, struct.pack("ii", 1, 0)):  # an orderly end, and a reset
            before = logged()
            client = self.connect()
            if linger:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.sendall(self.request({"do": "sleep", "s": 0.3}))
            time.sleep(0.1)
            client.close()
            wait_until(lambda: logged() == before + 1)
            self.assertEqual(self.endpoint.invoke("pupil", {"do": "count"}).json()["pid"], process)


class Life(unittest.TestCase):
    def start_with_child(self):
        endpoint = Endpoint()
        endpoint.create_python("pupil", PUPIL)
        pid = endpoint.invoke("pupil", {"do": "count"}).json()["pid"]
        root = endpoint.invoke("pupil", {"do": "cwd"}).json()[1]
        return endpoint, pid, root

    def check_gone(self, pid, root):
        wait_until(lambda: not os.path.exists("/proc/%d" % pid))
        wait_until(lambda: not os.path.exists(root))

    def test_sigterm_cleans_up(self):
        endpoint, pid, root = self.start_with_child()
        self.assertEqual(endpoint.close(), 0)
        self.check_gone(pid, root)

    def test_kill_9_cleans_up_too(self):
        endpoint, pid, root = self.start_with_child()
        endpoint.process.kill()
        endpoint.process.wait()
        self.check_gone(pid, root)
        os.close(endpoint.lifeline)
        endpoint.connection.close()
        endpoint.process.stdout.close()

    def test_lifelines_end(self):
        endpoint, pid, root = self.start_with_child()
        os.close(endpoint.lifeline)
        self.assertEqual(endpoint.process.wait(timeout=10), 0)
        self.check_gone(pid, root)
        endpoint.connection.close()
        endpoint.process.stdout.close()

    def test_ends_with_calls_in_flight(self):
        endpoint = Endpoint()
        endpoint.create_python("pupil", PUPIL)
        connection = endpoint.new_connection()

        def call():
            try:
                endpoint.invoke("pupil", {"do": "sleep", "s": 30}, connection=connection)
            except Exception:  # the connection's end is what is expected
                pass
        thread = threading.Thread(target=call)
        thread.start()
        time.sleep(0.3)
        self.assertEqual(endpoint.close(), 0)
        thread.join()

    def test_bad_options(self):
        from local_endpoint import PROGRAM
        for options, text in ((["--port", "70000"], "port"), (["--cpu", "fast"], "tick|quota|off"),
                              (["--faults", "rain=1"], "rain"), (["--function", "x"], "NAME=ZIP"),
                              (["--host", "localhost"], "numeric"), (["--nonsense"], "nonsense")):
            with tempfile.TemporaryDirectory() as folder:
                run = subprocess.run([PROGRAM, "--port", "0", *options], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True, timeout=20,
                                     env={**os.environ, "TMPDIR": folder})
                self.assertEqual(os.listdir(folder), [], options)  # it leaves no work folder
            self.assertEqual(run.returncode, 2, (options, run.stderr))
            self.assertIn(text, run.stderr)

    def test_help_and_version(self):
        from local_endpoint import PROGRAM
        for option in ("--help", "--version"):
            run = subprocess.run([PROGRAM, option], stdout=subprocess.PIPE, text=True)
            self.assertEqual(run.returncode, 0)
            self.assertIn("local_lambda", run.stdout)

    def test_function_option_and_log_file(self):
        import tempfile
        from local_endpoint import package
        with tempfile.TemporaryDirectory() as folder:
            zip_path, log = os.path.join(folder, "f.zip"), os.path.join(folder, "log")
            with open(zip_path, "wb") as file:
                file.write(package({"bootstrap": python_runtime(PUPIL)}))
            endpoint = Endpoint("--function", "given=%s,memory=256,timeout=5" % zip_path, "--log", log)
            answer = endpoint.invoke_tail("given", {"do": "print", "text": "into the file"})
            self.assertEqual(answer.json(), "printed")
            self.assertIn("Memory Size: 256 MB", answer.tail)
            self.assertEqual(endpoint.close(), 0)
            with open(log) as file:
                text = file.read()
            self.assertIn("given: into the file\n", text)
            self.assertIn("given: REPORT RequestId: ", text)


if __name__ == "__main__":
    unittest.main()
