# What `mpi_driver` may do, as a policy and as a role that a person or the fleet takes. No access keys are
# made: they would lie in Terraform's state. What each right is for: docs/aws.md.

locals {
  # a function, and its versions and aliases
  driver_functions = flatten([for f in aws_lambda_function.function : [f.arn, "${f.arn}:*"]])
}

data "aws_iam_policy_document" "driver" {
  statement {
    sid       = "Invoke"
    actions   = ["lambda:InvokeFunction"]
    resources = local.driver_functions
  }

  statement {
    sid       = "CheckBeforeTheRun"
    actions   = ["lambda:GetFunction", "lambda:GetFunctionConfiguration"]
    resources = local.driver_functions
  }

  dynamic "statement" {
    for_each = var.function_urls ? [true] : []
    content {
      sid       = "InvokeByUrl"
      actions   = ["lambda:InvokeFunctionUrl"]
      resources = local.driver_functions
      condition {
        test     = "StringEquals"
        variable = "lambda:FunctionUrlAuthType"
        values   = ["AWS_IAM"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.driver_may_resize ? [true] : []
    content {
      sid       = "Tune"
      actions   = ["lambda:UpdateFunctionConfiguration"]
      resources = [for f in aws_lambda_function.function : f.arn]
    }
  }

  dynamic "statement" {
    for_each = var.driver_may_reserve ? [true] : []
    content {
      sid       = "LimitAndStop"
      actions   = ["lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"]
      resources = [for f in aws_lambda_function.function : f.arn]
    }
  }
}

resource "aws_iam_policy" "driver" {
  name        = "${var.name}-driver"
  path        = "/${var.name}/"
  description = "What mpi_driver may do: call and look at the functions of ${var.name}"
  policy      = data.aws_iam_policy_document.driver.json
}

data "aws_iam_policy_document" "driver_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "AWS"
      identifiers = (length(var.driver_principals) > 0 ? var.driver_principals :
      ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"])
    }
  }
}

resource "aws_iam_role" "driver" {
  name                 = "${var.name}-driver"
  path                 = "/${var.name}/"
  description          = "Taken by whoever runs mpi_driver"
  assume_role_policy   = data.aws_iam_policy_document.driver_trust.json
  max_session_duration = 12 * 3600
}

resource "aws_iam_role_policy_attachment" "driver" {
  role       = aws_iam_role.driver.name
  policy_arn = aws_iam_policy.driver.arn
}
