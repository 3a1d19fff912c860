import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { flagFileName, type Settings } from '../../../contract';
import { causeOf } from '../../health/clock';
import { type Finding, fail, pass, type Subject, withoutSettings } from '../types';

/** What the service reads is there, and it may write where it has to. */
export function files({ loaded }: Subject): readonly Finding[] {
  if (!loaded) return withoutSettings('files');
  const { settings, secretFiles } = loaded;
  return [
    flagFile(settings),
    writable('temporary files', tmpdir()),
    ...(settings.HOLDFAST_DATABASE_ENGINE === 'pglite'
      ? [writable('database directory', settings.HOLDFAST_DATABASE_DIRECTORY as string)]
      : []),
    ...Object.entries(secretFiles).map(([key, path]) => readable(key, path as string)),
  ];
}

function flagFile(settings: Settings): Finding {
  const path = join(settings.HOLDFAST_FLAGS_DIRECTORY, flagFileName);
  const remedy = 'Follow runbooks/flag-file-broken.md; until then the defaults are in force.';
  try {
    const { flags } = JSON.parse(readFileSync(path, 'utf8')) as { flags?: object };
    if (typeof flags !== 'object' || flags === null) return fail('flags', `${path} holds no flags`, remedy);
    return pass('flags', `${Object.keys(flags).length} in ${path}`);
  } catch (error) {
    return fail('flags', `${path}: ${causeOf(error)}`, remedy);
  }
}

/** A directory that is not there yet is made at the start, if the one above can be written. */
function writable(name: string, directory: string): Finding {
  let nearest = directory;
  while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return pass(name, `${directory} can be written`);
  } catch {
    return fail(
      name,
      `${nearest} cannot be written`,
      `Let user ${process.getuid?.() ?? ''} write there, or choose another place.`,
    );
  }
}

function readable(name: string, path: string): Finding {
  try {
    accessSync(path, constants.R_OK);
    return pass(name, `${path} can be read`);
  } catch (error) {
    return fail(name, causeOf(error), `Mount the secret at ${path}, readable by this user.`);
  }
}
