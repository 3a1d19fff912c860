/**
 * `npm run bench`: every figure that Holdfast promises, in one run, as docs/measurements.md quotes them;
 * `npm run bench -- flags telemetry` some of them. Needs PostgreSQL and Redis, as the full tests do. Nothing passes or
 * fails here: a test that depends on the clock would fail for the machine's reasons.
 */
import { measure as flags } from '../app/bench/flags';
import { measure as telemetry } from '../app/bench/telemetry';
import { type Figure, figuresTable } from './bench/figure';
import { measure as health } from './bench/health';
import { measure as local } from './bench/local';
import { measure as plan } from './bench/plan';
import { measure as roles } from './bench/roles';

const groups: Readonly<Record<string, () => Promise<Figure[]>>> = {
  flags,
  telemetry,
  roles,
  health,
  local,
  plan,
};

async function main(asked: readonly string[]): Promise<void> {
  const unknown = asked.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    throw new Error(`no figures named ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  }
  const chosen = asked.length > 0 ? asked : Object.keys(groups);
  const figures: Figure[] = [];
  for (const name of chosen) figures.push(...((await groups[name]?.()) ?? []));
  console.log(`Node ${process.version}\n\n${figuresTable(figures)}`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`error ${error.message}`);
  process.exitCode = 1;
});
