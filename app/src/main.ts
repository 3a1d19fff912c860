import { processCli } from './cli/cli';
import { obeySignals } from './cli/first-process';
import { run } from './cli/run';

obeySignals();
run(process.argv.slice(2), processCli()).then((exitCode) => {
  // Not process.exit: what was written to a pipe may still be on its way.
  process.exitCode = exitCode;
});
