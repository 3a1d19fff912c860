/**
 * `npm run plan -- ENV|STACK… [--destroy]`: what a deployment would do, before it does it (docs/plan.md). Exits 0 where
 * nothing would change, 2 where something would or is pending, 1 when something is wrong.
 */
import { planCommand } from './lib/plan/plan-command';
import { exitWith } from './lib/terminal';

exitWith(planCommand(process.argv.slice(2)));
