/**
 * `npm run capacity -- --rps N --events N [--queries PERCENT] [--bytes N] [--outage MINUTES] [--node TYPE] [--json]`: nodes, connections and
 * stream memory that a load needs (docs/cost.md). Exits 1 when the question is wrong.
 */
import { capacityCommand } from './lib/capacity/capacity-command';
import { exitWith } from './lib/terminal';

exitWith(capacityCommand(process.argv.slice(2)));
