/** Last step of `npm run build`: notes what was compiled, so that diagnostics can tell whether it is still that. */
import { join } from 'node:path';
import { version } from '../version';
import { writeManifest } from './manifest';

writeManifest(join(__dirname, '..', '..'), version);
