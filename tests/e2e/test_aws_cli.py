"""The stock aws command line against the local endpoint."""
import base64
import json
import os
import subprocess
import tempfile
import unittest

from local_endpoint import AWS, BUILD, KEYS, REGION, Endpoint, curl, package, python_runtime

OUR_ZIP = os.path.join(BUILD, "share", "lambda-fanout", "function.zip")


class AwsCommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.endpoint = Endpoint()
        cls.zip = os.path.join(cls.folder.name, "function.zip")
        with open(cls.zip, "wb") as file:
            file.write(package({"bootstrap": python_runtime("def handler(e, h): print('seen'); return {'got': e}\n")}))

    @classmethod
    def tearDownClass(cls):
        cls.endpoint.close()
        cls.folder.cleanup()

    def aws(self, *words, fails=False):
        env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": KEYS.access_key, "HOME": self.folder.name,
               "AWS_SECRET_ACCESS_KEY": KEYS.secret_key, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "",
               "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}
        run = subprocess.run([AWS, "--endpoint-url", self.endpoint.url, "lambda", *words],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, timeout=120)
        self.assertEqual(run.returncode != 0, fails, run.stderr)
        if fails:
            return run.stderr
        return json.loads(run.stdout) if run.stdout.strip() else None

    def test_a_functions_life(self):
        made = self.aws("create-function", "--function-name", "life", "--runtime", "provided.al2023",
                        "--handler", "any", "--role", "arn:aws:iam::123456789012:role/any", "--memory-size", "256",
                        "--zip-file", "fileb://" + self.zip)
        self.assertEqual((made["FunctionName"], made["MemorySize"], made["Timeout"]), ("life", 256, 3))
        self.assertEqual(made["FunctionArn"], "arn:aws:lambda:us-east-1:123456789012:function:life")
        listed = self.aws("list-functions")["Functions"]
        self.assertEqual([f["FunctionName"] for f in listed], ["life"])
        got = self.aws("get-function", "--function-name", "life")
        self.assertEqual(got["Configuration"]["CodeSha256"], made["CodeSha256"])

        out = os.path.join(self.folder.name, "out.json")
        result = self.aws("invoke", "--function-name", "life", "--log-type", "Tail", "--cli-binary-format",
                          "raw-in-base64-out", "--payload", '{"n": 7}', out)
        self.assertEqual((result["StatusCode"], result["ExecutedVersion"]), (200, "$LATEST"))
        self.assertNotIn("FunctionError", result)
        with open(out) as file:
            self.assertEqual(json.load(file), {"got": {"n": 7}})
        log = base64.b64decode(result["LogResult"]).decode()
        self.assertIn("Memory Size: 256 MB", log)

        changed = self.aws("update-function-configuration", "--function-name", "life", "--memory-size", "512",
                           "--timeout", "9")
        self.assertEqual((changed["MemorySize"], changed["Timeout"]), (512, 9))
        result = self.aws("invoke", "--function-name", "life", "--log-type", "Tail", out)
        self.assertIn("Memory Size: 512 MB", base64.b64decode(result["LogResult"]).decode())

        reserved = self.aws("put-function-concurrency", "--function-name", "life",
                            "--reserved-concurrent-executions", "5")
        self.assertEqual(reserved, {"ReservedConcurrentExecutions": 5})
        limits = self.aws("get-account-settings")
        self.assertEqual(limits["AccountLimit"]["ConcurrentExecutions"], 1000)
        self.assertEqual(limits["AccountLimit"]["UnreservedConcurrentExecutions"], 995)
        self.assertEqual(limits["AccountUsage"]["FunctionCount"], 1)

        url = self.aws("create-function-url-config", "--function-name", "life", "--auth-type", "NONE")
        self.assertTrue(url["FunctionArn"].endswith(":function:life"))
        self.assertEqual(curl(url["FunctionUrl"] + "path").json()["got"]["rawPath"], "/path")
        self.assertEqual(self.aws("get-function-url-config", "--function-name", "life")["FunctionUrl"], url["FunctionUrl"])

        self.aws("delete-function", "--function-name", "life")
        self.assertEqual(self.aws("list-functions")["Functions"], [])
        self.assertIn("ResourceNotFoundException", self.aws("get-function", "--function-name", "life", fails=True))

    def test_a_canary(self):
        """Our own package from creation to a weighted alias, called by every type of invocation."""
        self.aws("create-function", "--function-name", "canary", "--runtime", "provided.al2023", "--handler", "isprime",
                 "--role", "arn:aws:iam::123456789012:role/any", "--zip-file", "fileb://" + OUR_ZIP, "--publish")
        self.addCleanup(self.endpoint.call, "DELETE", "/2015-03-31/functions/canary")
        self.endpoint.call("PUT", "/2015-03-31/functions/canary/configuration", '{"MemorySize": 1024}')
        self.assertEqual(self.aws("publish-version", "--function-name", "canary")["Version"], "2")
        alias = self.aws("create-alias", "--function-name", "canary", "--name", "live", "--function-version", "1",
                         "--routing-config", "AdditionalVersionWeights={2=1}")
        self.assertEqual(alias["RoutingConfig"], {"AdditionalVersionWeights": {"2": 1.0}})
        out = os.path.join(self.folder.name, "canary.json")
        invoke = ("invoke", "--function-name", "canary:live", "--cli-binary-format", "raw-in-base64-out",
                  "--payload", '{"n": 97}')
        result = self.aws(*invoke, "--log-type", "Tail", out)
        self.assertEqual((result["StatusCode"], result["ExecutedVersion"]), (200, "2"))
        log = base64.b64decode(result["LogResult"]).decode()
        self.assertIn("Version: 2\n", log)
        self.assertIn("Memory Size: 1024 MB", log)
        with open(out) as file:
            self.assertIs(json.load(file)["prime"], True)
        self.assertEqual(self.aws(*invoke, "--invocation-type", "Event", out), {"StatusCode": 202})


if __name__ == "__main__":
    unittest.main()
