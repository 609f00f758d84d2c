# Every setting, with its default: without any, `terraform apply` makes the functions that the files in
# jobs/ call, their roles and log groups, and a role for the driver. Nothing of that costs while idle.

variable "name" {
  description = "Prefix of roles and policies, and value of the tag Project; two deployments in one account need two."
  type        = string
  default     = "lambda-fanout"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name: expected 3 to 32 lower-case letters, digits and hyphens, such as lambda-fanout."
  }
}

variable "region" {
  description = "AWS region; in the job file: region."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: expected a region's code, such as us-east-1."
  }
}

variable "tags" {
  description = "Further tags on everything."
  type        = map(string)
  default     = {}
}

# --- functions -------------------------------------------------------------------------------------------

variable "architecture" {
  description = "What the functions run on; in the job file: arch."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: expected x86_64 or arm64."
  }
}

variable "package_dir" {
  description = "Folder of function-ARCH.zip and authorizer-ARCH.zip, as deploy/package.sh leaves them; null: build/package of this checkout."
  type        = string
  default     = null
}

variable "function_prefix" {
  description = "Put before every function's name, for a second deployment in one region; the files in jobs/ know the names without it."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{0,24}$", var.function_prefix))
    error_message = "function_prefix: expected at most 24 letters, digits, hyphens and underscores."
  }
}

variable "functions" {
  description = "The functions by name: handler of the package, memory in MB, time-out in seconds. The default serves every file in jobs/."
  type = map(object({
    handler   = string
    memory_mb = number
    timeout_s = optional(number, 60)
  }))
  default = {
    eratosthenes-128  = { handler = "eratosthenes", memory_mb = 128 }
    eratosthenes-256  = { handler = "eratosthenes", memory_mb = 256 }
    eratosthenes-512  = { handler = "eratosthenes", memory_mb = 512 }
    eratosthenes-1024 = { handler = "eratosthenes", memory_mb = 1024 }
    sieve-1769        = { handler = "sieve", memory_mb = 1769 }
    isprime           = { handler = "isprime", memory_mb = 1024, timeout_s = 30 }
    primality         = { handler = "isprime", memory_mb = 256, timeout_s = 10 }
  }

  validation {
    condition     = length(var.functions) >= 1 && length(var.functions) <= 64
    error_message = "functions: expected 1 to 64 of them, as many as a job may name."
  }
  validation {
    condition     = alltrue([for name in keys(var.functions) : can(regex("^[A-Za-z0-9_-]{1,40}$", name))])
    error_message = "functions: a name has 1 to 40 letters, digits, hyphens and underscores."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : contains(["eratosthenes", "sieve", "isprime"], f.handler)])
    error_message = "functions: the package has the handlers eratosthenes, sieve and isprime."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.memory_mb >= 128 && f.memory_mb <= 10240 && floor(f.memory_mb) == f.memory_mb])
    error_message = "functions: memory_mb is a whole number from 128 to 10240; a new account may be held to 3008."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.timeout_s >= 1 && f.timeout_s <= 900 && floor(f.timeout_s) == f.timeout_s])
    error_message = "functions: timeout_s is a whole number from 1 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Calls of each function that may run at once; -1: no limit of its own; 0 stops every call."
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency >= -1 && var.reserved_concurrency <= 100000 && floor(var.reserved_concurrency) == var.reserved_concurrency
    error_message = "reserved_concurrency: expected -1 (none), 0 (stopped) or a number of calls."
  }
}

variable "live" {
  description = "Which version the alias 'live' of a function means, and which one other version gets a share of its calls: {eratosthenes-128 = {version = \"3\", weights = {\"4\" = 0.1}}}. Left out: the newest, without a share."
  type = map(object({
    version = optional(string)
    weights = optional(map(number), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for l in values(var.live) : l.version == null || can(regex("^[1-9][0-9]*$", l.version))])
    error_message = "live: version is the number of a published version, as text: \"3\"."
  }
  validation {
    condition     = alltrue([for l in values(var.live) : length(l.weights) <= 1 && alltrue([for v, w in l.weights : can(regex("^[1-9][0-9]*$", v)) && w >= 0 && w <= 1])])
    error_message = "live: weights has at most one other version and its share of the calls from 0 to 1: {\"4\" = 0.1}."
  }
}

variable "log_retention_days" {
  description = "Days after which log events are deleted."
  type        = number
  default     = 7

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288 and 3653."
  }
}

# --- the driver's rights ---------------------------------------------------------------------------------

variable "driver_principals" {
  description = "ARNs of users or roles that may take the driver's role; empty: whoever in this account has sts:AssumeRole."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.driver_principals : can(regex("^arn:[a-z-]+:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role)/.+)$", arn))])
    error_message = "driver_principals: expected ARNs such as arn:aws:iam::123456789012:user/me."
  }
}

variable "driver_may_resize" {
  description = "Whether the driver may change memory sizes: `mpi_driver tune` with `reconfigure: true`."
  type        = bool
  default     = false
}

variable "driver_may_reserve" {
  description = "Whether the driver's role may set and lift reserved concurrency: to limit a function, or to stop it with 0."
  type        = bool
  default     = false
}

# --- other ways in ---------------------------------------------------------------------------------------

variable "function_urls" {
  description = "A function URL for every function's alias 'live'; callers sign (AWS_IAM)."
  type        = bool
  default     = false
}

variable "gateway" {
  description = "A REST API in front of the functions, POST /FUNCTION, with an API key."
  type        = bool
  default     = false
}

variable "gateway_stage" {
  description = "Stage of the API, the first part of its path."
  type        = string
  default     = "v1"

  validation {
    condition     = can(regex("^[A-Za-z0-9_]{1,32}$", var.gateway_stage))
    error_message = "gateway_stage: expected 1 to 32 letters, digits and underscores."
  }
}

variable "gateway_limits" {
  description = "The usage plan: requests per second, burst, and requests per day (0: no quota)."
  type = object({
    rate    = optional(number, 100)
    burst   = optional(number, 200)
    per_day = optional(number, 100000)
  })
  default = {}

  validation {
    condition     = var.gateway_limits.rate > 0 && var.gateway_limits.rate <= 10000 && var.gateway_limits.burst >= 1 && var.gateway_limits.burst <= 5000
    error_message = "gateway_limits: expected rate above 0 and up to 10000, burst from 1 to 5000, an account's own limits."
  }
  validation {
    condition     = var.gateway_limits.per_day >= 0 && floor(var.gateway_limits.per_day) == var.gateway_limits.per_day
    error_message = "gateway_limits: expected per_day as a whole number of requests, or 0 for no quota."
  }
}

variable "gateway_authorizer" {
  description = "A Lambda authorizer before the API (package authorizer-ARCH.zip): callers need a token beside the key."
  type        = bool
  default     = false
}

variable "gateway_variants" {
  description = "Also POST to /FUNCTION/open, /key, and with the authorizer /authorizer and /key-authorizer, which want just that of their callers: to compare them in a job. Open is open to all the world while it exists, within gateway_limits: destroy it behind the measurement."
  type        = bool
  default     = false
}

variable "authorizer_environment" {
  description = "What the authorizer accepts: {JWT_ISSUER = \"...\", JWT_AUDIENCE = \"...\", JWT_HS256_SECRET = \"...\"} or JWT_JWKS. It is kept in Terraform's state."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "gateway_logs" {
  description = "Access and execution logs of the API. They need a role that is a setting of the whole account and region: leave this off where another API uses one."
  type        = bool
  default     = false
}

# --- a fleet to run the driver on ------------------------------------------------------------------------

variable "fleet" {
  description = "EC2 instances with Open MPI in one cluster placement group, reached by SSM. public_key: of your SSH key, to copy files; ssh_cidr: opens port 22 to it; lifetime_h: they end themselves after so many hours."
  type = object({
    size          = optional(number, 0)
    instance_type = optional(string, "c7i.large")
    lifetime_h    = optional(number, 4)
    disk_gb       = optional(number, 16)
    public_key    = optional(string)
    ssh_cidr      = optional(string)
    zone          = optional(string)
  })
  default = {}

  validation {
    condition     = var.fleet.size >= 0 && var.fleet.size <= 32 && floor(var.fleet.size) == var.fleet.size
    error_message = "fleet: size is a whole number from 0 to 32; up to there one node starts all others by itself."
  }
  validation {
    condition     = !can(regex("^t[0-9]", var.fleet.instance_type))
    error_message = "fleet: instance_type of the burstable families (t2, t3, t4g) has no place in a cluster placement group; expected one such as c7i.large or c7g.large."
  }
  validation {
    condition     = var.fleet.lifetime_h >= 1 && var.fleet.lifetime_h <= 168
    error_message = "fleet: lifetime_h is from 1 to 168 hours."
  }
  validation {
    condition     = var.fleet.disk_gb >= 8 && var.fleet.disk_gb <= 1000
    error_message = "fleet: disk_gb is from 8 to 1000."
  }
  validation {
    condition     = var.fleet.public_key == null ? true : can(regex("^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$", var.fleet.public_key))
    error_message = "fleet: public_key is the text of a public key, such as the line in ~/.ssh/id_ed25519.pub."
  }
  validation {
    condition     = var.fleet.ssh_cidr == null ? true : can(cidrhost(var.fleet.ssh_cidr, 0)) && !endswith(var.fleet.ssh_cidr, "/0") && var.fleet.public_key != null
    error_message = "fleet: ssh_cidr is your own network, such as 203.0.113.7/32, never the whole Internet, and needs a public_key."
  }
}

# --- a warning about money -------------------------------------------------------------------------------

variable "budget" {
  description = "AWS Budgets warns of the whole account's monthly cost at 80 % and when the forecast exceeds it: {usd = 10, emails = [\"me@example.org\"]}. It is hours late and stops nothing: the job's own budget does."
  type = object({
    usd    = number
    emails = list(string)
  })
  default = null

  validation {
    condition     = var.budget == null ? true : var.budget.usd > 0
    error_message = "budget: usd is an amount above 0."
  }
  validation {
    condition     = var.budget == null ? true : length(var.budget.emails) >= 1 && length(var.budget.emails) <= 10 && alltrue([for e in var.budget.emails : can(regex("^[^@ ]+@[^@ ]+$", e))])
    error_message = "budget: emails has 1 to 10 addresses."
  }
}
