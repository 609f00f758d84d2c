# What a job file, a shell and mpirun need. `terraform output -raw NAME` prints one.

output "set" {
  description = "Arguments that send any file of jobs/ to these functions: mpi_driver run JOB.yaml $(terraform output -raw set)"
  value       = "--set endpoint=aws --set region=${var.region} --set arch=${var.architecture}"

  precondition {
    condition     = length(setsubtract(keys(var.live), keys(var.functions))) == 0
    error_message = "live names ${join(", ", setsubtract(keys(var.live), keys(var.functions)))}, which is not in functions."
  }
}

output "job" {
  description = "The part of a job file that says where its functions are: for the handler eratosthenes, smallest memory first."
  value       = lookup(local.job_parts, "eratosthenes", "")
}

output "jobs" {
  description = "The same part for each handler: terraform output -json jobs."
  value       = local.job_parts
}

output "functions" {
  description = "Names of the functions, as the account knows them."
  value       = sort(keys(local.functions))
}

output "function_urls" {
  description = "Their URLs, if there are any."
  value       = { for name, url in aws_lambda_function_url.live : name => url.function_url }
}

output "driver_role_arn" {
  description = "The role to take before a run."
  value       = aws_iam_role.driver.arn
}

output "driver_policy_arn" {
  description = "The same rights as a policy, to attach to a user or role of yours."
  value       = aws_iam_policy.driver.arn
}

output "gateway_url" {
  description = "Address of the API's stage; a function is at /NAME below it. Null without a gateway."
  value       = one([for stage in aws_api_gateway_stage.this : stage.invoke_url])
}

output "gateway_key" {
  description = "The API key: terraform output -raw gateway_key."
  value       = one([for key in aws_api_gateway_api_key.driver : key.value])
  sensitive   = true
}

output "hostfile" {
  description = "For mpirun --hostfile: the fleet's hosts, rank 0's first."
  value       = join("", [for ip in local.fleet_hosts : "${ip} slots=${local.fleet_slots}\n"])
}

output "fleet" {
  description = "Instance ids, the leader's first: aws ssm start-session --target ID."
  value       = concat([for i in aws_instance.leader : i.id], aws_instance.worker[*].id)
}

locals {
  # sort() orders text: pad the memory, then take the name from behind it
  job_parts = { for handler in toset([for f in values(var.functions) : f.handler]) :
    handler => templatefile("${path.module}/templates/job.yaml.tftpl", {
      region = var.region
      arch   = var.architecture
      functions = [for key in sort([for name, f in local.functions :
        format("%05d %s", f.memory_mb, name) if f.handler == handler]) :
      merge(local.functions[substr(key, 6, -1)], { name = substr(key, 6, -1) })]
    })
  }

  fleet_hosts = concat([for i in aws_instance.leader : i.private_ip], aws_instance.worker[*].private_ip)
  fleet_slots = one([for type in data.aws_ec2_instance_type.fleet : type.default_vcpus])
}
