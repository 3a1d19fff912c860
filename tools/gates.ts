/**
 * `npm run gates -- ENV… [--framework soc2] [--json|--sarif|--html|--markdown] [--out DIR] [--plan plan.json]`: whether the
 * infrastructure is as frameworks of compliance want it (docs/compliance.md). Exits 1 when something fails, or when the
 * question is wrong.
 */
import { gatesCommand } from './lib/gates/command';
import { exitWith } from './lib/terminal';

exitWith(gatesCommand(process.argv.slice(2)));
