"""Versions, aliases and concurrency by botocore, the SDK that everybody uses, against the local endpoint: every
answer parsed by the SDK's own model, every refusal raised as the class that this model has for it."""
import base64
import json
import math
import os
import threading
import unittest

import botocore.config
import botocore.session
from botocore.exceptions import ClientError

from local_endpoint import BUILD, KEYS, REGION, Endpoint, package, python_runtime

ROLE = "arn:aws:iam::123456789012:role/any"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
OUR_ZIP = os.path.join(BUILD, "share", "lambda-fanout", "function.zip")
TELLER = """
def handler(event, headers):
    if event.get("fail"): raise ValueError("as asked")
    return {"version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "stage": os.environ.get("STAGE"),
            "arn": headers["Lambda-Runtime-Invoked-Function-Arn"], "pid": os.getpid(),
            "stream": os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]}
"""


def sdk_client(endpoint):
    """A client as users make one, but that retries nothing."""
    session = botocore.session.Session()
    config = botocore.config.Config(retries={"max_attempts": 0}, max_pool_connections=16)
    return session.create_client("lambda", region_name=REGION, endpoint_url=endpoint.url, config=config,
                                 aws_access_key_id=KEYS.access_key, aws_secret_access_key=KEYS.secret_key)


class Sdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint("--seed", "3", "--cpu", "off")
        cls.client = sdk_client(cls.endpoint)
        cls.zip = package({"bootstrap": python_runtime(TELLER)})

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.endpoint.close()

    def create(self, name, **more):
        settings = dict(FunctionName=name, Runtime="provided.al2", Role=ROLE, Handler="any",
                        Code={"ZipFile": self.zip}, Environment={"Variables": {"STAGE": "one"}})
        settings.update(more)
        return self.client.create_function(**settings)

    def change_stage(self, name, stage):
        self.client.update_function_configuration(FunctionName=name, Environment={"Variables": {"STAGE": stage}})

    def two_versions(self, name):
        self.create(name, Publish=True)
        self.change_stage(name, "two")
        self.assertEqual(self.client.publish_version(FunctionName=name)["Version"], "2")

    def invoke(self, name, **more):
        answer = self.client.invoke(FunctionName=name, **more)
        return answer, json.loads(answer["Payload"].read())


class Versions(Sdk):
    def test_each_is_a_function_of_its_own(self):
        self.two_versions("many")
        self.change_stage("many", "three")
        pids = set()
        for name, more, version, stage in (
                ("many", {}, "$LATEST", "three"), ("many", {"Qualifier": "$LATEST"}, "$LATEST", "three"),
                ("many", {"Qualifier": "1"}, "1", "one"), ("many:2", {}, "2", "two"), (ARN + "many:1", {}, "1", "one")):
            answer, told = self.invoke(name, LogType="Tail", **more)
            self.assertEqual((answer["ExecutedVersion"], told["version"], told["stage"]), (version, version, stage))
            self.assertIn(" Version: %s\n" % version, base64.b64decode(answer["LogResult"]).decode())
            self.assertIn("/[%s]" % version, told["stream"])
            qualifier = more.get("Qualifier") or (name.split(":")[-1] if ":" in name else "")
            self.assertEqual(told["arn"], ARN + "many" + (":" + qualifier if qualifier else ""))
            pids.add((version, told["pid"]))
        self.assertEqual(len(pids), 3, "one warm instance per version: %s" % pids)
        listed = self.client.get_paginator("list_versions_by_function").paginate(
            FunctionName="many", PaginationConfig={"PageSize": 2})
        self.assertEqual([v["Version"] for page in listed for v in page["Versions"]], ["$LATEST", "1", "2"])
        self.client.delete_function(FunctionName="many", Qualifier="1")
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.invoke("many:1")
        self.assertEqual(self.invoke("many:2")[1]["stage"], "two")

    def test_limits_are_of_all_versions_together(self):
        self.two_versions("limited")
        self.client.put_function_concurrency(FunctionName="limited", ReservedConcurrentExecutions=0)
        for qualifier in ("$LATEST", "1", "2"):
            with self.assertRaises(self.client.exceptions.TooManyRequestsException) as raised:
                self.client.invoke(FunctionName="limited", Qualifier=qualifier)
            self.assertEqual(raised.exception.response["Reason"],
                             "ReservedFunctionConcurrentInvocationLimitExceeded")
        self.client.put_function_concurrency(FunctionName="limited", ReservedConcurrentExecutions=5)
        self.assertEqual(self.client.get_function_concurrency(FunctionName="limited")["ReservedConcurrentExecutions"],
                         5)
        self.assertEqual(self.invoke("limited:2")[0]["ExecutedVersion"], "2")
        self.client.delete_function(FunctionName="limited")
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.invoke("limited:2")


class Aliases(Sdk):
    def test_point_and_move(self):
        self.two_versions("moved")
        made = self.client.create_alias(FunctionName="moved", Name="live", FunctionVersion="1")
        self.assertEqual(made["AliasArn"], ARN + "moved:live")
        answer, told = self.invoke("moved:live")
        self.assertEqual((answer["ExecutedVersion"], told["arn"]), ("1", ARN + "moved:live"))
        self.client.update_alias(FunctionName="moved", Name="live", FunctionVersion="2",
                                 RevisionId=made["RevisionId"])
        self.assertEqual(self.invoke("moved", Qualifier="live")[1]["stage"], "two")
        got = self.client.get_function(FunctionName="moved", Qualifier="live")["Configuration"]
        self.assertEqual((got["Version"], got["FunctionArn"]), ("2", ARN + "moved:live"))
        listed = self.client.list_aliases(FunctionName="moved", FunctionVersion="2")["Aliases"]
        self.assertEqual([a["Name"] for a in listed], ["live"])
        self.client.delete_alias(FunctionName="moved", Name="live")
        self.assertEqual(self.client.list_aliases(FunctionName="moved")["Aliases"], [])

    def test_a_tenth_of_the_calls_goes_to_the_new_version(self):
        with open(OUR_ZIP, "rb") as file:
            self.create("canary", Handler="isprime", Code={"ZipFile": file.read()}, Publish=True)
        self.client.update_function_configuration(FunctionName="canary", MemorySize=256)
        self.client.publish_version(FunctionName="canary")
        made = self.client.create_alias(FunctionName="canary", Name="live", FunctionVersion="1",
                                        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
        self.assertEqual(made["RoutingConfig"], {"AdditionalVersionWeights": {"2": 0.1}})
        calls, threads, ran = 2000, 4, []

        def ask():
            connection = self.endpoint.new_connection()
            for _ in range(calls // threads):
                answer = self.endpoint.invoke("canary%3Alive", '{"n": 97}', connection=connection)
                ran.append(answer.headers["X-Amz-Executed-Version"])
            connection.close()
        workers = [threading.Thread(target=ask) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(len(ran), calls)
        second = ran.count("2")
        self.assertEqual(second + ran.count("1"), calls)
        low, high = wilson(second, calls, 2.5758)
        self.assertTrue(low < 0.1 < high, "%d of %d: [%.4f, %.4f]" % (second, calls, low, high))


def wilson(hits, n, z):
    """The interval of a proportion by Wilson's score."""
    p, z2 = hits / n, z * z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return middle - half, middle + half


if __name__ == "__main__":
    unittest.main()
