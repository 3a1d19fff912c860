#!/usr/bin/env node
// The command line: as it was built where that is up to date (in the image there is nothing else), else from its sources.
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const built = join(__dirname, '../dist/main.js');
const sources = join(__dirname, '../src');

function isUpToDate() {
  if (!existsSync(built)) return false;
  if (!existsSync(sources)) return true;
  const { mtimeMs } = statSync(built);
  return readdirSync(sources, { recursive: true }).every(
    (file) => statSync(join(sources, file)).mtimeMs <= mtimeMs,
  );
}

if (isUpToDate()) {
  require(built);
} else {
  // biome-ignore lint/correctness/noUndeclaredDependencies: sources are run in the repository only, which has it
  require('tsx');
  require(join(sources, 'main.ts'));
}
