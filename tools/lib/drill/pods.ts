import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceRoleName, serviceRoleNames } from '../../../app/src/contract';
import { type ServiceProcess, startProcess } from '../../../app/test/support/service-process';

/** Seconds until a process that ended is started again; the kubelet's first back-off is about as long. */
const restartSeconds = 1;

/** Seconds that a process has to end by itself; less than in a cluster, where a drain takes its time. */
const graceSeconds = 5;

/** One role in a process of its own, which stands for its Deployment with one pod. */
export interface Pod {
  readonly role: ServiceRoleName;
  readonly process: ServiceProcess;
  readonly log: readonly string[];
  readonly restarts: number;
}

/**
 * Keeps the roles running, as the kubelet does: what ends is started again. Nothing is load-balanced; whoever asks a role is told
 * where it is now.
 */
export class Pods {
  private readonly running = new Map<
    ServiceRoleName,
    { process: ServiceProcess; log: string[]; restarts: number }
  >();
  private readonly wanted = new Set<ServiceRoleName>();
  /** Settings before the last change: what a roll-back goes back to. */
  private before: Record<string, string> | undefined;

  constructor(private env: Record<string, string>) {}

  async start(): Promise<void> {
    await Promise.all(serviceRoleNames.map((role) => this.up(role)));
  }

  /** Settings of pods that are started from now on. */
  configure(changes: Record<string, string>): void {
    this.before = this.env;
    this.env = { ...this.env, ...changes };
  }

  /** Rolls a role out with the settings from before the last change. */
  async rollBack(role: ServiceRoleName): Promise<void> {
    this.env = this.before ?? this.env;
    await this.rollOut(role);
  }

  of(role: ServiceRoleName): Pod | undefined {
    const found = this.running.get(role);
    return found && { role, ...found };
  }

  list(): Pod[] {
    return serviceRoleNames.flatMap((role) => this.of(role) ?? []);
  }

  /** Ends a role as the kernel's OOM killer does; it comes back by itself. */
  kill(role: ServiceRoleName): void {
    this.running.get(role)?.process.child.kill('SIGKILL');
  }

  /** A new process first, then the old one ends: as a Deployment rolls. */
  async rollOut(role: ServiceRoleName): Promise<void> {
    const old = this.running.get(role);
    this.wanted.delete(role);
    this.running.delete(role);
    await this.up(role);
    if (old) await end(old.process);
  }

  /** @param replicas 0 or 1 */
  async scale(role: ServiceRoleName, replicas: number): Promise<void> {
    if (replicas > 0) return void (this.wanted.has(role) || (await this.up(role)));
    this.wanted.delete(role);
    const old = this.running.get(role);
    this.running.delete(role);
    if (old) await end(old.process);
  }

  async stop(): Promise<void> {
    this.wanted.clear();
    const all = [...this.running.values()];
    this.running.clear();
    await Promise.all(all.map(({ process }) => end(process)));
  }

  private async up(role: ServiceRoleName, restarts = 0): Promise<void> {
    this.wanted.add(role);
    const process = await startProcess(role, this.env);
    const log: string[] = [];
    process.child.stdout?.on('data', (text) => log.push(...String(text).trim().split('\n')));
    process.child.stderr?.on('data', (text) => log.push(...String(text).trim().split('\n')));
    this.running.set(role, { process, log, restarts });
    void process.finished.then(async () => {
      if (this.running.get(role)?.process !== process || !this.wanted.has(role)) return;
      await sleep(restartSeconds * 1000);
      if (this.running.get(role)?.process === process && this.wanted.has(role))
        await this.up(role, restarts + 1);
    });
    // One that can't start stays in its loop of restarts; whoever waits for it looks at its health.
    await Promise.race([process.ready().catch(() => undefined), sleep(15_000)]);
  }
}

/** Ends it as the kubelet does: politely first. */
async function end(process: ServiceProcess): Promise<void> {
  const kill = setTimeout(() => process.child.kill('SIGKILL'), graceSeconds * 1000);
  await process.stop();
  clearTimeout(kill);
}
