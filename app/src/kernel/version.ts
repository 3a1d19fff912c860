import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of the service, from the package.json beside `dist/` (and `src/`). */
export const version: string = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
).version;
