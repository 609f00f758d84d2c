"""Functions with custom runtimes that know nothing of this project: a shell script around curl, and a Python
program of the standard library. They lie in functions/ as their authors would keep them, and run as they are."""
import os
import unittest

from local_endpoint import Endpoint, package

FUNCTIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "functions")


def packed(folder):
    files = {}
    for name in ("bootstrap", "function.sh", "greeter.py"):
        path = os.path.join(FUNCTIONS, folder, name)
        if os.path.exists(path):
            with open(path) as file:
                files[name] = file.read()
    return files


class Foreign:
    """What holds for either of them; folder and handler say which."""

    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint("--cpu", "off")

    @classmethod
    def tearDownClass(cls):
        cls.endpoint.close()

    def create(self, name, handler=None):
        files = packed(self.folder)
        self.endpoint.create(name, files.pop("bootstrap"), files=files, handler=handler or self.handler, timeout=30)

    def test_runs_and_stays_warm(self):
        self.create("greeter")
        first = self.endpoint.invoke_tail("greeter", {"n": 1})
        self.assertEqual((first.status, first.error), (200, None), first.body)
        self.assertEqual((first.json()["asked"], first.json()["event"]), (1, {"n": 1}))
        self.assertIn("greeting number 1", first.tail)
        self.assertIn("Init Duration", first.tail)
        for n in (2, 3):
            warm = self.endpoint.invoke_tail("greeter", {"n": n})
            self.assertEqual((warm.json()["asked"], warm.json()["event"]), (n, {"n": n}))
            self.assertIn("greeting number %d" % n, warm.tail)
            self.assertNotIn("Init Duration", warm.tail)
            self.assertIn("\nREPORT RequestId: " + warm.headers["x-amzn-RequestId"], warm.tail)

    def test_an_error_is_told_and_the_next_call_succeeds(self):
        self.create("failing")
        failed = self.endpoint.invoke_tail("failing", {"fail": True})
        self.assertEqual((failed.status, failed.error), (200, "Unhandled"))
        self.assertEqual({k: failed.json()[k] for k in ("errorType", "errorMessage")}, self.error)
        self.assertIn("greeting number 1", failed.tail)
        after = self.endpoint.invoke_tail("failing", {})
        self.assertEqual((after.error, after.json()["asked"]), (None, 2))
        self.assertNotIn("Init Duration", after.tail)

    def test_an_init_error_is_told(self):
        self.create("lost", "nowhere.greet")
        failed = self.endpoint.invoke("lost", {})
        self.assertEqual((failed.status, failed.error), (200, "Unhandled"))
        self.assertEqual(failed.json()["errorType"], self.init_error)


class Shell(Foreign, unittest.TestCase):
    folder, handler = "shell", "function.greet"
    error = {"errorType": "Handler.Failed", "errorMessage": "exit status 3"}
    init_error = "Runtime.NoSuchFile"


class Python(Foreign, unittest.TestCase):
    folder, handler = "python", "greeter.greet"
    error = {"errorType": "ValueError", "errorMessage": "asked to fail"}
    init_error = "ModuleNotFoundError"

    def test_context(self):
        self.create("context")
        told = self.endpoint.invoke("context", {}, query="?Qualifier=%24LATEST").json()
        self.assertEqual(told["arn"], "arn:aws:lambda:us-east-1:123456789012:function:context:$LATEST")
        self.assertTrue(told["in_time"])


if __name__ == "__main__":
    unittest.main()
