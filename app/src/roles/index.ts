import { type RoleName, roles } from '../contract';
import { didYouMean } from '../kernel/did-you-mean';
import { type RoleDefinition, type Service, type StartOptions, startRole } from '../kernel/kernel';
import type { Environment } from '../kernel/settings';
import { exitCodes, StartError } from '../kernel/start-error';
import { all } from './all';
import { collector } from './collector';
import { gateway } from './gateway';
import { schema } from './schema';
import { worker } from './worker';

const mounts: Record<RoleName, RoleDefinition['mount']> = { gateway, collector, worker, all };

/**
 * Starts a role of this image.
 *
 * @throws StartError when the role is unknown (exit code 64) or cannot start
 */
export async function startService(
  name: string,
  env: Environment,
  options: StartOptions = {},
): Promise<Service> {
  if (!Object.hasOwn(roles, name)) {
    const known = Object.keys(roles);
    throw new StartError(
      `There is no role "${name}"; the roles are ${known.join(', ')}.${didYouMean(name, known)}`,
      exitCodes.usage,
    );
  }
  const role = name as RoleName;
  return startRole(role, { mount: mounts[role], schema }, env, options);
}

export { schema };
