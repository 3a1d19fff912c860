/** `npm run report [-- --out FILE]`: one HTML page of the whole synthesis; asks AWS nothing. */
import { reportCommand } from './lib/report/command';
import { exitWith } from './lib/terminal';

exitWith(reportCommand(process.argv.slice(2)));
