import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Environment } from '../kernel/settings';

/** What the command line stands in: variables, streams and the person in front of it. Tests replace it. */
export interface Cli {
  readonly env: Environment;
  out(text: string): void;
  err(text: string): void;
  /** Whether a person reads the output, and whether one can answer. */
  readonly terminal: { readonly output: boolean; readonly input: boolean };
  /** Characters of a line; nothing where the output is no terminal. */
  readonly columns: number | undefined;
  readonly colour: boolean;
  ask(question: string): Promise<string>;
  /** Name of the person, for the audit. */
  readonly user: string;
  /** Aborted by Ctrl-C. Whoever listens ends by itself. */
  interrupted(): AbortSignal;
}

export function processCli(): Cli {
  const { env, stdin, stdout, stderr } = process;
  return {
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal: { output: Boolean(stdout.isTTY), input: Boolean(stdin.isTTY && stderr.isTTY) },
    columns: stdout.isTTY ? stdout.columns : undefined,
    colour: Boolean(stdout.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb',
    async ask(question) {
      // The question goes where errors go, so that the output stays clean.
      const lines = createInterface({ input: stdin, output: stderr });
      const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question), closed]);
      } finally {
        lines.close();
      }
    },
    user: nameOfUser(env),
    interrupted() {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      return controller.signal;
    },
  };
}

/** A container's user needn't have a name. */
function nameOfUser(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER || `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
