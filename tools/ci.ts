/** `npm run ci -- COMMAND`: what the workflows of GitHub do beside `npm run plan` and `npm run apply` (docs/delivery.md). */
import { parseArgs } from 'node:util';
import { commands } from './lib/ci/commands';
import { optionNames } from './lib/ci/given';
import { exitWith, paint } from './lib/terminal';

const usage = `Use: npm run ci -- COMMAND

${Object.values(commands)
  .map(({ use, what }) => `  ${use}\n      ${what}`)
  .join('\n')}`;

async function ci(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return refuse((error as Error).message);
  }
  const [name, ...words] = parsed.positionals;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return refuse(name ? `there is no command "${name}"` : 'which command?');
  return command.run({ words, options: parsed.values });
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: Object.fromEntries(optionNames.map((name) => [name, { type: 'string' as const }])),
    allowPositionals: true,
  });

function refuse(reason: string): number {
  console.error(`${paint('red', 'error')} ${reason}\n\n${usage}`);
  return 2;
}

exitWith(ci(process.argv.slice(2)));
