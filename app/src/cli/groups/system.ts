import { version as ownVersion } from '../../kernel/version';
import { option, spec } from '../command';
import { confirm } from '../confirm';
import { exitCodes } from '../exit-codes';
import { CliError } from '../failure';
import { optionalClient, ownSettings } from '../local';
import { fields, table } from '../output/table';
import { duration, lines, megabytes, time } from '../output/text';
import { stateOn } from '../output/view';
import { type Change, changeLines } from './setting-changes';

interface System {
  readonly state: string;
  readonly ready: boolean;
  readonly draining: boolean;
  readonly role: string;
  readonly version: string;
  readonly environment: string;
  readonly node: string;
  readonly uptimeSeconds: number;
  readonly residentBytes: number;
  readonly history: readonly { from: string; to: string; at: string; reason?: string }[];
  readonly components: readonly { name: string; state: string; startMs?: number; needs: readonly string[] }[];
}
type DrainState = Pick<System, 'state' | 'ready' | 'draining'>;
type Reload =
  | { ok: true; applied: Change[]; needsRestart: Change[]; warnings: string[] }
  | { ok: false; problems: { key: string; place?: string; message: string }[]; warnings: string[] };

const status = spec({
  name: 'status',
  summary: 'what the process is, how it is, and how it came there',
  details: 'Exits with 1 unless the service is running, or degraded, and so serving.',
  asks: 'service',
  examples: [
    ['system status', 'the service on this machine'],
    ['system status --json | jq .state', 'its state alone, for a script'],
  ],
  run: async ({ client }) => {
    const json = await client().get<System>('/system');
    const serving = json.state === 'running' || json.state === 'degraded';
    return {
      json,
      exitCode: serving ? exitCodes.ok : exitCodes.failure,
      text: (view) =>
        lines(
          fields(view, [
            ['state', json.state, stateOn(view)],
            ['ready', json.ready ? 'yes' : json.draining ? 'no: drained by hand' : 'no'],
            ['role', json.role],
            ['environment', json.environment],
            ['version', `${json.version} on Node ${json.node}`],
            ['up for', duration(json.uptimeSeconds)],
            ['memory', megabytes(json.residentBytes)],
          ]),
          '\n',
          table(view, json.components, [
            { header: 'component', cell: ({ name }) => name },
            { header: 'state', cell: (each) => each.state, paint: stateOn(view) },
            {
              header: 'start',
              cell: ({ startMs }) => (startMs === undefined ? '' : `${startMs} ms`),
              align: 'right',
            },
            { header: 'needs', cell: ({ needs }) => needs.join(', '), flexible: true },
          ]),
          '\n',
          table(view, json.history.slice(-5), [
            { header: 'at', cell: ({ at }) => time(at) },
            { header: 'from', cell: ({ from }) => from },
            { header: 'to', cell: ({ to }) => to },
            { header: 'because', cell: ({ reason }) => reason, flexible: true },
          ]),
        ),
    };
  },
});

const reload = spec({
  name: 'reload',
  summary: 'read the settings again; what is reloadable applies at once',
  details:
    'Settings that are not valid change nothing: the exit code is then 78. See "holdfast config diff" first.',
  asks: 'service',
  changes: true,
  examples: [['system reload --yes', 'after a file of settings has changed']],
  run: async ({ cli, options, client }) => {
    const service = client();
    await confirm(cli, options, `Reload the settings of ${service.url}`);
    const json = await service.post<Reload>('/system/reload');
    if (json.ok) return { json, text: (view) => changeLines(view, json) };
    throw new CliError('Nothing was reloaded: the settings are not valid.', {
      exitCode: exitCodes.configuration,
      problems: json.problems.map(
        ({ key, place, message }) => `${key}${place ? ` (${place})` : ''} ${message}`,
      ),
      remedy: 'Mend the settings and reload again; until then the old ones stay in force.',
    });
  },
});

const draining = (name: 'drain' | 'undrain', about: { summary: string; details: string; question: string }) =>
  spec({
    name,
    summary: about.summary,
    details: about.details,
    asks: 'service',
    changes: true,
    examples: [[`system ${name} --yes`, about.summary]],
    run: async ({ cli, options, client }) => {
      const service = client();
      await confirm(cli, options, `${about.question} ${service.url}`);
      const json = await service.post<DrainState>(`/system/${name}`);
      const ready = json.ready ? 'welcome' : 'not welcome';
      return {
        json,
        text: (view) => `The service is ${stateOn(view)(json.state)}; new requests are ${ready}.\n`,
      };
    },
  });

const diagnostics = spec<{ strict?: true }>({
  name: 'diagnostics',
  summary: 'look at everything, and say what to do about what is not well',
  details:
    'Twelve categories. Asks the service, which sees its own connections; without a service, or with --local, it looks ' +
    'from here, with the settings of this shell. Exits with 1 when something fails.',
  asks: 'either',
  options: [option('--strict', 'a warning fails too')],
  examples: [
    ['system diagnostics', 'of the service on this machine'],
    ['system diagnostics --local --strict', 'before the service is started, in a pipeline'],
  ],
  run: async (invocation) => {
    const { cli, options } = invocation;
    const { diagnosticsExitCode, renderReport, runDiagnostics } = await import(
      '../../kernel/diagnostics/index.js'
    );
    const service = optionalClient(invocation);
    const json = service
      ? await service.get<Awaited<ReturnType<typeof runDiagnostics>>>('/diagnostics')
      : await runDiagnostics({ env: ownSettings(cli.env) });
    return {
      json,
      exitCode: diagnosticsExitCode(json, options.strict),
      text: renderReport(json, { colour: cli.colour }),
    };
  },
});

const version = spec({
  name: 'version',
  summary: "this command line's version, and the service's",
  asks: 'either',
  examples: [['system version', 'whether both are the same']],
  run: async (invocation) => {
    const service = optionalClient(invocation);
    const system = await service?.get<System>('/system');
    const json = { cli: ownVersion, service: system?.version ?? null, node: process.version };
    const note = system && system.version !== ownVersion ? ' (they differ: some commands may not work)' : '';
    return {
      json,
      text: (view) =>
        fields(view, [
          ['command line', ownVersion],
          ['service', system ? `${system.version}${note}` : 'none asked'],
          ['node', process.version],
        ]),
    };
  },
});

export const commands = [
  status,
  diagnostics,
  reload,
  draining('drain', {
    summary: 'take the process out of service without stopping it',
    details: 'Readiness fails until "undrain"; requests that still come are answered.',
    question: 'Send no more requests to',
  }),
  draining('undrain', {
    summary: 'put a drained process back into service',
    details: 'Readiness passes again when nothing else is in its way.',
    question: 'Send requests again to',
  }),
  version,
];
