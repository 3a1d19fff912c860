#!/usr/bin/env bash
# The exit path from Terraform (docs/decisions/0012-exit-path.md): the tests of stacks and of saved plans, with OpenTofu. Needs what the full
# tests need, and Go. Some ten minutes on two cores to themselves, and five once, to build OpenTofu.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(bash .ci/tofu.sh)
HOLDFAST_TERRAFORM=$folder/tofu
export HOLDFAST_TERRAFORM
"$HOLDFAST_TERRAFORM" version
npm run test:full -- --ci __tests__/terraform.full.test.ts __tests__/plan-life.full.test.ts
