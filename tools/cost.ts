/**
 * `npm run cost -- [ENV|ACCOUNT…] [--all] [--json]`: what an environment costs in a month, from its synthesis (docs/cost.md).
 * Exits 1 when one is above its budget or the question is wrong. Asks AWS nothing.
 */
import { costCommand } from './lib/cost/cost-command';
import { exitWith } from './lib/terminal';

exitWith(costCommand(process.argv.slice(2)));
