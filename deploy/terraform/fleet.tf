# Optional: EC2 instances to run the driver on, close together (one cluster placement group), with Open
# MPI and all that scripts/dependencies.sh installs. The way in is SSM: no port is open to the Internet.
# The network is made for the fleet, so that it disappears with it.

locals {
  fleet    = var.fleet.size > 0 ? { live = true } : {}
  workers  = max(var.fleet.size - 1, 0)
  fleet_ip = "10.77.0.0/24"
  fleet_cpu = var.fleet.size > 0 ? (
  contains(data.aws_ec2_instance_type.fleet["live"].supported_architectures, "arm64") ? "arm64" : "amd64") : "amd64"

  # what leader and workers share; the text of the script is what CI and run.sh use
  fleet_script = {
    dependencies = file("${path.module}/../../scripts/dependencies.sh")
    lifetime_min = var.fleet.lifetime_h * 60
    key_port     = 8022
  }
}

data "aws_ec2_instance_type" "fleet" {
  for_each      = local.fleet
  instance_type = var.fleet.instance_type
}

data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:one zone is taken, whichever comes first; fleet.zone pins it
  for_each = local.fleet
  state    = "available"

  filter { # no local zones: they have few instance types
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Ubuntu 24.04, which comes with the SSM agent.
data "aws_ssm_parameter" "image" {
  for_each = local.fleet
  name     = "/aws/service/canonical/ubuntu/server/24.04/stable/current/${local.fleet_cpu}/hvm/ebs-gp3/ami-id"
}

# --- network ---------------------------------------------------------------------------------------------

resource "aws_vpc" "fleet" {
  #checkov:skip=CKV2_AWS_11:flow logs cost more than the fleet's few hours are worth
  #checkov:skip=CKV2_AWS_12:the checker does not follow for_each; aws_default_security_group.fleet does it
  for_each             = local.fleet
  cidr_block           = local.fleet_ip
  enable_dns_hostnames = true
  tags                 = { Name = "${var.name}-fleet" }
}

# The one that every VPC has lets nothing through.
resource "aws_default_security_group" "fleet" {
  for_each = local.fleet
  vpc_id   = aws_vpc.fleet["live"].id
}

resource "aws_subnet" "fleet" {
  for_each          = local.fleet
  vpc_id            = aws_vpc.fleet["live"].id
  cidr_block        = local.fleet_ip
  availability_zone = coalesce(var.fleet.zone, data.aws_availability_zones.available["live"].names[0])
  tags              = { Name = "${var.name}-fleet" }
}

resource "aws_internet_gateway" "fleet" {
  for_each = local.fleet
  vpc_id   = aws_vpc.fleet["live"].id
}

resource "aws_route_table" "fleet" {
  for_each = local.fleet
  vpc_id   = aws_vpc.fleet["live"].id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.fleet["live"].id
  }
}

resource "aws_route_table_association" "fleet" {
  for_each       = local.fleet
  subnet_id      = aws_subnet.fleet["live"].id
  route_table_id = aws_route_table.fleet["live"].id
}

resource "aws_security_group" "fleet" {
  #checkov:skip=CKV2_AWS_5:the checker does not follow for_each; both kinds of instance have it
  for_each    = local.fleet
  name        = "${var.name}-fleet"
  description = "Lets the fleet talk among itself, and call out"
  vpc_id      = aws_vpc.fleet["live"].id
}

resource "aws_vpc_security_group_ingress_rule" "fleet" {
  for_each                     = local.fleet
  security_group_id            = aws_security_group.fleet["live"].id
  description                  = "MPI and SSH within the fleet"
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.fleet["live"].id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = var.fleet.size > 0 && var.fleet.ssh_cidr != null ? { live = var.fleet.ssh_cidr } : {}
  security_group_id = aws_security_group.fleet["live"].id
  description       = "SSH from where the user asked for it"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_egress_rule" "fleet" {
  for_each                     = local.fleet
  security_group_id            = aws_security_group.fleet["live"].id
  description                  = "MPI and SSH within the fleet"
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.fleet["live"].id
}

resource "aws_vpc_security_group_egress_rule" "out" {
  for_each          = var.fleet.size > 0 ? { https = 443, packages = 80 } : {}
  security_group_id = aws_security_group.fleet["live"].id
  description       = "Lambda, SSM and Ubuntu's packages"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

# --- rights: the driver's, and to be reached by SSM ------------------------------------------------------

data "aws_iam_policy_document" "ec2_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "fleet" {
  for_each           = local.fleet
  name               = "${var.name}-fleet"
  path               = "/${var.name}/"
  description        = "What the fleet may do: what the driver may, and be reached by SSM"
  assume_role_policy = data.aws_iam_policy_document.ec2_trust.json
}

resource "aws_iam_role_policy_attachment" "fleet_driver" {
  for_each   = local.fleet
  role       = aws_iam_role.fleet["live"].name
  policy_arn = aws_iam_policy.driver.arn
}

resource "aws_iam_role_policy_attachment" "fleet_ssm" {
  for_each   = local.fleet
  role       = aws_iam_role.fleet["live"].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "fleet" {
  for_each = local.fleet
  name     = "${var.name}-fleet"
  path     = "/${var.name}/"
  role     = aws_iam_role.fleet["live"].name
}

# --- instances -------------------------------------------------------------------------------------------

resource "aws_placement_group" "fleet" {
  for_each = local.fleet
  name     = "${var.name}-fleet"
  strategy = "cluster"
}

resource "aws_key_pair" "fleet" {
  for_each   = var.fleet.size > 0 && var.fleet.public_key != null ? { live = var.fleet.public_key } : {}
  key_name   = "${var.name}-fleet"
  public_key = each.value
}

# Rank 0 runs here. It makes a key pair at its first boot; the private key never leaves it.
resource "aws_instance" "leader" {
  #checkov:skip=CKV_AWS_88:without an address of its own it would need a NAT gateway to reach Lambda; nothing may come in
  #checkov:skip=CKV_AWS_126:minute-wise metrics of the platform cost by the month; the driver measures by itself
  for_each                             = local.fleet
  ami                                  = data.aws_ssm_parameter.image["live"].insecure_value
  instance_type                        = var.fleet.instance_type
  placement_group                      = aws_placement_group.fleet["live"].name
  subnet_id                            = aws_subnet.fleet["live"].id
  vpc_security_group_ids               = [aws_security_group.fleet["live"].id]
  associate_public_ip_address          = true
  iam_instance_profile                 = aws_iam_instance_profile.fleet["live"].name
  key_name                             = one([for key in aws_key_pair.fleet : key.key_name])
  ebs_optimized                        = true
  instance_initiated_shutdown_behavior = "terminate" # with the shutdown in its script: it ends itself
  user_data                            = templatefile("${path.module}/templates/leader.sh.tftpl", local.fleet_script)
  user_data_replace_on_change          = true
  tags                                 = { Name = "${var.name}-fleet-0" }
  volume_tags                          = merge(var.tags, { Project = var.name, ManagedBy = "terraform" })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required" # IMDSv2 only
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted             = true
    volume_type           = "gp3"
    volume_size           = var.fleet.disk_gb
    delete_on_termination = true
  }

  lifecycle {
    ignore_changes = [ami] # a newer image is no reason to replace a fleet at work
  }

  depends_on = [aws_route_table_association.fleet, aws_iam_role_policy_attachment.fleet_driver,
  aws_iam_role_policy_attachment.fleet_ssm, aws_vpc_security_group_egress_rule.out]
}

# They take the leader's public key from it, over the fleet's own network, and let it in.
resource "aws_instance" "worker" {
  #checkov:skip=CKV_AWS_88:as for the leader
  #checkov:skip=CKV_AWS_126:as for the leader
  count                                = local.workers
  ami                                  = aws_instance.leader["live"].ami
  instance_type                        = var.fleet.instance_type
  placement_group                      = aws_placement_group.fleet["live"].name
  subnet_id                            = aws_subnet.fleet["live"].id
  vpc_security_group_ids               = [aws_security_group.fleet["live"].id]
  associate_public_ip_address          = true
  iam_instance_profile                 = aws_iam_instance_profile.fleet["live"].name
  key_name                             = one([for key in aws_key_pair.fleet : key.key_name])
  ebs_optimized                        = true
  instance_initiated_shutdown_behavior = "terminate"
  user_data = templatefile("${path.module}/templates/worker.sh.tftpl", merge(local.fleet_script, {
    leader_id = aws_instance.leader["live"].id # another leader has another key
    leader_ip = aws_instance.leader["live"].private_ip
  }))
  user_data_replace_on_change = true
  tags                        = { Name = "${var.name}-fleet-${count.index + 1}" }
  volume_tags                 = merge(var.tags, { Project = var.name, ManagedBy = "terraform" })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted             = true
    volume_type           = "gp3"
    volume_size           = var.fleet.disk_gb
    delete_on_termination = true
  }
}
