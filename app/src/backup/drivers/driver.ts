import type { Backup } from '../format/metadata';
import type { CheckResult } from '../verification';

/** What a driver says of what it saved. */
export type Found = Pick<Backup, 'serverVersion' | 'contents' | 'keys' | 'walFrom' | 'snapshot'>;

export interface RestoreOptions {
  /** Where a restore makes something new: an empty folder, or a name at AWS. */
  readonly into?: string;
  /** Point in time up to which to restore; default: the backup's own. */
  readonly until?: Date;
}

/** One way to save one kind of thing. */
export interface Driver {
  /** What is saved, and would be overwritten: what a person types to agree. */
  readonly target: string;
  /** Whether a restore overwrites the target; else it makes something new beside it. */
  readonly overwrites: boolean;
  /** Whether there is nothing that a restore could overwrite. */
  readonly isEmpty?: boolean;
  /** @param save takes the bytes; not called where the provider keeps them */
  create(id: string, save: (content: AsyncIterable<Buffer>) => Promise<void>): Promise<Found>;
  /**
   * Looks for what no checksum sees.
   *
   * @param deep restores it beside everything else, to be thrown away
   * @returns what was looked at @throws StartError that says what is wrong
   */
  inspect(backup: Backup, content: AsyncIterable<Buffer> | undefined, deep: boolean): Promise<CheckResult[]>;
  /** @returns what was checked afterwards @throws StartError when nothing, or not all, was restored */
  restore(
    backup: Backup,
    content: AsyncIterable<Buffer> | undefined,
    options: RestoreOptions,
  ): Promise<CheckResult[]>;
  /** Restores a moment from what the provider keeps by itself, without any backup of ours. */
  restoreMoment?(into: string | undefined, until: Date): Promise<CheckResult[]>;
  /** Removes what the provider keeps. */
  remove?(backup: Backup): Promise<void>;
}

/** The rest of a stream that was not needed. */
export async function drain(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of content);
}
