#!/bin/bash
# Checks deploy/terraform with Terraform's own parser, the provider's schema, mocked deployments and a policy
# checker. No AWS account, no credentials. tests/e2e/test_terraform.py is the quick check that needs no tools.
# Usage: deploy/terraform/check.sh [--strict]
#
# Tools are taken from the PATH (terraform or tofu, checkov) or else made: OpenTofu by Go, checkov by pip.
# Where Terraform's registry is out of reach, the provider's schema is taken from its binding in an npm
# package. What cannot be had is named and left out; with --strict that is a failure.
set -u
cd "$(dirname "$0")" || exit 2
work=$(realpath ../..)/build/terraform-check
opentofu=v1.10.6 hcl=v2.20.2-0.20250121132637-504036cd70e7 plugin_go=v0.26.0
binding=@cdktf/provider-aws@21.22.1 checkov=3.3.30
failed=0 missing=0
mkdir -p "$work"

# step NAME COMMAND...: run it, and show what it said if it failed
step() {
  local name=$1 log=$work/step.log
  shift
  if "$@" >"$log" 2>&1; then echo "ok           $name$(summary "$log")"
  else echo "FAILED       $name"; cat "$log"; failed=$((failed + 1)); fi
}
summary() { grep -aoE '[0-9]+ passed, [0-9]+ failed|Passed checks: .*' "$1" | tail -n 1 | sed 's/^/: /'; }
without() { echo "not checked  $1: $2"; missing=$((missing + 1)); }

make_tofu() { # prints its path
  [ -x "$work/tofu/tofu" ] || (
    command -v go >/dev/null || exit 1
    mkdir -p "$work/tofu" && cd "$work/tofu" || exit 1
    # `go install PACKAGE@VERSION` refuses a module that replaces another: so say it here
    printf 'module check\ngo 1.24.6\nrequire github.com/opentofu/opentofu %s\nreplace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 %s\n' \
      $opentofu $hcl >go.mod
    printf '//go:build tools\npackage check\nimport _ "github.com/opentofu/opentofu/cmd/tofu"\n' >tools.go
    go build -mod=mod -o tofu github.com/opentofu/opentofu/cmd/tofu
  ) >"$work/tofu.log" 2>&1 && echo "$work/tofu/tofu"
}

make_checkov() {
  [ -x "$work/venv/bin/checkov" ] ||
    { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q checkov==$checkov; } >"$work/checkov.log" 2>&1 &&
    echo "$work/venv/bin/checkov"
}

# A provider that knows the schema and does nothing else, put in the place of the real one.
make_provider() {
  local bin=$work/provider/terraform-provider-aws
  [ "$bin" -nt check/provider/main.go ] || (
    command -v go >/dev/null || exit 1
    mkdir -p "$work/provider" && cp check/provider/main.go "$work/provider" && cd "$work/provider" || exit 1
    printf 'module provider\ngo 1.23\nrequire github.com/hashicorp/terraform-plugin-go %s\n' $plugin_go >go.mod
    go build -mod=mod -o "$bin" .
  ) >"$work/provider.log" 2>&1 || return 1
  ls "$work"/cdktf-provider-aws-*.tgz >/dev/null 2>&1 ||
    (cd "$work" && npm pack -s $binding) >"$work/npm.log" 2>&1 || return 1
  python3 check/schema.py "$work"/cdktf-provider-aws-*.tgz ./*.tf >"$work/schema.json" || return 1
  cat >"$work/cli.tfrc" <<END
provider_installation {
  dev_overrides { "hashicorp/aws" = "$work/provider" }
  direct {}
}
END
  export TF_CLI_CONFIG_FILE=$work/cli.tfrc FAN_AWS_SCHEMA=$work/schema.json
}

# A copy, so that no lock file and no .terraform/ is left here; with packages that need only be there.
copy() {
  rm -rf "$work/tree" && mkdir -p "$work/tree/deploy" "$work/packages"
  cp -r ../terraform "$work/tree/deploy/" && cp -r ../../scripts "$work/tree/"
  for arch in x86_64 arm64; do
    : >"$work/packages/function-$arch.zip"; : >"$work/packages/authorizer-$arch.zip"
  done
}

terraform=$(command -v tofu || command -v terraform || make_tofu)
if [ -n "$terraform" ]; then
  step "format and syntax" "$terraform" fmt -check -diff -recursive .
  copy
  export TF_VAR_package_dir=$work/packages AWS_EC2_METADATA_DISABLED=true
  provider=
  if (cd "$work/tree/deploy/terraform" && "$terraform" init -backend=false -input=false) >"$work/init.log" 2>&1; then
    provider="the real provider"
  elif make_provider; then provider="the provider's schema"; fi
  if [ -n "$provider" ]; then
    cd "$work/tree/deploy/terraform" || exit 1
    step "validate against $provider" "$terraform" validate -no-color
    step "mocked deployments" "$terraform" test -no-color
    cd - >/dev/null || exit 1
  else without "validation and mocked deployments" "neither the registry nor go and npm are there (see $work)"; fi
else without "everything by Terraform's own parser" "no terraform, no tofu, and go cannot make one (see $work/tofu.log)"; fi

checkov=$(command -v checkov || make_checkov)
if [ -n "$checkov" ]; then
  step "policies by checkov" "$checkov" -d . --framework terraform --compact --quiet --skip-download
else without "policies by checkov" "no checkov, and pip cannot get it (see $work/checkov.log)"; fi

[ $failed -eq 0 ] || exit 1
[ "${1:-}" != --strict ] || [ $missing -eq 0 ]
