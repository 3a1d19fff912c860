/**
 * `npm run compose`: writes the Compose project of a laptop to compose/, generated from the contract and the observability code,
 * and makes the passwords that it needs (docs/local.md).
 */
import { composeCommand } from './lib/compose/command';
import { exitWith } from './lib/terminal';

exitWith(composeCommand(process.argv.slice(2)));
