# Optional: a REST API in front of the functions. POST /FUNCTION calls the function's alias 'live'; the
# API key names the usage plan that counts and limits; the authorizer, if wanted, checks a token. With
# gateway_variants, POST /FUNCTION/open, /key, /authorizer and /key-authorizer do the same and want what they say.

locals {
  gateway            = var.gateway ? { live = true } : {}
  gateway_functions  = var.gateway ? local.functions : {}
  gateway_authorizer = var.gateway && var.gateway_authorizer ? { live = true } : {}
  gateway_logs       = var.gateway && var.gateway_logs ? { live = true } : {}
  gateway_wanted = merge(
    { open = { key = false, token = false }, key = { key = true, token = false } },
    var.gateway_authorizer ? { authorizer = { key = false, token = true }, key-authorizer = { key = true, token = true } } : {},
  )
  gateway_variants = merge([for name in keys(local.gateway_functions) : {
    for part, wants in local.gateway_wanted : "${name}/${part}" => merge(wants, { function = name, part = part })
  } if var.gateway_variants]...)
  authorizer         = "${var.function_prefix}${var.name}-authorizer"
  authorizer_package = "${local.package_dir}/authorizer-${var.architecture}.zip"
}

resource "aws_api_gateway_rest_api" "this" {
  #checkov:skip=CKV_AWS_237:callers move with the API; a new one may come after the old one has gone
  for_each    = local.gateway
  name        = var.name
  description = "The functions of ${var.name}"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_resource" "function" {
  for_each    = local.gateway_functions
  rest_api_id = aws_api_gateway_rest_api.this["live"].id
  parent_id   = aws_api_gateway_rest_api.this["live"].root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_method" "function" {
  #checkov:skip=CKV2_AWS_53:the function checks its input and says what is wrong with it
  for_each         = local.gateway_functions
  rest_api_id      = aws_api_gateway_rest_api.this["live"].id
  resource_id      = aws_api_gateway_resource.function[each.key].id
  http_method      = "POST"
  authorization    = var.gateway_authorizer ? "CUSTOM" : "NONE"
  authorizer_id    = var.gateway_authorizer ? aws_api_gateway_authorizer.token["live"].id : null
  api_key_required = true
}

resource "aws_api_gateway_integration" "function" {
  for_each                = local.gateway_functions
  rest_api_id             = aws_api_gateway_rest_api.this["live"].id
  resource_id             = aws_api_gateway_resource.function[each.key].id
  http_method             = aws_api_gateway_method.function[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_alias.live[each.key].invoke_arn
  timeout_milliseconds    = 29000 # the most that an API gives without a raised quota
}

resource "aws_api_gateway_resource" "variant" {
  for_each    = local.gateway_variants
  rest_api_id = aws_api_gateway_rest_api.this["live"].id
  parent_id   = aws_api_gateway_resource.function[each.value.function].id
  path_part   = each.value.part
}

resource "aws_api_gateway_method" "variant" {
  #checkov:skip=CKV2_AWS_53:the function checks its input and says what is wrong with it
  for_each         = local.gateway_variants
  rest_api_id      = aws_api_gateway_rest_api.this["live"].id
  resource_id      = aws_api_gateway_resource.variant[each.key].id
  http_method      = "POST"
  authorization    = each.value.token ? "CUSTOM" : "NONE"
  authorizer_id    = each.value.token ? aws_api_gateway_authorizer.token["live"].id : null
  api_key_required = each.value.key
}

resource "aws_api_gateway_integration" "variant" {
  for_each                = local.gateway_variants
  rest_api_id             = aws_api_gateway_rest_api.this["live"].id
  resource_id             = aws_api_gateway_resource.variant[each.key].id
  http_method             = aws_api_gateway_method.variant[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_alias.live[each.value.function].invoke_arn
  timeout_milliseconds    = 29000
}

resource "aws_lambda_permission" "gateway_variant" {
  for_each      = var.gateway_variants ? local.gateway_functions : {}
  statement_id  = "gateway-variants"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this["live"].execution_arn}/${var.gateway_stage}/POST/${each.key}/*"
}

resource "aws_lambda_permission" "gateway" {
  for_each      = local.gateway_functions
  statement_id  = "gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this["live"].execution_arn}/${var.gateway_stage}/POST/${each.key}"
}

resource "aws_api_gateway_deployment" "this" {
  for_each    = local.gateway
  rest_api_id = aws_api_gateway_rest_api.this["live"].id
  triggers = {
    content = sha1(jsonencode([
      aws_api_gateway_resource.function, aws_api_gateway_method.function, aws_api_gateway_integration.function,
      aws_api_gateway_resource.variant, aws_api_gateway_method.variant, aws_api_gateway_integration.variant,
      var.gateway_authorizer,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_integration.function, aws_api_gateway_integration.variant]
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_73:tracing would add to what is measured
  #checkov:skip=CKV_AWS_76:gateway_logs turns them on
  #checkov:skip=CKV_AWS_120:a cache would answer in the function's place
  #checkov:skip=CKV2_AWS_4:gateway_logs turns them on
  #checkov:skip=CKV2_AWS_29:a firewall costs by the month; the key and the usage plan limit what can be spent
  #checkov:skip=CKV2_AWS_51:callers show a key and a token, not a certificate
  for_each      = local.gateway
  rest_api_id   = aws_api_gateway_rest_api.this["live"].id
  deployment_id = aws_api_gateway_deployment.this["live"].id
  stage_name    = var.gateway_stage

  dynamic "access_log_settings" {
    for_each = local.gateway_logs
    content {
      destination_arn = aws_cloudwatch_log_group.gateway_access["live"].arn
      format = jsonencode({
        requestId = "$context.requestId", time = "$context.requestTimeEpoch", path = "$context.path",
        status    = "$context.status", error = "$context.error.message", key = "$context.identity.apiKeyId",
        latencyMs = "$context.responseLatency", functionMs = "$context.integrationLatency",
      })
    }
  }

  depends_on = [aws_cloudwatch_log_group.gateway_execution, aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "this" {
  #checkov:skip=CKV_AWS_225:a cache would answer in the function's place
  for_each    = local.gateway
  rest_api_id = aws_api_gateway_rest_api.this["live"].id
  stage_name  = aws_api_gateway_stage.this["live"].stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = var.gateway_limits.rate
    throttling_burst_limit = var.gateway_limits.burst
    logging_level          = var.gateway_logs ? "ERROR" : "OFF"
    data_trace_enabled     = false # bodies and tokens stay out of the logs
    metrics_enabled        = false
  }
}

# --- key and usage plan ----------------------------------------------------------------------------------

resource "aws_api_gateway_api_key" "driver" {
  for_each    = local.gateway
  name        = "${var.name}-driver"
  description = "The driver's; counted and limited by the usage plan"
}

resource "aws_api_gateway_usage_plan" "driver" {
  for_each = local.gateway
  name     = "${var.name}-driver"

  api_stages {
    api_id = aws_api_gateway_rest_api.this["live"].id
    stage  = aws_api_gateway_stage.this["live"].stage_name
  }

  throttle_settings {
    rate_limit  = var.gateway_limits.rate
    burst_limit = var.gateway_limits.burst
  }

  dynamic "quota_settings" {
    for_each = var.gateway_limits.per_day == 0 ? [] : [var.gateway_limits.per_day]
    content {
      limit  = quota_settings.value
      period = "DAY"
    }
  }
}

resource "aws_api_gateway_usage_plan_key" "driver" {
  for_each      = local.gateway
  key_id        = aws_api_gateway_api_key.driver["live"].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.driver["live"].id
}

# --- authorizer ------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "authorizer" {
  #checkov:skip=CKV_AWS_158:as for the functions
  #checkov:skip=CKV_AWS_338:as for the functions
  for_each          = local.gateway_authorizer
  name              = "/aws/lambda/${local.authorizer}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "authorizer_logs" {
  for_each = local.gateway_authorizer

  statement {
    sid       = "WriteOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.authorizer["live"].arn}:*"]
  }
}

resource "aws_iam_role" "authorizer" {
  for_each           = local.gateway_authorizer
  name               = "${var.name}-authorizer"
  path               = "/${var.name}/"
  description        = "What the authorizer may do: write its log"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "authorizer" {
  for_each = local.gateway_authorizer
  name     = "logs"
  role     = aws_iam_role.authorizer["live"].id
  policy   = data.aws_iam_policy_document.authorizer_logs["live"].json
}

resource "aws_lambda_function" "authorizer" {
  #checkov:skip=CKV_AWS_50:as for the functions
  #checkov:skip=CKV_AWS_115:a refused authorizer refuses the call; it needs what the calls need
  #checkov:skip=CKV_AWS_116:as for the functions
  #checkov:skip=CKV_AWS_117:as for the functions
  #checkov:skip=CKV_AWS_173:Lambda encrypts the environment with its own key
  #checkov:skip=CKV_AWS_272:as for the functions
  for_each         = local.gateway_authorizer
  function_name    = local.authorizer
  description      = "lambda-fanout: checks the token of a caller"
  role             = aws_iam_role.authorizer["live"].arn
  runtime          = "provided.al2023"
  handler          = "authorizer"
  architectures    = [var.architecture]
  memory_size      = 256
  timeout          = 10
  filename         = local.authorizer_package
  source_code_hash = fileexists(local.authorizer_package) ? filebase64sha256(local.authorizer_package) : null

  environment {
    variables = var.authorizer_environment
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.authorizer["live"].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.authorizer_package)
      error_message = "There is no package ${local.authorizer_package}: make it with deploy/package.sh, or set package_dir."
    }
    precondition {
      condition     = alltrue([for name in ["JWT_ISSUER", "JWT_AUDIENCE"] : contains(keys(nonsensitive(var.authorizer_environment)), name)])
      error_message = "The authorizer refuses every token without JWT_ISSUER and JWT_AUDIENCE: set them in authorizer_environment."
    }
  }

  depends_on = [aws_iam_role_policy.authorizer]
}

resource "aws_api_gateway_authorizer" "token" {
  for_each                         = local.gateway_authorizer
  name                             = "token"
  rest_api_id                      = aws_api_gateway_rest_api.this["live"].id
  type                             = "TOKEN"
  identity_source                  = "method.request.header.Authorization"
  identity_validation_expression   = "^Bearer [-_.A-Za-z0-9]+$" # anything else is refused without a call
  authorizer_uri                   = aws_lambda_function.authorizer["live"].invoke_arn
  authorizer_result_ttl_in_seconds = 300
}

resource "aws_lambda_permission" "authorizer" {
  for_each      = local.gateway_authorizer
  statement_id  = "gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.authorizer["live"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this["live"].execution_arn}/authorizers/${aws_api_gateway_authorizer.token["live"].id}"
}

# --- logs of the API -------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "gateway_access" {
  #checkov:skip=CKV_AWS_158:as for the functions
  #checkov:skip=CKV_AWS_338:as for the functions
  for_each          = local.gateway_logs
  name              = "/${var.name}/gateway-access"
  retention_in_days = var.log_retention_days
}

# The API would make this one by itself, for ever and with no owner.
resource "aws_cloudwatch_log_group" "gateway_execution" {
  #checkov:skip=CKV_AWS_158:as for the functions
  #checkov:skip=CKV_AWS_338:as for the functions
  for_each          = local.gateway_logs
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this["live"].id}/${var.gateway_stage}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "gateway_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "gateway_logs" {
  for_each           = local.gateway_logs
  name               = "${var.name}-gateway-logs"
  path               = "/${var.name}/"
  description        = "Lets API Gateway write logs"
  assume_role_policy = data.aws_iam_policy_document.gateway_trust.json
}

resource "aws_iam_role_policy_attachment" "gateway_logs" {
  for_each   = local.gateway_logs
  role       = aws_iam_role.gateway_logs["live"].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

# One per account and region: a destroy empties it.
resource "aws_api_gateway_account" "this" {
  for_each            = local.gateway_logs
  cloudwatch_role_arn = aws_iam_role.gateway_logs["live"].arn
  depends_on          = [aws_iam_role_policy_attachment.gateway_logs]
}
