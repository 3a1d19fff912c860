/**
 * `npm run links [-- --check]`: the addresses outside of this repository that its documents name, with where; --check asks
 * each and exits 1 when one doesn't answer. What points inside is tested by `npm test`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isExternal, linksOf } from './lib/links';
import { exitWith, paint, progress } from './lib/terminal';

const patience = 20_000;

async function links(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
  const places = collect();
  let broken = 0;
  for (const [address, where] of [...places].sort(([a], [b]) => a.localeCompare(b))) {
    if (!values.check) {
      console.log(`${address}  ${where.join(', ')}`);
      continue;
    }
    progress(address);
    const problem = await ask(address);
    if (problem === undefined) continue;
    progress('');
    broken += 1;
    console.error(`${paint('red', 'error')} ${address} (${where.join(', ')}): ${problem}`);
  }
  progress('');
  console.log(values.check ? `${places.size} addresses, ${broken} broken.` : `${places.size} addresses.`);
  return broken > 0 ? 1 : 0;
}

/** Addresses without their fragments, each with the lines that name it. */
function collect(): ReadonlyMap<string, string[]> {
  const places = new Map<string, string[]>();
  const documents = execFileSync('git', ['ls-files', '-z', '*.md'], { encoding: 'utf8' });
  for (const document of documents.split('\0').filter(Boolean)) {
    for (const { target, line } of linksOf(readFileSync(document, 'utf8'))) {
      if (!isExternal(target) || !/^https?:/.test(target) || isExample(target)) continue;
      const address = target.replace(/#.*$/, '');
      places.set(address, [...(places.get(address) ?? []), `${document}:${line}`]);
    }
  }
  return places;
}

/** Addresses that stand for a reader's own. */
const isExample = (address: string): boolean =>
  /^https?:\/\/(localhost|127\.|[^/]*\.?example\.(com|org|net))/.test(address);

/** What is wrong with an address; undefined when it answers. Some refuse HEAD, and some refuse programs, which is an answer. */
async function ask(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(address, { redirect: 'follow', signal: AbortSignal.timeout(patience) });
    await response.body?.cancel();
    return [404, 410].includes(response.status) || response.status >= 500
      ? `answers ${response.status}`
      : undefined;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

exitWith(links(process.argv.slice(2)));
