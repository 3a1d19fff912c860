#!/usr/bin/env bash
# The exit path from cdktf (docs/decisions/0012-exit-path.md): puts its successor cdktn in its place by an alias, in a copy
# with packages of its own, and synthesises every environment with either. Fails where one of them comes out otherwise. About a minute on two cores.
set -euo pipefail
export CHECKPOINT_DISABLE=1
cd "$(dirname "$0")/.."
successor=npm:cdktn@0.24.0
here=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

# What Git knows of the folder as it is now, changes that aren't committed included.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -f "$file" ]; then printf '%s\0' "$file"; fi
done | tar --null --files-from=- --create | tar --extract --directory "$copy"
cd "$copy"
# Before: as it is installed here. What cdktf writes is what the golden files hold, whether or not they are up to date.
ln -s "$here/node_modules" node_modules
npm run --silent synth >/dev/null
mv cdktf.out with-cdktf
rm node_modules

# npm ignores an override that an existing lock file doesn't know.
rm package-lock.json
node - "$successor" <<'SCRIPT'
const { readFileSync, writeFileSync } = require('node:fs');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.dependencies.cdktf = process.argv[2];
manifest.overrides = { ...manifest.overrides, cdktf: '$cdktf' };
writeFileSync('package.json', JSON.stringify(manifest, null, 2));
SCRIPT
npm install --no-audit --no-fund --ignore-scripts --loglevel=error
# One cdktf for everything: a second one would make tokens that the first doesn't know.
found=$(find node_modules -type d -path '*/cdktf' -prune -exec node -p 'require("./{}/package.json").name' \;)
if [ "$found" != cdktn ]; then
  echo "cdktf should be cdktn everywhere, but is: $found" >&2
  exit 1
fi
npm run --silent synth >/dev/null

node - with-cdktf cdktf.out <<'SCRIPT'
const { readFileSync } = require('node:fs');
const { isDeepStrictEqual } = require('node:util');
const [before, after] = process.argv.slice(2);
const manifest = (folder) => JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')).stacks;
// As golden files: without what cdktf notes for itself, its own version among it.
const strip = (value) =>
  Array.isArray(value)
    ? value.map(strip)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== '//').map(([key, one]) => [key, strip(one)]))
      : value;
const stack = (folder, name) => strip(JSON.parse(readFileSync(`${folder}/stacks/${name}/cdk.tf.json`, 'utf8')));
const order = (folder) => Object.values(manifest(folder)).map(({ name, dependencies }) => [name, dependencies]);
const names = Object.keys(manifest(before));
const differ = names.filter((name) => !(name in manifest(after)) || !isDeepStrictEqual(stack(before, name), stack(after, name)));
if (names.length === 0 || !isDeepStrictEqual(order(before), order(after))) differ.push('the order of the stacks');
console.log(`${names.length - differ.length} of ${names.length} stacks are the same with cdktn ${require(`${process.cwd()}/node_modules/cdktf/package.json`).version}`);
for (const name of differ) console.error(`differs: ${name}`);
process.exit(differ.length > 0 ? 1 : 0);
SCRIPT
