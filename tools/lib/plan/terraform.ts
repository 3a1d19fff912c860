import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { isOlder } from '../doctor/tools';
import { type Diagnostic, diagnosticsOfText } from './diagnostics';

export interface Run {
  readonly status: number;
  readonly stdout: string;
  /** What went wrong, as Terraform says it. */
  readonly errors: readonly Diagnostic[];
}

/** Oldest version, of Terraform and of OpenTofu alike: the stacks ask for it, for the lock of their state in S3. */
const oldest = '1.11.0';

/** Where providers are kept between stacks: the AWS provider alone has 700 MB. */
const pluginCache = '.cache/terraform-plugins';

/** Terraform or OpenTofu, as found on this machine. */
export class Terraform {
  /** Inits go one after the other: the plugin cache isn't safe for several at once. */
  private initialising: Promise<unknown> = Promise.resolve();
  private readonly running = new Set<ChildProcess>();
  /** Whether somebody asked to stop: what is running ends in order, and nothing else is begun. */
  stopping = false;

  private constructor(
    readonly command: string,
    readonly name: string,
    readonly version: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** HOLDFAST_TERRAFORM names another program. Throws a sentence when there is none, or an old one. */
  static find(environment: NodeJS.ProcessEnv = process.env): Terraform {
    const named = environment.HOLDFAST_TERRAFORM;
    for (const command of named ? [named] : ['terraform', 'tofu']) {
      const run = spawnSync(command, ['version', '-json'], { encoding: 'utf8', env: environment });
      const version = run.stdout?.match(/"terraform_version":\s*"([\d.]+)/)?.[1];
      if (run.error || !version) continue;
      const name = /tofu[^/]*$/.test(command) ? 'tofu' : 'terraform';
      if (isOlder(version, oldest)) {
        throw new Error(`${command} is ${version}: install ${oldest} or newer (npm run doctor checks it)`);
      }
      return new Terraform(command, name, version, automated(environment));
    }
    throw new Error(
      named
        ? `HOLDFAST_TERRAFORM names ${named}, which can't be run: correct it, or unset it to use what is on the PATH`
        : 'neither terraform nor tofu is on the PATH: install Terraform 1.11 or newer (npm run doctor checks it)',
    );
  }

  /** Runs in a stack's folder. With `-json` each message goes to `onMessage`. Never throws for what Terraform refuses. */
  run(folder: string, args: readonly string[], onMessage?: (message: Message) => void): Promise<Run> {
    return new Promise((done, failed) => {
      const child = spawn(this.command, [`-chdir=${folder}`, ...args], {
        env: this.environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.running.add(child);
      const errors: Diagnostic[] = [];
      const out: string[] = [];
      let text = '';
      if (onMessage) {
        createInterface(child.stdout).on('line', (line) => {
          const message = parseMessage(line);
          if (message?.diagnostic?.severity === 'error') errors.push(message.diagnostic);
          if (message) onMessage(message);
          else text += `${line}\n`;
        });
      } else {
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => out.push(chunk));
      }
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      child.once('error', failed);
      child.once('close', (code) => {
        this.running.delete(child);
        const status = code ?? 1;
        const stdout = out.join('');
        if (status === 1 && errors.length === 0) errors.push(...diagnosticsOfText(text + stdout));
        done({ status, stdout, errors });
      });
    });
  }

  /** Ctrl-C reaches Terraform by the terminal; a signal to this process alone is handed on. Both end in order. */
  endInOrder(): void {
    const stop = (signal: NodeJS.Signals) => {
      if (!this.stopping) console.error('stopping: Terraform ends what it has begun');
      this.stopping = true;
      if (signal === 'SIGTERM') for (const child of this.running) child.kill('SIGINT');
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  }

  init(folder: string): Promise<Run> {
    const run = this.initialising.then(() => this.run(folder, ['init', '-input=false', '-no-color']));
    this.initialising = run.catch(() => undefined);
    return run;
  }
}

/** A line of Terraform's `-json` output, as far as it is used. */
export interface Message {
  readonly type?: string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: { readonly resource?: { readonly addr?: string }; readonly action?: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
}

function parseMessage(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function automated(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const cache = environment.TF_PLUGIN_CACHE_DIR ?? resolve(pluginCache);
  mkdirSync(cache, { recursive: true });
  return {
    // Lock files of providers aren't kept: versions are pinned in the stacks, and the cache may be used without them.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
    ...environment,
    TF_PLUGIN_CACHE_DIR: cache,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  };
}
