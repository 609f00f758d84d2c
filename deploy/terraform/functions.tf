# The functions: one package, a handler and a memory size each; a log group and a role of its own; a
# published version and the alias 'live'.

locals {
  package_dir = coalesce(var.package_dir, "${path.module}/../../build/package")
  package     = "${local.package_dir}/function-${var.architecture}.zip"

  # by the name that the account knows
  functions = { for name, f in var.functions : "${var.function_prefix}${name}" => merge(f, {
    live = lookup(var.live, name, { version = null, weights = {} })
  }) }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# Made before the function, which may not create it: so it has a retention, and is gone for good after
# `terraform destroy`.
resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_158:a key of one's own costs by the month and outlives a destroy; the logs hold no secrets
  #checkov:skip=CKV_AWS_338:a year of logs is not wanted; the run's records are the result
  for_each          = local.functions
  name              = "/aws/lambda/${each.key}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "function_logs" {
  for_each = local.functions

  statement {
    sid       = "WriteOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"] # its streams
  }
}

resource "aws_iam_role" "function" {
  for_each           = local.functions
  name_prefix        = substr("${each.key}-", 0, 38)
  path               = "/${var.name}/"
  description        = "What the function ${each.key} may do: write its log"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions
  name     = "logs"
  role     = aws_iam_role.function[each.key].id
  policy   = data.aws_iam_policy_document.function_logs[each.key].json
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_50:tracing would add to what is measured
  #checkov:skip=CKV_AWS_115:reserved_concurrency is a variable; new accounts can reserve nothing
  #checkov:skip=CKV_AWS_116:calls are synchronous, so there is nothing to keep in a dead letter queue
  #checkov:skip=CKV_AWS_117:it talks to nobody: a VPC would only add network interfaces
  #checkov:skip=CKV_AWS_272:the package is built in this checkout; signing profiles cannot be deleted
  for_each                       = local.functions
  function_name                  = each.key
  description                    = "lambda-fanout: ${each.value.handler} at ${each.value.memory_mb} MB"
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = "provided.al2023"
  handler                        = each.value.handler
  architectures                  = [var.architecture]
  memory_size                    = each.value.memory_mb
  timeout                        = each.value.timeout_s
  filename                       = local.package
  source_code_hash               = fileexists(local.package) ? filebase64sha256(local.package) : null
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true # old versions go with the function

  logging_config {
    log_format = "Text" # REPORT lines as the driver reads them with every answer
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.package)
      error_message = "There is no package ${local.package}: make it with deploy/package.sh, or set package_dir."
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_alias" "live" {
  for_each         = local.functions
  name             = "live"
  description      = "What jobs with `qualifier: live`, the API and the function URLs call"
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = coalesce(each.value.live.version, aws_lambda_function.function[each.key].version)

  dynamic "routing_config" {
    for_each = length(each.value.live.weights) > 0 ? [each.value.live.weights] : []
    content {
      additional_version_weights = routing_config.value
    }
  }
}

# Signed calls only: the driver's policy says who.
resource "aws_lambda_function_url" "live" {
  for_each           = var.function_urls ? local.functions : {}
  function_name      = aws_lambda_function.function[each.key].function_name
  qualifier          = aws_lambda_alias.live[each.key].name
  authorization_type = "AWS_IAM"
}
