import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../plan/model';

export const imagesFile = (environment: string): string => `environments/${environment}/images.json`;

const digest = /^sha256:[0-9a-f]{64}$/;

/** What images.json holds with another digest: the same layout, so that the difference is one value. */
export function withDigest(content: string, service: string): string {
  if (!digest.test(service))
    throw new Error(`"${service}" is no digest such as sha256:<64 hexadecimal digits>`);
  const images = JSON.parse(content) as Record<string, string>;
  const members = Object.entries({ ...images, service }).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{ ${members.join(', ')} }\n`;
}

export function digestOf(environment: string, root = '.'): string {
  return (JSON.parse(readFileSync(join(root, imagesFile(environment)), 'utf8')) as { service: string })
    .service;
}

export function writeDigest(environment: string, service: string, root = '.'): void {
  const file = join(root, imagesFile(environment));
  writeFileSync(file, withDigest(readFileSync(file, 'utf8'), service));
}

/**
 * The image that ran before a deployment: what its saved plans said they would replace. Undefined where none of them changed
 * the image, or where there was none before: then there is nothing to go back to.
 */
export function previousDigest(
  plans: readonly Pick<Plan, 'stacks'>[],
  environment: string,
): string | undefined {
  for (const { stacks } of plans) {
    const app = stacks.find(({ name }) => name === `${environment}-app`);
    for (const { type, attributes } of app?.changes ?? []) {
      if (type !== 'kubernetes_deployment_v1') continue;
      for (const { path, before = '', after = '' } of attributes) {
        const was = before.match(/@(sha256:[0-9a-f]{64})$/)?.[1];
        if (path.endsWith('.container.image') && was && !after.endsWith(was)) return was;
      }
    }
  }
  return undefined;
}
