import type { PostgresServer, RedisServer } from '../../../app/test/support/servers';
import type { Pods } from './pods';
import type { Writer } from './traffic';

/** What a drill breaks and looks at: real servers, the three roles as processes, and somebody who writes all the time. */
export interface Place {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly pods: Pods;
  readonly writer: Writer;
  /** For what the drill leaves behind; removed with the place. */
  readonly directory: string;
  /** Replaces the flag file that is mounted into all pods. */
  setFlagFile(content: string): void;
  /** Runs `holdfast …` against a role. @returns what it printed. @throws where it fails */
  holdfast(role: 'gateway' | 'collector' | 'worker', ...args: string[]): Promise<string>;
  /** Of a component as the role itself reports it; UNREACHABLE where nobody answers. */
  status(role: 'gateway' | 'collector' | 'worker', component: string): Promise<string>;
}

/** A step of the runbook, and what its output has to show. */
export interface DrilledStep {
  readonly name: string;
  readonly expect?: RegExp;
}

/** How a runbook is drilled: what is broken, how one notices, which of its steps are run, and when all is well. */
export interface Drill {
  /** File in runbooks/, without its ending. */
  readonly runbook: string;
  /** One line for people: what is broken. */
  readonly fault: string;
  /** Settings of the roles beside the usual ones. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
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
