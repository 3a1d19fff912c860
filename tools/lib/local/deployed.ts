import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { KubeContext } from './kubeconfig';

/** Beside the states of `local`, which don't say which cluster they are of. */
const recordFile = (outdir: string): string => join(dirname(outdir), '.state', 'local-cluster.json');
const recordSchema = z.object({ context: z.string(), server: z.string() });

/** Notes what the states are of from now on. */
export function recordCluster(outdir: string, { name, server }: KubeContext): void {
  const file = recordFile(outdir);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ context: name, server })}\n`);
}

export const forgetCluster = (outdir: string): void => rmSync(recordFile(outdir), { force: true });

/**
 * Terraform would look for one cluster's objects in another: it would find none, forget them, and leave them behind.
 *
 * @throws Error with a sentence when what was deployed before is on another cluster
 */
export function refuseOtherCluster(outdir: string, context: KubeContext): void {
  const file = recordFile(outdir);
  if (!existsSync(file)) return;
  const before = recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!before.success || before.data.context === context.name) return;
  throw new Error(
    `Holdfast is still deployed to the context "${before.data.context}": remove it by npm run local -- --destroy --context ${before.data.context}, or, where that cluster is gone, delete ${dirname(file)}/local-*`,
  );
}
