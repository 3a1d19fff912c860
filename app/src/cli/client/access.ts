import { readFileSync } from 'node:fs';
import { ports } from '../../contract';
import { defaultRunDirectory, findAccess, type ManagementAccess } from '../../kernel/management-access';
import type { Environment } from '../../kernel/settings';
import { exitCodes } from '../exit-codes';
import { CliError, usageError } from '../failure';

export interface AccessOptions {
  readonly url?: string;
  readonly tokenFile?: string;
}
export interface Access {
  readonly url: string;
  /** Nothing where none was given: the service then says that it wants one. */
  readonly token: string | undefined;
}

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The service to ask: the one named by --url or HOLDFAST_MANAGEMENT_URL; else the one that runs on this machine as this
 * user; else, where a token is given, the one on the contract's port of this machine, as in a pod.
 *
 * @throws CliError when there is none (69), or when what was given is wrong (64)
 */
export function resolveAccess(options: AccessOptions, env: Environment): Access {
  const running = findAccess(env.HOLDFAST_RUN_DIRECTORY || defaultRunDirectory());
  const given = givenToken(options, env);
  const named = options.url ?? (env.HOLDFAST_MANAGEMENT_URL || undefined);
  if (named !== undefined) {
    const url = checkedUrl(named, options.url === undefined ? 'HOLDFAST_MANAGEMENT_URL' : '--url');
    return { url, token: given ?? running.find((each) => sameOrigin(each.url, url))?.token };
  }
  const only = running.length > 1 ? undefined : running[0];
  if (only !== undefined) return { url: only.url, token: given ?? only.token };
  if (running.length > 1) throw several(running);
  if (given !== undefined) return { url: `http://127.0.0.1:${ports.management}`, token: given };
  throw new CliError('No service was found: none of this user runs on this machine, and none is named.', {
    exitCode: exitCodes.unavailable,
    remedy:
      'Start one (npm run up), or name one by --url or HOLDFAST_MANAGEMENT_URL, for example through ' +
      '"kubectl -n holdfast port-forward deployment/holdfast-gateway 8081".',
  });
}

/** Whether the token would travel in the clear beyond this machine. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !loopback.includes(hostname);
}

function checkedUrl(text: string, place: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usageError(`${place}: is not an address.`, 'It must look like http://127.0.0.1:8081.');
  }
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!['http:', 'https:'].includes(url.protocol) || !plain) {
    throw usageError(
      `${place}: must be an http(s) address without user, password, query and fragment.`,
      'The token is given by --token-file or HOLDFAST_MANAGEMENT_TOKEN_FILE.',
    );
  }
  return url.href.replace(/\/+$/, '');
}

function givenToken(options: AccessOptions, env: Environment): string | undefined {
  const file = options.tokenFile ?? (env.HOLDFAST_MANAGEMENT_TOKEN_FILE || undefined);
  if (file === undefined) return env.HOLDFAST_MANAGEMENT_TOKEN || undefined;
  const place = options.tokenFile === undefined ? 'HOLDFAST_MANAGEMENT_TOKEN_FILE' : '--token-file';
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      `${place}: ${file} cannot be read (${code}).`,
      'Name a file that holds the token alone.',
    );
  }
  // Never shown: it may be a secret of another kind.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw usageError(`${place}: ${file} does not hold a token.`, 'It must be one word, and nothing else.');
}

const sameOrigin = (a: string, b: string): boolean => {
  const normal = (url: string) => new URL(url.replace('//localhost', '//127.0.0.1')).origin;
  return normal(a) === normal(b);
};

const several = (running: readonly ManagementAccess[]): CliError =>
  new CliError('Several services run on this machine.', {
    exitCode: exitCodes.usage,
    problems: running.map(({ url, role, pid }) => `${url}: role ${role}, process ${pid}`),
    remedy: 'Name one by --url.',
  });
