import { argument, option, spec } from '../command';
import { confirm } from '../confirm';
import { usageError } from '../failure';
import { deliver, readInput } from '../input';
import { lines, plural } from '../output/text';

interface Imported {
  readonly changed: readonly string[];
  readonly unknown: readonly string[];
  readonly dryRun: boolean;
}

const describe = (verb: string, { changed, unknown }: Omit<Imported, 'dryRun'>): string =>
  lines(
    changed.length === 0
      ? 'Nothing differs.'
      : `${verb} ${plural(changed.length, 'flag')}: ${changed.join(', ')}`,
    ...unknown.map((key) => `Left out, because this release does not know it: ${key}`),
  );

const importing = spec<{ check?: true; dryRun?: true; reason?: string }>({
  name: 'import',
  summary: 'override every flag that a file says something else about, all or nothing',
  asks: 'service',
  changes: true,
  arguments: [argument('<file>', "flagd's format, JSON or YAML; - for the standard input")],
  options: [
    option('--check', 'no service: only whether one would accept the file'),
    option('--dry-run', 'ask the service what would change, and change nothing'),
    option('--reason <text>', 'why, for the audit; needed unless nothing is changed'),
  ],
  examples: [
    ['flags import flags.yaml --check', 'in a pipeline, without a service'],
    ['flags import flags.yaml --dry-run', 'what would change?'],
    ['flags import flags.yaml --reason "as in staging"', 'take over what was tried elsewhere'],
  ],
  run: async ({ cli, client, args: [file = ''], options }) => {
    const content = readInput(file);
    if (options.check) {
      const { readFlagFile } = await import('./flag-file.js');
      const { changed, unknown } = readFlagFile(content, file);
      return {
        json: { ok: true, changed, unknown },
        text: `Valid. ${describe('Differs from the code in', { changed, unknown })}`,
      };
    }
    const { reason } = options;
    if (!options.dryRun && !reason?.trim()) {
      throw usageError('--reason: must say why.', 'It is kept with each change; --dry-run needs none.');
    }
    const service = client();
    const send = (dryRun: boolean) =>
      service.post<Imported>('/flags/import', { content, reason: reason ?? 'dry run', dryRun });
    const plan = await send(true);
    if (options.dryRun || plan.changed.length === 0)
      return { json: plan, text: describe('Would override', plan) };
    await confirm(
      cli,
      options,
      `Override ${plural(plan.changed.length, 'flag')}: ${plan.changed.join(', ')}`,
    );
    const json = await send(false);
    return { json, text: describe('Overrode', json) };
  },
});

const exporting = spec<{ format: 'json' | 'yaml'; layer: string; output?: string; json?: true }>({
  name: 'export',
  summary: "flags in flagd's format, for another environment or another evaluator",
  asks: 'service',
  options: [
    option('--format <format>', 'yaml or json').choices(['yaml', 'json']).default('yaml'),
    option('--layer <layer>', 'what is in force, or the overrides alone')
      .choices(['effective', 'override'])
      .default('effective'),
    option('-o, --output <file>', 'write it there; default: to the standard output'),
  ],
  examples: [
    ['flags export -o flags.yaml', 'everything that is in force'],
    ['flags export --layer override', 'what was changed at run time'],
  ],
  run: async ({ cli, client, options }) => {
    const { layer, output } = options;
    const format = options.json && output === undefined ? 'json' : options.format;
    const content = await client().text('/flags/export', { format, layer });
    return deliver(cli, { content, format, output });
  },
});

export const imports = [importing, exporting];
