import { statSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import { secretSettingKeys } from '../../../contract';
import { type Finding, fail, pass, type Subject, warn } from '../types';

/** How the process is run. */
export function security({ context, settings, loaded }: Subject): Finding[] {
  const local = settings?.HOLDFAST_TIER === 'local';
  return [
    user(process.getuid?.(), local),
    certificates(context.env.NODE_TLS_REJECT_UNAUTHORIZED),
    debuggerPort(inspectorUrl(), local),
    secretsInEnvironment(context.env, local),
    ...secretModes(Object.entries(loaded?.secretFiles ?? {}) as [string, string][]),
  ];
}

function user(uid: number | undefined, local: boolean): Finding {
  if (uid !== 0) return pass('user', uid === undefined ? 'has no number here' : `${uid}, not root`);
  return (local ? warn : fail)(
    'user',
    'the process runs as root',
    'Run it as another user; the image uses 10001.',
  );
}

function certificates(value: string | undefined): Finding {
  return value === '0'
    ? fail(
        'certificates',
        'NODE_TLS_REJECT_UNAUTHORIZED=0 switches all checks off',
        'Unset it; give Node your authority’s certificate by NODE_EXTRA_CA_CERTS.',
      )
    : pass('certificates', 'are checked');
}

function debuggerPort(url: string | undefined, local: boolean): Finding {
  if (url === undefined) return pass('debugger', 'is off');
  return (local ? warn : fail)(
    'debugger',
    'is on: whoever reaches it can do anything',
    'Start Node without --inspect.',
  );
}

function secretsInEnvironment(env: Subject['context']['env'], local: boolean): Finding {
  const found = secretSettingKeys.filter((key) => env[key]);
  if (found.length === 0) return pass('secrets', 'no variable holds one');
  if (local) return pass('secrets', 'come as variables; legal in the tier local');
  return warn(
    'secrets',
    `${found.join(', ')} can be read by whoever sees the environment, and needs a restart to rotate`,
    `Mount files, and name them: ${found.map((key) => `${key}_FILE`).join(', ')}.`,
  );
}

export function secretModes(files: readonly [key: string, path: string][]): Finding[] {
  return files.flatMap(([key, path]) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o007) === 0) return [];
    const octal = (mode & 0o777).toString(8);
    return [warn(key, `every user may read or change ${path} (mode ${octal})`, `chmod 0440 ${path}`)];
  });
}
