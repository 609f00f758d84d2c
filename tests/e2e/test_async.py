"""Asynchronous invocations by botocore against the local endpoint: retries, destinations, what is left at the end."""
import json
import os
import tempfile
import unittest

from local_endpoint import Endpoint, package, python_runtime, wait_until
from test_versions import ARN, ROLE, sdk_client

# Writes down each event that it gets: the tests and the function share the machine.
WRITER = """
def handler(event, headers):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps({"event": event, "id": headers["Lambda-Runtime-Aws-Request-Id"],
                                "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"]}) + "\\n")
    if isinstance(event, dict) and "sleep" in event: time.sleep(event["sleep"])
    if isinstance(event, dict) and event.get("fail", 0) >= calls: raise ValueError("call %d" % calls)
    if isinstance(event, dict) and "exit" in event: os._exit(event["exit"])
    return {"answered": calls}
"""


def until(condition):
    """Wait for what comes when the loop and other processes get to it, however busy the machine is."""
    wait_until(condition, 60)


class Async(unittest.TestCase):
    options = ("--async-retry-ms", "10", "--async-backoff-ms", "5", "--cpu", "off")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.errors = open(os.path.join(cls.folder.name, "errors"), "w+")
        cls.endpoint = Endpoint(*cls.options, stderr=cls.errors)
        cls.client = sdk_client(cls.endpoint)
        cls.zip = package({"bootstrap": python_runtime(WRITER)})

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        if cls.endpoint.process.poll() is None:
            cls.endpoint.close()
        cls.errors.close()
        cls.folder.cleanup()

    def tearDown(self):
        for name in self.names:
            self.client.delete_function(FunctionName=name)
            if os.path.exists(self.notes_of(name)):
                os.remove(self.notes_of(name))

    def setUp(self):
        self.names = []

    def create(self, name, **more):
        self.names.append(name)
        self.client.create_function(
            FunctionName=name, Runtime="provided.al2", Role=ROLE, Handler="any", Code={"ZipFile": self.zip},
            Environment={"Variables": {"NOTES": self.notes_of(name)}}, **more)

    def notes_of(self, name):
        return os.path.join(self.folder.name, name)

    def notes(self, name):
        if not os.path.exists(self.notes_of(name)):
            return []
        with open(self.notes_of(name)) as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def send(self, name, event, **more):
        answer = self.client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **more)
        self.assertEqual((answer["StatusCode"], answer["Payload"].read()), (202, b""))
        self.assertNotIn("ExecutedVersion", answer)
        return answer["ResponseMetadata"]["RequestId"]

    def told(self, name, n=1):
        until(lambda: len(self.notes(name)) >= n)
        return [note["event"] for note in self.notes(name)]


class Delivery(Async):
    def test_runs_what_was_accepted(self):
        self.create("f", Publish=True)
        request_id = self.send("f", {"n": 1})
        until(lambda: self.notes("f"))
        self.assertEqual(self.notes("f"), [{"event": {"n": 1}, "id": request_id, "version": "$LATEST"}])
        request_id = self.send("f", {"n": 2}, Qualifier="1")
        until(lambda: len(self.notes("f")) == 2)
        self.assertEqual(self.notes("f")[1], {"event": {"n": 2}, "id": request_id, "version": "1"})
        ids = [self.send("f", {"n": n}) for n in range(3, 53)]
        until(lambda: len(self.notes("f")) == 52)
        self.assertEqual({note["id"] for note in self.notes("f")[2:]}, set(ids))

    def test_failures_are_retried_under_the_same_id_and_then_told(self):
        for name in ("f", "failed", "done"):
            self.create(name)
        self.client.put_function_event_invoke_config(FunctionName="f", DestinationConfig={
            "OnFailure": {"Destination": ARN + "failed"}, "OnSuccess": {"Destination": ARN + "done"}})
        request_id = self.send("f", {"fail": 9})
        record, = self.told("failed")
        self.assertEqual([note["id"] for note in self.notes("f")], [request_id] * 3)
        self.assertEqual(record["requestContext"], {
            "requestId": request_id, "functionArn": ARN + "f:$LATEST", "condition": "RetriesExhausted",
            "approximateInvokeCount": 3})
        self.assertEqual(record["requestPayload"], {"fail": 9})
        self.assertEqual(record["responseContext"],
                         {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"})
        self.assertEqual(record["responsePayload"], {"errorMessage": "call 3", "errorType": "ValueError"})
        self.assertEqual(self.notes("done"), [])

        self.client.invoke(FunctionName="f", Payload="{}")["Payload"].read()  # a fourth call
        self.send("f", {"fail": 5})  # fails once
        record, = self.told("done")
        self.assertEqual((record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]),
                         ("Success", 2))
        self.assertEqual(record["responsePayload"], {"answered": 6})
        self.assertEqual(len(self.notes("failed")), 1)

    def test_crashes_are_failures_and_retries_can_be_refused(self):
        self.create("f")
        self.create("failed")
        self.client.put_function_event_invoke_config(
            FunctionName="f", MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60,
            DestinationConfig={"OnFailure": {"Destination": ARN + "failed"}})
        self.send("f", {"exit": 3})
        record, = self.told("failed")
        self.assertEqual(record["requestContext"]["approximateInvokeCount"], 1)
        self.assertEqual(record["responsePayload"]["errorType"], "Runtime.ExitError")
        got = self.client.get_function_event_invoke_config(FunctionName="f")
        self.assertEqual((got["MaximumRetryAttempts"], got["MaximumEventAgeInSeconds"]), (0, 60))
        self.assertEqual(got["LastModified"].year >= 2025, True)
        self.client.update_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
        self.send("f", {"exit": 3})
        self.assertEqual(self.told("failed", 2)[1]["requestContext"]["approximateInvokeCount"], 2)
        listed = self.client.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"]
        self.assertEqual([c["FunctionArn"] for c in listed], [ARN + "f:$LATEST"])
        self.client.delete_function_event_invoke_config(FunctionName="f")
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.get_function_event_invoke_config(FunctionName="f")

    def test_throttled_events_wait_until_there_is_room(self):
        self.create("f")
        self.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
        ids = [self.send("f", {"sleep": 0.05}) for _ in range(4)]
        until(lambda: len(self.notes("f")) == 4)
        self.assertEqual({note["id"] for note in self.notes("f")}, set(ids), "each ran once")

    def test_a_blocked_functions_events_go_to_on_failure(self):
        self.create("f")
        self.create("failed")
        self.client.put_function_event_invoke_config(
            FunctionName="f", DestinationConfig={"OnFailure": {"Destination": ARN + "failed"}})
        self.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
        self.send("f", {"n": 1})
        record, = self.told("failed")
        self.assertEqual((record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]),
                         ("ZeroReservedConcurrency", 0))
        self.assertNotIn("responseContext", record)
        self.assertEqual(self.notes("f"), [])

    def test_functions_that_tell_each_other_come_to_an_end(self):
        for name, other in (("ping", "pong"), ("pong", "ping")):
            self.create(name)
        for name, other in (("ping", "pong"), ("pong", "ping")):
            self.client.put_function_event_invoke_config(
                FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": ARN + other}})
        self.send("ping", {})
        until(lambda: len(self.notes("ping")) == 9 and len(self.notes("pong")) == 8)
        until(lambda: "it is number 17 in a row" in self.log())

    def log(self):
        with open(self.errors.name) as file:
            return file.read()

    def test_too_large_and_bad_events_are_refused(self):
        self.create("f")
        with self.assertRaises(self.client.exceptions.ClientError) as raised:
            self.client.invoke(FunctionName="f", InvocationType="Event", Payload=b'"%s"' % (b"x" * 1048575))
        error = raised.exception.response
        self.assertEqual((error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]),
                         (413, "RequestEntityTooLargeException"))
        self.assertEqual(error["Error"]["Message"],
                         "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)")
        self.send("f", "x" * 1048574)
        with self.assertRaises(self.client.exceptions.InvalidRequestContentException):
            self.client.invoke(FunctionName="f", InvocationType="Event", Payload=b"{")
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.invoke(FunctionName="f", InvocationType="Event", Qualifier="7")
        until(lambda: len(self.notes("f")) == 1)


class Faults(Async):
    options = ("--async-retry-ms", "10", "--async-backoff-ms", "5", "--cpu", "off",
               "--faults", "throttle=30%,error=30%", "--seed", "5")

    def test_errors_of_the_service_are_tried_again(self):
        self.create("f")
        ids = [self.send("f", {}) for _ in range(20)]
        until(lambda: len(self.notes("f")) == 20)
        self.assertEqual(sorted(note["id"] for note in self.notes("f")), sorted(ids))


class End(Async):
    options = ("--async-retry-ms", "60000", "--cpu", "off")

    def test_what_still_waits_is_told_in_the_log(self):
        self.create("f")
        self.send("f", {"fail": 9})  # waits for its retry
        self.send("f", {"sleep": 60})
        until(lambda: len(self.notes("f")) == 2)
        self.names = []
        self.assertEqual(self.endpoint.close(), 0)
        with open(self.errors.name) as file:
            self.assertIn("2 asynchronous events were still waiting or running at the end", file.read())


if __name__ == "__main__":
    unittest.main()
