"""deploy/terraform: what its files must keep to, read with nothing but Python.

deploy/terraform/check.sh goes further, with Terraform's own parser, the provider's schema, mocked
deployments and a policy checker, where these can be had.
"""
import glob
import os
import re
import subprocess
import tempfile
import unittest

import hcl_blocks

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDER = os.path.join(ROOT, "deploy", "terraform")
DRIVER = os.path.join(os.environ["FAN_BUILD"], "bin", "mpi_driver")

# Every right that anything gets, by policy document: nothing else, and no wildcard among the actions.
RIGHTS = {
    "function_logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
    "authorizer_logs": {"logs:CreateLogStream", "logs:PutLogEvents"},
    "driver": {"lambda:InvokeFunction", "lambda:GetFunction", "lambda:GetFunctionConfiguration",
               "lambda:InvokeFunctionUrl", "lambda:UpdateFunctionConfiguration",
               "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"},
}
# On what: one's own log's streams; the functions made here, their versions and aliases.
RESOURCES = {
    "function_logs": {'["${aws_cloudwatch_log_group.function[each.key].arn}:*"]'},
    "authorizer_logs": {'["${aws_cloudwatch_log_group.authorizer["live"].arn}:*"]'},
    "driver": {"local.driver_functions", "[forfinaws_lambda_function.function:f.arn]"},
}
# The only policies of AWS's own that are attached.
MANAGED = {"policy/AmazonSSMManagedInstanceCore", "policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"}


def squeeze(value):
    return value.replace(" ", "")


def text_of(*path):
    with open(os.path.join(*path)) as file:
        return file.read()

GATEWAY = "gateway.url=https://a1b2.execute-api.eu-central-1.amazonaws.com/prod"
URL = "functions.%d.url=https://a1b2.lambda-url.eu-central-1.on.aws"


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blocks = []
        for path in sorted(glob.glob(os.path.join(FOLDER, "*.tf"))):
            cls.blocks += hcl_blocks.parse(text_of(path)).blocks
        cls.variables = {b.labels[0]: b for b in cls.blocks if b.kind == "variable"}
        cls.outputs = {b.labels[0]: b for b in cls.blocks if b.kind == "output"}
        cls.locals = {name: value for b in cls.blocks if b.kind == "locals" for name, value in b.attributes.items()}
        cls.resources = {tuple(b.labels): b for b in cls.blocks if b.kind == "resource"}
        cls.data = {tuple(b.labels): b for b in cls.blocks if b.kind == "data"}
        cls.code = "\n".join(hcl_blocks.code(text) for b in cls.blocks for text in b.texts())

    def of(self, kind):
        return {name: b for (k, name), b in self.resources.items() if k == kind}

    # --- names ---------------------------------------------------------------------------------------

    def test_every_name_exists_and_is_used(self):
        used = {m: set(re.findall(r"(?<![\w.])%s\.(\w+)" % m, self.code)) for m in ("var", "local")}
        self.assertEqual(used["var"], set(self.variables))
        self.assertEqual(used["local"], set(self.locals))
        found = set(re.findall(r"(?<![\w.])(aws_\w+)\.(\w+)", self.code))
        self.assertGreater(len(found), 20)
        self.assertEqual(found - set(self.resources), set())
        self.assertEqual(set(re.findall(r"(?<![\w.])data\.(aws_\w+)\.(\w+)", self.code)), set(self.data))

    def test_nothing_is_declared_twice(self):
        declared = [(b.kind, *b.labels) for b in self.blocks if b.kind not in ("locals", "terraform", "provider")]
        self.assertEqual(sorted(set(declared)), sorted(declared))

    def test_variables_and_outputs_say_what_they_are(self):
        for b in [*self.variables.values(), *self.outputs.values()]:
            self.assertIn("description", b.attributes, b.labels)
        for b in self.variables.values():
            self.assertIn("type", b.attributes, b.labels)
            self.assertIn("default", b.attributes, "%s: an apply without settings must work" % b.labels)
            for check in b.all("validation"):
                self.assertIn(b.labels[0], "".join(hcl_blocks.strings(check.attributes["error_message"])))

    def test_the_provider_is_pinned(self):
        terraform = [b for b in self.blocks if b.kind == "terraform"][0]
        self.assertRegex(terraform.attributes["required_version"], r'"~> \d')
        providers = terraform.all("required_providers")[0].attributes
        self.assertEqual(list(providers), ["aws"])    # one provider: nothing else to download or to trust
        self.assertRegex(providers["aws"], r'version = "~> \d')

    # --- rights --------------------------------------------------------------------------------------

    def documents(self):
        for (kind, name), b in self.data.items():
            if kind == "aws_iam_policy_document":
                yield name, b.all("statement")

    def test_rights_are_the_listed_ones(self):
        granted = {}
        for name, statements in self.documents():
            for s in statements:
                actions = hcl_blocks.strings(s.attributes["actions"])
                self.assertNotIn("*", "".join(actions), name)
                self.assertNotIn("effect", s.attributes, name)
                self.assertNotIn("not_actions", s.attributes, name)
                self.assertNotIn("not_resources", s.attributes, name)
                if s.all("principals"):
                    self.assertEqual(actions, ["sts:AssumeRole"], name)
                    self.assertNotIn("*", s.all("principals")[0].attributes["identifiers"], name)
                    continue
                granted.setdefault(name, set()).update(actions)
                self.assertIn(squeeze(s.attributes["resources"]), RESOURCES[name], name)
        self.assertEqual(granted, RIGHTS)

    def test_the_drivers_rights_are_about_these_functions(self):
        self.assertEqual(squeeze(self.locals["driver_functions"]),
                         'flatten([forfinaws_lambda_function.function:[f.arn,"${f.arn}:*"]])')
        asked = {}
        for s in dict(self.documents())["driver"]:
            asked[hcl_blocks.strings(s.attributes["sid"])[0]] = hcl_blocks.strings(s.attributes["actions"])
        document = self.data["aws_iam_policy_document", "driver"]
        guard = {hcl_blocks.strings(b.all("content")[0].attributes["sid"])[0]: squeeze(b.attributes["for_each"])
                 for b in document.blocks if b.kind == "dynamic"}
        self.assertEqual({k: v.split("?")[0] for k, v in guard.items()}, {
            "InvokeByUrl": "var.function_urls", "Tune": "var.driver_may_resize", "LimitAndStop": "var.driver_may_reserve"})
        self.assertEqual(set(asked) - set(guard), {"Invoke", "CheckBeforeTheRun"})

    def test_no_other_policy_is_attached(self):
        arns = [b.attributes["policy_arn"] for b in self.of("aws_iam_role_policy_attachment").values()]
        own = [a for a in arns if squeeze(a) == "aws_iam_policy.driver.arn"]
        managed = {a.strip('"').split(":aws:")[-1] for a in arns if a not in own}
        self.assertEqual(managed, MANAGED)
        self.assertEqual(set(k for k, _ in self.resources if k.startswith("aws_iam")), {
            "aws_iam_role", "aws_iam_role_policy", "aws_iam_policy", "aws_iam_role_policy_attachment",
            "aws_iam_instance_profile"})      # no users, and no access keys in the state

    def test_outputs_keep_secrets(self):
        for b in self.outputs.values():
            secret = re.search(r"\bkey\.value|authorizer_environment", hcl_blocks.code(b.attributes["value"]))
            self.assertEqual(b.attributes.get("sensitive") == "true", bool(secret), b.labels)
        self.assertEqual(self.variables["authorizer_environment"].attributes["sensitive"], "true")

    # --- nothing is left ---------------------------------------------------------------------------

    def test_every_function_writes_to_a_log_that_is_owned_and_ends(self):
        groups = self.of("aws_cloudwatch_log_group")
        for name, b in groups.items():
            self.assertEqual(squeeze(b.attributes["retention_in_days"]), "var.log_retention_days", name)
        for name, b in self.of("aws_lambda_function").items():
            log = squeeze(b.all("logging_config")[0].attributes["log_group"])
            self.assertRegex(log, r"^aws_cloudwatch_log_group\.%s\[.*\]\.name$" % name)
            self.assertIn("aws_iam_role_policy.%s" % name, squeeze(b.attributes["depends_on"]))

    def test_nothing_survives_a_destroy(self):
        for b in self.resources.values():
            for text in ("skip_destroy", "prevent_destroy", "retain_on_delete"):
                self.assertNotIn(text, b.attributes, b.labels)
            self.assertEqual(b.all("provisioner"), [], b.labels)
        for b in self.of("aws_instance").values():
            self.assertEqual(b.all("root_block_device")[0].attributes["delete_on_termination"], "true")
            self.assertEqual(b.attributes["instance_initiated_shutdown_behavior"], '"terminate"')
        tags = [b for b in self.blocks if b.kind == "provider"][0].all("default_tags")[0].attributes["tags"]
        self.assertIn("Project = var . name", tags)

    def test_what_costs_by_the_hour_is_off(self):
        for name in ("gateway", "gateway_authorizer", "gateway_logs", "gateway_variants", "function_urls",
                     "driver_may_resize", "driver_may_reserve"):
            self.assertEqual(self.variables[name].attributes["default"], "false", name)
        self.assertIn("size = optional ( number , 0 )", self.variables["fleet"].attributes["type"])
        for (kind, name), b in self.resources.items():
            if kind in ("aws_instance", "aws_vpc", "aws_placement_group", "aws_subnet", "aws_internet_gateway"):
                self.assertTrue(b.attributes.get("for_each", b.attributes.get("count")), (kind, name))

    # --- the fleet -----------------------------------------------------------------------------------

    def test_instances_are_closed(self):
        for name, b in self.of("aws_instance").items():
            self.assertEqual(b.all("metadata_options")[0].attributes["http_tokens"], '"required"', name)
            self.assertEqual(b.all("root_block_device")[0].attributes["encrypted"], "true", name)
        for name, b in self.of("aws_vpc_security_group_ingress_rule").items():
            if name == "ssh":
                self.assertIn("var.fleet.ssh_cidr!=null", squeeze(b.attributes["for_each"]))
                continue
            self.assertEqual(squeeze(b.attributes["referenced_security_group_id"]), 'aws_security_group.fleet["live"].id')
            self.assertNotIn("cidr_ipv4", b.attributes)
        for b in self.of("aws_security_group").values():
            self.assertEqual(b.all("ingress") + b.all("egress"), [])

    def test_boot_scripts_are_shell(self):
        for name in ("leader", "worker"):
            text = text_of(FOLDER, "templates", name + ".sh.tftpl")
            dependencies = text_of(ROOT, "scripts", "dependencies.sh")
            self.assertNotIn("END_OF_DEPENDENCIES\n", dependencies)
            text = text.replace("${dependencies}", dependencies)
            self.assertLess(len(text), 16384)     # EC2's limit
            with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
                file.write(re.sub(r"\$\{\w+\}", "1", text) if name == "worker" else text.replace("${", "$" + "{"))
                file.flush()
                done = subprocess.run(["bash", "-n", file.name], stderr=subprocess.PIPE, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    # --- jobs ----------------------------------------------------------------------------------------

    def test_the_functions_serve_every_job(self):
        made = dict(re.findall(r"([\w-]+) = { handler = \"\w+\" , (memory_mb = \d+(?: , timeout_s = \d+)?)",
                               self.variables["functions"].attributes["default"]))
        sizes = {n: (int(re.search(r"memory_mb = (\d+)", v).group(1)),
                     int((re.search(r"timeout_s = (\d+)", v) or [0, 60])[1])) for n, v in made.items()}
        seen = set()
        for path in glob.glob(os.path.join(ROOT, "jobs", "*.yaml")):
            for name, memory, rest in re.findall(r"\{name: ([\w-]+), +memory_mb: (\d+)([^}]*)\}", text_of(path)):
                limit = int((re.search(r"timeout_s: (\d+)", rest) or [0, 60])[1])
                self.assertEqual(sizes[name][0], int(memory), path)
                self.assertLessEqual(sizes[name][1], limit, path)
                seen.add(name)
        self.assertEqual(seen, set(sizes))

    def test_the_driver_takes_what_the_outputs_give(self):
        arguments = re.sub(r"\$\{[\w.]+\}", "{}", hcl_blocks.strings(self.outputs["set"].attributes["value"])[0])
        arguments = arguments.format("eu-central-1", "arm64").split()
        for path in sorted(glob.glob(os.path.join(ROOT, "jobs", "*.yaml"))):
            more = {"tune": ["tune.reconfigure=true"], "gateway": [GATEWAY], "transports": [GATEWAY, URL % 0],
                    "url": [URL % 0, URL % 1]}.get(os.path.basename(path)[:-5], [])
            more = [word for value in more for word in ("--set", value)]
            plan = subprocess.run([DRIVER, "plan", path, *arguments, *more], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
            self.assertEqual(plan.returncode, 0, plan.stderr)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as job:
            job.write("name: fragment\n" + text_of(FOLDER, "tests", "job.yaml") +
                      "experiment: {workload: {handler: eratosthenes, max: 1000000}}\n")
            job.flush()
            plan = subprocess.run([DRIVER, "plan", job.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(plan.returncode, 0, plan.stderr)
        self.assertIn("endpoint   aws, transport invoke, prices of us-east-1 x86_64", plan.stdout)


class Reader(unittest.TestCase):
    def test_reads_what_it_must(self):
        root = hcl_blocks.parse('a "b" {  # c\n  d = "x ${f("}")} y"\n  e = [1,\n 2]\n  dynamic "g" {\n'
                                '    for_each = v\n    content { h = var.i ? "${data.j.k}" : -1 }\n  }\n}\n')
        block = root.blocks[0]
        self.assertEqual((block.kind, block.labels, block.attributes["e"]), ("a", ["b"], "[ 1 , 2 ]"))
        self.assertEqual(block.attributes["d"], '"x ${f("}")} y"')
        inner = block.all("g")[0].attributes["h"]
        self.assertEqual(hcl_blocks.code(inner).split(), ["var.i", "?", "data.j.k", ":", "-", "1"])
        self.assertEqual(hcl_blocks.strings('[ "a" , "b" ]'), ["a", "b"])

    def test_says_what_it_cannot_read(self):
        for text, said in (("a {\n", "does not end"), ("a = \n", "value is missing"), ("a = 1\na = 2\n", "set twice"),
                           ("a }\n", "unexpected"), ("a = <<E\n", "cannot read|unexpected|missing"), ('a = "b\n', "does not end")):
            with self.assertRaisesRegex(ValueError, said):
                hcl_blocks.parse(text)


if __name__ == "__main__":
    unittest.main()
