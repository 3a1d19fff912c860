import type { PostgresServer, RedisServer } from '../../../app/test/support/servers';
import type { SmallDisk } from '../../../app/test/support/small-disk';
import type { Pods } from './pods';
import type { Writer } from './traffic';

/** What a drill breaks and looks at: real servers, the three roles as processes, and somebody who writes all the time. */
export interface Place {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** File system of the database, where the drill asks for a small one. */
  readonly disk: SmallDisk | undefined;
  readonly pods: Pods;
  readonly writer: Writer;
  /** For what the drill leaves behind; removed with the place. PostgreSQL's own user may write there. */
  readonly directory: string;
  /** Variables of the drill's steps; what a drill adds here, later steps see. */
  readonly stepEnv: Record<string, string>;
  /** Has something done when the drill is over, before the servers end. */
  onEnd(undo: () => unknown): void;
  /** Replaces the flag file that is mounted into all pods. */
  setFlagFile(content: string): void;
  /** Runs `holdfast …` against a role. @returns what it printed. @throws where it fails */
  holdfast(role: 'gateway' | 'collector' | 'worker', ...args: string[]): Promise<string>;
  /** Status of a public route of a role; 0 where nobody answers. */
  answer(role: 'gateway' | 'collector' | 'worker', path: string): Promise<number>;
  /** Of a component as the role itself reports it; UNREACHABLE where nobody answers. */
  status(role: 'gateway' | 'collector' | 'worker', component: string): Promise<string>;
}

/** A step of the runbook, and what its output has to show. */
export interface DrilledStep {
  readonly name: string;
  readonly expect?: RegExp;
  /** Does what the step does, where this machine can't run it as it stands; returns what it would print. */
  readonly instead?: (place: Place) => Promise<string>;
}

/** How a runbook is drilled: what is broken, how one notices, which of its steps are run, and when all is well. */
export interface Drill {
  /** File in runbooks/, without its ending. */
  readonly runbook: string;
  /** One line for people: what is broken. */
  readonly fault: string;
  /** Settings of the roles beside the usual ones. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** MiB of the database's file system. Needs root, who may mount one. Default: the machine's own disk. */
  readonly diskMiB?: number;
  /** What has to be there before anything breaks, such as a backup. Default: nothing. */
  prepare?(place: Place): Promise<void>;
  /** Breaks it. Returns at once. */
  inject(place: Place): void | Promise<void>;
  /** Whether the service shows it. Asked until it is true; the time until then is the detection's. */
  detected(place: Place): Promise<boolean>;
  /** Steps that a person would take, in this order; the runbook's own commands are run. */
  readonly steps: readonly DrilledStep[];
  /** What the machinery of AWS or Kubernetes does by itself, while people read: started after the first step. */
  meanwhile?(place: Place): Promise<void>;
  /** Whether all is well again. Asked until it is true; the time from the fault until then is the recovery's. */
  recovered(place: Place): Promise<boolean>;
}
