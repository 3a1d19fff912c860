import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Block = Record<string, unknown>;

/** A stack as Terraform reads it, and as cdktf writes it to `cdk.tf.json`. */
export interface StackJson {
  readonly '//'?: unknown;
  readonly terraform?: Block & { readonly backend?: Record<string, Block> };
  readonly provider?: Record<string, readonly Block[]>;
  readonly resource?: Record<string, Record<string, Block>>;
  readonly data?: Record<string, Record<string, Block>>;
  readonly output?: Record<string, Block>;
  readonly locals?: Block;
  readonly variable?: Record<string, Block>;
}

/** One resource or data source, with its address in the state. */
export interface Resource {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly values: Block;
}

export function resourcesOf(stack: StackJson): Resource[] {
  const list = (blocks: StackJson['resource'], mode: Resource['mode']): Resource[] =>
    Object.entries(blocks ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, values]) => ({
        mode,
        type,
        name,
        address: `${mode === 'data' ? 'data.' : ''}${type}.${name}`,
        values,
      })),
    );
  return [...list(stack.resource, 'managed'), ...list(stack.data, 'data')];
}

/** What `manifest.json` says of a stack. */
export interface ManifestStack {
  readonly name: string;
  readonly synthesizedStackPath: string;
  readonly workingDirectory: string;
  readonly dependencies: readonly string[];
}

/** Stacks of a synthesis by name. The manifest decides: folders of stacks that are gone may lie beside it. */
export function readManifest(outdir: string): Record<string, ManifestStack> {
  return JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')).stacks;
}

export function readStack(outdir: string, name: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'));
}

/** Names of the stacks so that each comes after those it depends on. */
export function deploymentOrder(manifest: Record<string, ManifestStack>): string[] {
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name)) return;
    for (const dependency of manifest[name]?.dependencies ?? []) visit(dependency);
    order.push(name);
  };
  for (const name of Object.keys(manifest)) visit(name);
  return order;
}
