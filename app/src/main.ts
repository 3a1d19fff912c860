import { createProgram } from './cli';
import { StartError } from './kernel/start-error';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    // What an operator can act on is said in a sentence; a stack trace would only hide it.
    const expected = error instanceof StartError;
    console.error(expected ? error.message : error);
    process.exit(expected ? error.exitCode : 1);
  });
