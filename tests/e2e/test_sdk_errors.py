"""Every refusal that the local endpoint can be made to give, as the class that the SDK's own model has for it."""
import json
import random
import unittest

import botocore.exceptions

from local_endpoint import Endpoint, package, python_runtime
from test_versions import ARN, ROLE, sdk_client

ECHO = python_runtime("def handler(event, headers): return event\n")


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint("--cpu", "off", "--code-storage-mb", "2")
        cls.client = sdk_client(cls.endpoint)
        cls.zip = package({"bootstrap": ECHO})
        cls.create("f", Publish=True)
        cls.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.endpoint.close()

    @classmethod
    def create(cls, name, **more):
        settings = dict(FunctionName=name, Runtime="provided.al2", Role=ROLE, Handler="any",
                        Code={"ZipFile": cls.zip})
        settings.update(more)
        return cls.client.create_function(**settings)

    def refused(self, error, call, **members):
        """The call raises the SDK's class of this name; with this status and message key of the model."""
        known = getattr(self.client.exceptions, error)
        with self.assertRaises(known, msg="%s %s" % (call, members)) as raised:
            getattr(self.client, call)(**members)
        response = raised.exception.response
        shape = self.client.meta.service_model.shape_for(error)
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], shape.metadata["error"]["httpStatusCode"])
        self.assertTrue(response["Error"]["Message"])
        for key in ("message", "Message"):
            if key in shape.members:
                self.assertIn(key, response, "%s spells its message %s" % (error, key))
        return response

    def test_not_found(self):
        for call, members in (
                ("get_function", {"FunctionName": "nobody"}), ("get_function", {"FunctionName": "f:9"}),
                ("get_function_configuration", {"FunctionName": ARN + "f", "Qualifier": "gone"}),
                ("invoke", {"FunctionName": "nobody"}), ("invoke", {"FunctionName": "f", "Qualifier": "9"}),
                ("delete_function", {"FunctionName": "nobody"}), ("publish_version", {"FunctionName": "nobody"}),
                ("list_versions_by_function", {"FunctionName": "nobody"}),
                ("get_alias", {"FunctionName": "f", "Name": "gone"}),
                ("update_alias", {"FunctionName": "f", "Name": "gone", "FunctionVersion": "1"}),
                ("create_alias", {"FunctionName": "f", "Name": "n", "FunctionVersion": "9"}),
                ("put_function_concurrency", {"FunctionName": "nobody", "ReservedConcurrentExecutions": 1}),
                ("get_function_event_invoke_config", {"FunctionName": "f"})):
            response = self.refused("ResourceNotFoundException", call, **members)
            self.assertEqual(response["Type"], "User")

    def test_conflict(self):
        self.refused("ResourceConflictException", "create_function", FunctionName="f", Runtime="provided.al2",
                     Role=ROLE, Handler="any", Code={"ZipFile": self.zip})
        self.refused("ResourceConflictException", "create_alias", FunctionName="f", Name="live", FunctionVersion="1")
        self.refused("ResourceConflictException", "delete_function", FunctionName="f", Qualifier="1")

    def test_invalid_parameter(self):
        wrong = dict(FunctionName="g", Runtime="provided.al2", Role=ROLE, Handler="any", Code={"ZipFile": self.zip})
        for call, members in (
                ("create_function", dict(wrong, Code={"ZipFile": b"no zip"})),
                ("create_function", dict(wrong, Runtime="go1.x")),
                ("create_function", dict(wrong, Environment={"Variables": {"AWS_REGION": "x"}})),
                ("create_function", dict(wrong, Layers=["arn:aws:lambda:us-east-1:123456789012:layer:l:1"])),
                ("put_function_concurrency", {"FunctionName": "f", "ReservedConcurrentExecutions": 901}),
                ("put_function_concurrency", {"FunctionName": "f:1", "ReservedConcurrentExecutions": 1}),
                ("publish_version", {"FunctionName": "f", "CodeSha256": "other"}),
                ("create_alias", {"FunctionName": "f", "Name": "n", "FunctionVersion": "1",
                                  "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}),
                ("delete_function", {"FunctionName": "f", "Qualifier": "live"}),
                ("delete_function", {"FunctionName": "f", "Qualifier": "$LATEST"}),
                ("put_function_event_invoke_config", {"FunctionName": "f"}),
                ("put_function_event_invoke_config", {
                    "FunctionName": "f", "DestinationConfig": {"OnFailure": {
                        "Destination": "arn:aws:sqs:us-east-1:123456789012:q"}}}),
                ("invoke", {"FunctionName": "f:1", "Qualifier": "2"})):
            self.refused("InvalidParameterValueException", call, **members)

    def test_precondition(self):
        for call, members in (("publish_version", {}), ("update_function_code", {"ZipFile": self.zip}),
                              ("update_function_configuration", {"Timeout": 9}),
                              ("update_alias", {"Name": "live", "FunctionVersion": "$LATEST"})):
            self.refused("PreconditionFailedException", call, FunctionName="f", RevisionId="old", **members)

    def test_content(self):
        self.refused("InvalidRequestContentException", "invoke", FunctionName="f", Payload=b"{")
        self.refused("InvalidRequestContentException", "invoke", FunctionName="f", ClientContext="e30=e30=")

    def test_throttled(self):
        self.create("blocked")
        self.client.put_function_concurrency(FunctionName="blocked", ReservedConcurrentExecutions=0)
        response = self.refused("TooManyRequestsException", "invoke", FunctionName="blocked")
        self.assertEqual((response["Reason"], response["Type"]),
                         ("ReservedFunctionConcurrentInvocationLimitExceeded", "User"))

    def test_code_storage(self):
        noise = random.Random(1).getrandbits(8 * 1100000).to_bytes(1100000, "big")
        large = package({"bootstrap": ECHO, "noise": noise})
        self.create("large", Code={"ZipFile": large})
        self.refused("CodeStorageExceededException", "publish_version", FunctionName="large")
        self.refused("CodeStorageExceededException", "update_function_code", FunctionName="f", ZipFile=large)
        self.client.delete_function(FunctionName="large")

    def test_named_on_the_wire_otherwise_than_in_the_model(self):
        """Too large and invalid by constraint: AWS sends names that its model does not have."""
        for members, code, status in (
                ({"Payload": b'"%s"' % (b"x" * 6291455)}, "RequestEntityTooLargeException", 413),
                ({"Payload": b'"%s"' % (b"x" * 1048576), "InvocationType": "Event"},
                 "RequestEntityTooLargeException", 413)):
            with self.assertRaises(botocore.exceptions.ClientError) as raised:
                self.client.invoke(FunctionName="f", **members)
            response = raised.exception.response
            self.assertEqual((response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]),
                             (code, status))
        for call, members in (("update_function_configuration", {"FunctionName": "f", "MemorySize": 20000}),
                              ("create_alias", {"FunctionName": "f", "Name": "12", "FunctionVersion": "1"}),
                              ("create_alias", {"FunctionName": "f", "Name": "n", "FunctionVersion": "1",
                                                "RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}})):
            with self.assertRaises(botocore.exceptions.ClientError) as raised:
                getattr(self.client, call)(**members)
            self.assertEqual(raised.exception.response["Error"]["Code"], "ValidationException")

    def test_functions_own_errors_are_no_exceptions(self):
        self.create("crash", Code={"ZipFile": package({"bootstrap": "#!/bin/sh\nexit 3\n"})})
        answer = self.client.invoke(FunctionName="crash")
        self.assertEqual((answer["StatusCode"], answer["FunctionError"]), (200, "Unhandled"))
        self.assertEqual(json.loads(answer["Payload"].read())["errorType"], "Runtime.ExitError")


class ServiceErrors(unittest.TestCase):
    def test_500(self):
        endpoint = Endpoint("--faults", "error=100%")
        self.addCleanup(endpoint.close)
        endpoint.create("f", ECHO)
        client = sdk_client(endpoint)
        self.addCleanup(client.close)
        with self.assertRaises(client.exceptions.ServiceException) as raised:
            client.invoke(FunctionName="f")
        self.assertEqual(raised.exception.response["ResponseMetadata"]["HTTPStatusCode"], 500)


if __name__ == "__main__":
    unittest.main()
