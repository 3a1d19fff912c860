import '../../constructs/core/stack-traces';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AnnotationMetadataEntryType,
  App,
  TerraformDataSource,
  TerraformRemoteState,
  TerraformResource,
} from 'cdktf';
import { ConfigurationError } from '../../constructs/core/errors';
import type { HoldfastStack } from '../../constructs/core/stack';
import type { Deployment, NamedAccount } from '../../environments/load';
import { buildStacks } from '../../stacks';
import { brokenInvariants } from './invariants';
import { readStack, type StackJson } from './stack-json';

export interface SynthesisedStack {
  readonly name: string;
  readonly environment: string;
  readonly component: string;
  readonly json: StackJson;
  /** Time to write and check the stack. */
  readonly milliseconds: number;
}

export interface Synthesis {
  readonly stacks: readonly SynthesisedStack[];
  /** What constructs want a person to know: `Annotations.of(x).addWarning(…)`, which cdktf itself prints nowhere. */
  readonly warnings: readonly string[];
  /** What is as it is for a reason, which nobody has to act on: `Annotations.of(x).addInfo(…)`. */
  readonly notes: readonly string[];
  /** From the first construct to the last file. */
  readonly milliseconds: number;
}

export interface SynthesisOptions {
  /** Folder that receives the result; replaced as a whole when everything is in order, untouched otherwise. */
  readonly outdir: string;
  /** Called before each stack is written. */
  readonly onStack?: (name: string, index: number, count: number) => void;
  /** Other stacks than the product's own, for tests. */
  readonly build?: typeof buildStacks;
}

/**
 * Builds and writes every stack. Throws a ConfigurationError with all problems of all stacks; cdktf itself would
 * report those of the first bad stack only, after having written others.
 */
export function synthesise(
  loaded: { readonly accounts: readonly NamedAccount[]; readonly deployments: readonly Deployment[] },
  options: SynthesisOptions,
): Synthesis {
  const started = performance.now();
  const temporary = `${options.outdir}.${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    // Validation is done here, over all stacks at once.
    const app = new App({ outdir: temporary, skipValidation: true });
    const stacks = (options.build ?? buildStacks)(app, loaded);
    const problems = stacks.flatMap((stack) =>
      stack.node
        .findAll()
        .flatMap((node) => node.node.validate().map((message) => `${node.node.path}: ${message}`)),
    );
    if (problems.length > 0) throw new ConfigurationError(problems);

    const times = timeStacks(stacks, options.onStack);
    app.synth();
    const written = stacks.map((stack) => ({ stack, json: readStack(temporary, stack.node.id) }));
    const broken = written.flatMap(({ stack, json }) =>
      brokenInvariants(json, countConstructs(stack)).map((problem) => `${stack.node.id}: ${problem}`),
    );
    if (broken.length > 0) throw new ConfigurationError(broken);
    publish(temporary, options.outdir);
    return {
      stacks: written.map(({ stack, json }) => ({
        name: stack.node.id,
        environment: stack.environment,
        component: stack.component,
        json,
        milliseconds: times.get(stack.node.id) ?? 0,
      })),
      warnings: stacks.flatMap((stack) => annotations(stack, AnnotationMetadataEntryType.WARN)),
      notes: stacks.flatMap((stack) => annotations(stack, AnnotationMetadataEntryType.INFO)),
      milliseconds: performance.now() - started,
    };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Wraps each stack's synthesizer, to tell the time and the progress. */
function timeStacks(
  stacks: readonly HoldfastStack[],
  onStack: SynthesisOptions['onStack'],
): Map<string, number> {
  const times = new Map<string, number>();
  for (const [index, stack] of stacks.entries()) {
    const inner = stack.synthesizer;
    stack.synthesizer = {
      synthesize: (session) => {
        onStack?.(stack.node.id, index, stacks.length);
        const started = performance.now();
        inner.synthesize(session);
        times.set(stack.node.id, performance.now() - started);
      },
    };
  }
  return times;
}

const annotations = (stack: HoldfastStack, type: AnnotationMetadataEntryType): string[] =>
  stack.node
    .findAll()
    .flatMap((node) =>
      node.node.metadata
        .filter((entry) => entry.type === type)
        .map((entry) => `${node.node.path}: ${String(entry.data)}`),
    );

const countConstructs = (stack: HoldfastStack): number =>
  stack.node
    .findAll()
    .filter(
      (node) =>
        TerraformResource.isTerraformResource(node) ||
        node instanceof TerraformDataSource ||
        node instanceof TerraformRemoteState,
    ).length;

/** What Terraform keeps in a stack's folder: providers it has initialised, and their lock. */
const keptByTerraform = ['.terraform', '.terraform.lock.hcl'];

/** Puts the new result in place of the old one, in two renames, and carries Terraform's own files over. */
function publish(temporary: string, outdir: string): void {
  const stacksFolder = join(outdir, 'stacks');
  for (const name of existsSync(stacksFolder) ? readdirSync(stacksFolder) : []) {
    if (!existsSync(join(temporary, 'stacks', name))) continue;
    for (const kept of keptByTerraform) {
      const from = join(stacksFolder, name, kept);
      if (existsSync(from)) renameSync(from, join(temporary, 'stacks', name, kept));
    }
  }
  const old = `${outdir}.old.${process.pid}`;
  if (existsSync(outdir)) renameSync(outdir, old);
  renameSync(temporary, outdir);
  rmSync(old, { recursive: true, force: true });
}
