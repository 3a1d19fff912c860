import type { Command } from 'commander';
import { didYouMean } from '../../kernel/did-you-mean';
import { usageError } from '../failure';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { placesOf } from './tree';
import { zshScript } from './zsh';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
const shells = Object.keys(scripts) as (keyof typeof scripts)[];

/** @param program with the commands of all groups */
export function completionScript(shell: string, program: Command): string {
  const known = shells.find((each) => each === shell);
  if (known) return scripts[known](placesOf(program));
  throw usageError(
    `There is no completion for the shell ${shell}.${didYouMean(shell, shells)}`,
    `The shells are ${shells.join(', ')}.`,
  );
}
