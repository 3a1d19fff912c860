import { basename, join } from 'node:path';
import { version } from '../../version';
import { compareWithManifest } from '../manifest';
import { type Finding, fail, pass, warn } from '../types';

/** What was built is what runs. */
export function build(): Finding[] {
  return [pass('version', version), integrity(join(__dirname, '..', '..', '..'))];
}

/** @param folder where the running code lies: `dist` in an image, `src` in a clone */
export function integrity(folder: string): Finding {
  if (basename(folder) === 'src')
    return pass('integrity', 'runs from source; there is nothing to compare with');
  const found = compareWithManifest(folder);
  const remedy = 'Build it again (npm run build), or pull the image again by its digest.';
  if (!found) return warn('integrity', `${folder} has no manifest of what was built`, remedy);
  if (found.version !== version) {
    return fail('integrity', `the code is of version ${found.version}, package.json of ${version}`, remedy);
  }
  if (found.differences.length > 0) {
    const shown = found.differences.slice(0, 3).join(', ');
    const more = found.differences.length > 3 ? ` and ${found.differences.length - 3} more` : '';
    return fail('integrity', `${shown}${more}`, remedy);
  }
  return pass('integrity', `${found.count} files are as they were built`);
}
