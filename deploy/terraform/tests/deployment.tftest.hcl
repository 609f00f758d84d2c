# What the configuration makes, with a provider that only pretends: no account, no credentials, no cost.
# The packages must be there (deploy/package.sh). Run by deploy/terraform/check.sh.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b"] }
  }
  mock_data "aws_ec2_instance_type" {
    defaults = { supported_architectures = ["x86_64"], default_vcpus = 2 }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { insecure_value = "ami-00000000000000000" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:NAME", version = "7" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:NAME" }
  }
  mock_resource "aws_instance" {
    defaults = { private_ip = "10.77.0.9", ami = "ami-00000000000000000" }
  }
}

run "defaults" {
  assert {
    condition = ({ for name, f in aws_lambda_function.function : name => f.memory_size } == {
      eratosthenes-128 = 128, eratosthenes-256 = 256, eratosthenes-512 = 512, eratosthenes-1024 = 1024,
    sieve-1769 = 1769, isprime = 1024, primality = 256 })
    error_message = "The functions that the files in jobs/ call."
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.function : f.architectures == tolist(["x86_64"]) && f.publish && f.runtime == "provided.al2023"])
    error_message = "Custom runtime on x86_64, published."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.function : f.logging_config[0].log_group == "/aws/lambda/${name}"])
    error_message = "Each function writes to its own log group."
  }
  assert {
    condition     = alltrue([for g in aws_cloudwatch_log_group.function : g.retention_in_days == 7])
    error_message = "Logs are kept for a week."
  }
  assert {
    condition     = alltrue([for a in aws_lambda_alias.live : a.function_version == "7" && length(a.routing_config) == 0])
    error_message = "The alias means the newest version, whole."
  }
  assert {
    condition     = output.job == file("tests/job.yaml")
    error_message = "The part of a job file is: ${output.job}"
  }
  assert {
    condition     = join(" ", keys(output.jobs)) == "eratosthenes isprime sieve"
    error_message = "A part for every handler."
  }
  assert {
    condition     = output.set == "--set endpoint=aws --set region=us-east-1 --set arch=x86_64"
    error_message = "Arguments for any job: ${output.set}"
  }
  assert {
    condition     = length(aws_api_gateway_rest_api.this) + length(aws_lambda_function_url.live) + length(aws_lambda_function.authorizer) == 0
    error_message = "No other way in."
  }
  assert {
    condition     = length(aws_instance.leader) + length(aws_instance.worker) + length(aws_vpc.fleet) + length(aws_budgets_budget.month) == 0
    error_message = "Nothing that costs while idle."
  }
  assert {
    condition = toset(flatten([for s in data.aws_iam_policy_document.driver.statement : s.actions])) == toset([
    "lambda:InvokeFunction", "lambda:GetFunction", "lambda:GetFunctionConfiguration"])
    error_message = "The driver may call and look, no more."
  }
  assert {
    condition = toset(flatten([for s in data.aws_iam_policy_document.driver.statement : s.resources])) == toset([
    "arn:aws:lambda:us-east-1:123456789012:function:NAME", "arn:aws:lambda:us-east-1:123456789012:function:NAME:*"])
    error_message = "The driver's rights end at these functions."
  }
  assert {
    condition     = one(one(data.aws_iam_policy_document.driver_trust.statement).principals).identifiers == toset(["arn:aws:iam::123456789012:root"])
    error_message = "This account, and nobody else, may take the driver's role."
  }
}

run "more_rights" {
  variables {
    driver_may_resize  = true
    driver_may_reserve = true
    function_urls      = true
    driver_principals  = ["arn:aws:iam::123456789012:user/me"]
  }
  assert {
    condition = toset(flatten([for s in data.aws_iam_policy_document.driver.statement : s.actions])) == toset([
      "lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:GetFunction", "lambda:GetFunctionConfiguration",
    "lambda:UpdateFunctionConfiguration", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"])
    error_message = "Each right by its own variable."
  }
  assert {
    condition     = alltrue([for u in aws_lambda_function_url.live : u.authorization_type == "AWS_IAM" && u.qualifier == "live"]) && length(aws_lambda_function_url.live) == 7
    error_message = "URLs only for signed calls."
  }
}

run "second_deployment" {
  variables {
    name            = "second"
    function_prefix = "second-"
    region          = "eu-central-1"
    architecture    = "arm64"
    functions = {
      big   = { handler = "sieve", memory_mb = 10240, timeout_s = 900 }
      small = { handler = "sieve", memory_mb = 128 }
    }
    live                 = { small = { version = "3", weights = { "4" = 0.1 } } }
    reserved_concurrency = 0
  }
  assert {
    condition     = output.functions == tolist(["second-big", "second-small"])
    error_message = "Prefixed: ${join(" ", output.functions)}"
  }
  assert {
    condition     = output.jobs["sieve"] == "endpoint: aws\nregion: eu-central-1\narch: arm64\nfunctions:\n  - {name: second-small, memory_mb: 128, timeout_s: 60, qualifier: live}\n  - {name: second-big, memory_mb: 10240, timeout_s: 900, qualifier: live}\n"
    error_message = "The part of a job file is: ${output.jobs["sieve"]}"
  }
  assert {
    condition     = aws_lambda_alias.live["second-small"].function_version == "3" && aws_lambda_alias.live["second-small"].routing_config[0].additional_version_weights["4"] == 0.1
    error_message = "A tenth of the calls to version 4."
  }
  assert {
    condition     = aws_lambda_alias.live["second-big"].function_version == "7" && aws_lambda_function.function["second-big"].reserved_concurrent_executions == 0
    error_message = "The other function keeps the newest version; both are stopped."
  }
}

run "gateway" {
  variables {
    gateway                = true
    gateway_authorizer     = true
    gateway_logs           = true
    authorizer_environment = { JWT_ISSUER = "me", JWT_AUDIENCE = "lambda-fanout", JWT_HS256_SECRET = "text" }
  }
  assert {
    condition     = alltrue([for m in aws_api_gateway_method.function : m.api_key_required && m.authorization == "CUSTOM"]) && length(aws_api_gateway_method.function) == 7
    error_message = "Every method wants key and token."
  }
  assert {
    condition     = length(aws_lambda_permission.gateway) == 7 && length(aws_cloudwatch_log_group.gateway_execution) == 1 && length(aws_api_gateway_account.this) == 1
    error_message = "The API may call the functions, and its logs are owned."
  }
  assert {
    condition     = one(aws_api_gateway_usage_plan.driver["live"].quota_settings).limit == 100000
    error_message = "A daily quota."
  }
}

run "gateway_variants" {
  variables {
    gateway                = true
    gateway_variants       = true
    gateway_authorizer     = true
    authorizer_environment = { JWT_ISSUER = "me", JWT_AUDIENCE = "lambda-fanout", JWT_HS256_SECRET = "text" }
  }
  assert {
    condition     = length(aws_api_gateway_method.variant) == 28 && length(aws_api_gateway_method.function) == 7 && length(aws_lambda_permission.gateway_variant) == 7
    error_message = "Each function has its four variants beside its own method, and the API may call it for them."
  }
  assert {
    condition     = alltrue([for name, m in aws_api_gateway_method.variant : m.api_key_required == strcontains(name, "/key") && (m.authorization == "CUSTOM") == endswith(name, "authorizer")])
    error_message = "A variant wants what its name says."
  }
}

run "gateway_variants_without_token" {
  variables {
    gateway          = true
    gateway_variants = true
  }
  assert {
    condition     = length(aws_api_gateway_method.variant) == 14 && alltrue([for m in aws_api_gateway_method.variant : m.authorization == "NONE"])
    error_message = "Without an authorizer there are two."
  }
}

run "gateway_without_token" {
  variables {
    gateway        = true
    gateway_limits = { rate = 5, per_day = 0 }
  }
  assert {
    condition     = alltrue([for m in aws_api_gateway_method.function : m.api_key_required && m.authorization == "NONE"]) && length(aws_lambda_function.authorizer) == 0
    error_message = "Every method wants the key."
  }
  assert {
    condition     = length(aws_api_gateway_usage_plan.driver["live"].quota_settings) == 0 && one(aws_api_gateway_usage_plan.driver["live"].throttle_settings).rate_limit == 5
    error_message = "No quota, but a rate."
  }
  assert {
    condition     = length(aws_api_gateway_account.this) == 0
    error_message = "The account's setting is left alone."
  }
}

run "fleet" {
  variables {
    fleet  = { size = 3, public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample me" }
    budget = { usd = 10, emails = ["me@example.org"] }
  }
  assert {
    condition     = output.hostfile == "10.77.0.9 slots=2\n10.77.0.9 slots=2\n10.77.0.9 slots=2\n"
    error_message = "The hostfile is: ${output.hostfile}"
  }
  assert {
    condition     = length(output.fleet) == 3 && length(aws_placement_group.fleet) == 1
    error_message = "Leader and two workers, close together."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.ssh) == 0
    error_message = "No open port."
  }
  assert {
    condition     = strcontains(aws_instance.leader["live"].user_data, "shutdown -P +240") && strcontains(aws_instance.worker[0].user_data, "http://10.77.0.9:8022/key.pub")
    error_message = "The leader ends itself after four hours; the workers know it."
  }
  assert {
    condition     = strcontains(aws_instance.leader["live"].user_data, "openmpi-bin") && length(aws_instance.leader["live"].user_data) < 16384
    error_message = "Open MPI gets installed, and the script is short enough for EC2."
  }
  assert {
    condition     = aws_budgets_budget.month["live"].limit_amount == "10"
    error_message = "A budget."
  }
}

# --- what is refused -------------------------------------------------------------------------------------

run "refuses_settings" {
  command = plan
  variables {
    name                 = "Bad Name"
    region               = "mars"
    architecture         = "mips"
    function_prefix      = "a b"
    reserved_concurrency = -2
    log_retention_days   = 8
    driver_principals    = ["*"]
    gateway_stage        = "a/b"
    gateway_limits       = { rate = 0 }
    live                 = { isprime = { weights = { "1" = 0.5, "2" = 0.5 } } }
    functions            = { f = { handler = "sieve", memory_mb = 64 } }
    budget               = { usd = 1, emails = ["nobody"] }
    fleet                = { size = 2, instance_type = "t3.micro" }
  }
  expect_failures = [var.name, var.region, var.architecture, var.function_prefix, var.reserved_concurrency,
    var.log_retention_days, var.driver_principals, var.gateway_stage, var.gateway_limits, var.live, var.functions,
  var.budget, var.fleet]
}

run "refuses_ssh_from_everywhere" {
  command = plan
  variables {
    fleet = { size = 2, public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample me", ssh_cidr = "0.0.0.0/0" }
  }
  expect_failures = [var.fleet]
}

run "refuses_an_alias_without_function" {
  command = plan
  variables {
    live = { isprim = { version = "1" } }
  }
  expect_failures = [output.set]
}

run "refuses_an_authorizer_that_knows_no_issuer" {
  command = plan
  variables {
    gateway                = true
    gateway_authorizer     = true
    authorizer_environment = { JWT_AUDIENCE = "lambda-fanout" }
  }
  expect_failures = [aws_lambda_function.authorizer]
}

run "refuses_a_missing_package" {
  command = plan
  variables {
    package_dir = "tests/none"
  }
  expect_failures = [aws_lambda_function.function]
}
