import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackJson } from '../../tools/lib/stack-json';
import { deploymentOrder, readManifest } from '../../tools/lib/stack-json';
import { synthesise } from '../../tools/lib/synthesise';
import { type Loaded, remove } from './shipped';
import { type StateStore, startStateStore } from './state-bucket';
import { emptyAccount, must, type Run, terraform, terraformEnvironment } from './terraform';

/** What a plan does to one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
}

/**
 * AWS takes the key of a secret's copy from the copy's region; the stand-in looks for every key in the provider's own. Tests
 * of the synthesis see that the key is there (constructs/recovery/region.test.ts).
 */
function withoutKeysOfReplicas(stack: StackJson): StackJson {
  for (const secret of Object.values(stack.resource?.['aws_secretsmanager_secret'] ?? {})) {
    for (const replica of [secret['replica'] ?? []].flat() as Record<string, unknown>[])
      delete replica['kms_key_id'];
  }
  return stack;
}

/** A folder of synthesised stacks, an AWS account to deploy them to, and the unmodified S3 backend for their state. */
export class SimulatedAccount {
  readonly outdir: string;
  readonly environment: NodeJS.ProcessEnv;

  private constructor(
    readonly folder: string,
    readonly store: StateStore,
  ) {
    this.outdir = join(folder, 'cdktf.out');
    this.environment = terraformEnvironment(emptyAccount(), store.environment);
  }

  static async open(): Promise<SimulatedAccount> {
    return new SimulatedAccount(mkdtempSync(join(tmpdir(), 'holdfast-deploy-')), await startStateStore());
  }
  close(): void {
    this.store.stop();
    remove(this.folder);
  }

  synthesise(what: Loaded): void {
    for (const { name } of synthesise(what, { outdir: this.outdir }).stacks) {
      const file = join(this.stackFolder(name), 'cdk.tf.json');
      writeFileSync(file, JSON.stringify(withoutKeysOfReplicas(JSON.parse(readFileSync(file, 'utf8')))));
    }
  }
  stackFolder(name: string): string {
    return join(this.outdir, 'stacks', name);
  }
  /** Stacks of one environment, in the order in which they are deployed. */
  stacksOf(environment: string): string[] {
    return deploymentOrder(readManifest(this.outdir)).filter((stack) => stack.startsWith(`${environment}-`));
  }

  /** Runs Terraform; throws what it said when it fails. */
  run(stack: string, ...args: string[]): string {
    return must(this.stackFolder(stack), this.environment, args);
  }
  /** Runs Terraform where it may fail, or with faults injected. */
  attempt(stack: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Run {
    return terraform(this.stackFolder(stack), { ...this.environment, ...more }, ...args);
  }
  init(stack: string): void {
    this.run(stack, 'init', '-input=false');
  }
  apply(stack: string): void {
    this.init(stack);
    this.run(stack, 'apply', '-auto-approve', '-input=false');
  }
  destroy(stack: string): void {
    this.run(stack, 'destroy', '-auto-approve', '-input=false');
  }
  expectNoChanges(stack: string): void {
    this.run(stack, 'plan', '-detailed-exitcode', '-input=false');
  }
  /** What a plan would change; what it leaves alone is left out. */
  planned(stack: string): PlannedChange[] {
    const file = join(this.folder, `${stack}.tfplan`);
    this.run(stack, 'plan', '-input=false', `-out=${file}`);
    const plan = JSON.parse(this.run(stack, 'show', '-json', file)) as {
      resource_changes?: { address: string; type: string; mode: string; change: { actions: string[] } }[];
    };
    return (plan.resource_changes ?? [])
      .map(({ address, type, mode, change }) => ({ address, type, mode, actions: change.actions }))
      .filter(({ mode, actions }) => mode === 'managed' && actions.join() !== 'no-op');
  }
}
