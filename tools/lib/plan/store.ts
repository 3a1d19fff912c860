import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Plan } from './model';

/** Folder of all plans; not in Git. The plan files in it hold secrets in clear, so only their owner may read them. */
export const plansFolder = '.holdfast/plans';

const planFile = 'plan.json';
const progressFile = 'applied.json';

/** Plans that are kept. A state that moves on makes those before it worthless, and they hold secrets. */
const kept = 20;

/** Makes a plan's folder and deletes the oldest. */
export function createPlanFolder(createdAt: Date, root = plansFolder): string {
  const name = createdAt.toISOString().replaceAll(':', '-');
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const old of readdirSync(root).sort().slice(0, -kept)) rmSync(join(root, old), { recursive: true });
  return folder;
}

export const writePlan = (folder: string, plan: Plan): void =>
  writeFileSync(join(folder, planFile), `${JSON.stringify(plan, null, 2)}\n`);

/** What apply relies on; the rest is for reports. */
const planSchema = z.looseObject({
  format: z.literal(1),
  createdAt: z.string(),
  asked: z.array(z.string()),
  destroy: z.boolean(),
  commit: z.string().optional(),
  terraform: z.object({ name: z.string(), version: z.string() }),
  stacks: z.array(
    z.looseObject({
      name: z.string(),
      status: z.enum(['unchanged', 'changes', 'pending', 'failed']),
      synthesis: z.string(),
      changes: z.array(
        z.looseObject({ address: z.string(), type: z.string(), kind: z.string(), stateful: z.boolean() }),
      ),
      dependencies: z.array(z.string()),
      provisional: z.array(z.string()),
      saved: z
        .object({
          file: z.string().regex(/^[\w.-]+$/),
          sha256: z.string(),
          serial: z.int(),
          lineage: z.string(),
        })
        .optional(),
    }),
  ),
});

/** Throws a sentence where there is no plan, or what is there isn't one. */
export function readPlan(folder: string): Plan {
  const file = join(folder, planFile);
  if (!existsSync(file)) throw new Error(`there is no plan in ${folder}: npm run plan -- ENV makes one`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is broken: npm run plan makes another`);
  }
  const read = planSchema.safeParse(content);
  if (!read.success) {
    throw new Error(`${file} was not written by npm run plan of this version of Holdfast: plan again`);
  }
  return content as Plan;
}

/** Folders of all plans that were finished, the newest first. */
export const savedPlans = (root = plansFolder): string[] =>
  (existsSync(root) ? readdirSync(root) : [])
    .sort()
    .reverse()
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, planFile)));

/** The newest folder whose plan, of this kind, holds all of these stacks. */
export function latestPlan(
  stacks: readonly string[],
  { root = plansFolder, destroy = false }: { readonly root?: string; readonly destroy?: boolean } = {},
): string | undefined {
  return savedPlans(root).find((folder) => {
    const plan = readPlan(folder);
    const planned = plan.stacks.map(({ name }) => name);
    return plan.destroy === destroy && stacks.every((name) => planned.includes(name));
  });
}

/** How far the application of a plan came, by stack. `failed`: begun, so that its plan is used up. */
export type Applied = Readonly<Record<string, 'applied' | 'failed'>>;

export function readApplied(folder: string): Applied {
  const file = join(folder, progressFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Applied) : {};
}

export const writeApplied = (folder: string, applied: Applied): void =>
  writeFileSync(join(folder, progressFile), `${JSON.stringify(applied, null, 2)}\n`);
