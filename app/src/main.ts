import { processCli } from './cli/cli';
import { run } from './cli/run';

run(process.argv.slice(2), processCli()).then((exitCode) => {
  // Not process.exit: what was written to a pipe may still be on its way.
  process.exitCode = exitCode;
});
