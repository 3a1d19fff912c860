/**
 * `npm run apply -- ENV|STACK…`: applies exactly what `npm run plan` showed last (docs/plan.md). Exits 0 when all is
 * applied, 2 when something is left that has to be planned first, 1 when something is wrong.
 */
import { applyCommand } from './lib/plan/apply-command';
import { exitWith } from './lib/terminal';

exitWith(applyCommand(process.argv.slice(2)));
