import { type Cli, processCli } from '../../src/cli/cli';
import { run } from '../../src/cli/run';
import type { Service } from '../../src/kernel/kernel';
import { startService } from '../../src/roles';
import { prepareDirectory } from './database';
import { testEnvironment } from './environment';
import { logSink } from './kernel';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The one document of --json. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly json: any;
}
export interface Surroundings {
  readonly env?: Record<string, string>;
  /** What a person at a terminal would type; nothing where there is none. */
  readonly answer?: string | (() => Promise<string>);
  readonly columns?: number;
  readonly colour?: boolean;
  readonly user?: string;
  readonly interrupted?: AbortSignal;
  /** Told of each piece of the output. */
  readonly heard?: (text: string) => void;
}

/** Runs one command line in this process, as `holdfast` would. */
export async function runHere(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { env = {}, answer, columns, colour = false, user = 'tester', interrupted, heard } = surroundings;
  let out = '';
  let err = '';
  const cli: Cli = {
    ...processCli(),
    env,
    out: (text) => {
      out += text;
      heard?.(text);
    },
    err: (text) => {
      err += text;
    },
    terminal: { output: columns !== undefined, input: answer !== undefined },
    columns,
    colour,
    user,
    ask: async (question) => {
      err += question;
      return typeof answer === 'function' ? answer() : (answer ?? '');
    },
    interrupted: () => interrupted ?? new AbortController().signal,
  };
  const code = await run(argv, cli);
  return {
    code,
    out,
    err,
    get json() {
      return JSON.parse(out);
    },
  };
}

export interface RunningService {
  readonly service: Service;
  readonly log: ReturnType<typeof logSink>;
  readonly directory: string;
  /** Variables of a command line that finds the service by itself. */
  readonly env: Record<string, string>;
  readonly url: string;
  cli(...argv: string[]): Promise<Ran>;
  close(): Promise<void>;
}

/** The role all on an embedded database, with real ports. */
export async function startForCli(changes: Record<string, string> = {}): Promise<RunningService> {
  const environment = testEnvironment(changes);
  const log = logSink();
  prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
  const service = await startService('all', environment.env, {
    ports: { public: 0, management: 0 },
    logDestination: log.stream,
    pollMs: 20,
  });
  const env = { HOLDFAST_RUN_DIRECTORY: environment.env.HOLDFAST_RUN_DIRECTORY as string };
  return {
    ...{ service, log, env, directory: environment.directory },
    url: `http://127.0.0.1:${service.ports.management}`,
    cli: (...argv) => runHere(argv, { env }),
    async close() {
      await service.shutdown();
      environment.remove();
    },
  };
}
