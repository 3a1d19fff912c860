import { readFileSync, writeFileSync } from 'node:fs';
import type { Cli } from './cli';
import type { Outcome } from './command';
import { usageError } from './failure';
import { plural } from './output/text';

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
function write(path: string, content: string): void {
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

/**
 * What an export has to say: the content itself, or where --output put it.
 *
 * @returns nothing when the content went to the standard output
 * @throws CliError when the file cannot be written
 */
export function deliver(
  cli: Cli,
  { content, format, output }: { content: string; format: string; output?: string },
): Outcome | undefined {
  if (output === undefined) {
    cli.out(content);
    return undefined;
  }
  write(output, content);
  const json = { written: output, format, bytes: Buffer.byteLength(content) };
  return { json, text: `${output}: ${plural(json.bytes, 'byte')} written\n` };
}

/** @throws CliError when it isn't a list */
export function listOfNames(given: string): readonly string[] {
  const parts = given.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw usageError('A list must be names separated by commas, such as a,b.');
}
