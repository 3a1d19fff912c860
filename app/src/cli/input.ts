import { readFileSync, writeFileSync } from 'node:fs';
import { usageError } from './failure';

/** @throws CliError when the file cannot be read */
export function readInput(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      `${path} cannot be read (${code}).`,
      'Name a file that exists; - is the standard input.',
    );
  }
}

/** @throws CliError when the file cannot be written */
export function writeOutput(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      `--output: ${path} cannot be written (${code}).`,
      'Name a file in a folder that exists.',
    );
  }
}

/** @throws CliError when it isn't a list */
export function listOfNames(given: string): readonly string[] {
  const parts = given.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw usageError('A list must be names separated by commas, such as a,b.');
}
