import type { SimulatedAccount } from '../../../__tests__/support/simulated-account';
import type { PostgresServer, RedisServer } from '../../../app/test/support/servers';
import type { SmallDisk } from '../../../app/test/support/small-disk';
import type { Pods } from './pods';
import type { Writer } from './traffic';

/** What every drill has: variables for its steps, and a folder. */
interface Surroundings {
  /** For what the drill leaves behind; removed with the place. PostgreSQL's own user may write there. */
  readonly directory: string;
  /** Variables of the drill's steps; what a drill adds here, later steps see. */
  readonly stepEnv: Record<string, string>;
  /** Has something done when the drill is over, before the servers end. */
  onEnd(undo: () => unknown): void;
}

/** The servers, before anything uses them. */
export type Servers = Pick<Place, 'postgres' | 'redis' | 'directory' | 'onEnd'>;

/** What a drill breaks and looks at: real servers, the three roles as processes, and somebody who writes all the time. */
export interface Place extends Surroundings {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** File system of the database, where the drill asks for a small one. */
  readonly disk: SmallDisk | undefined;
  readonly pods: Pods;
  readonly writer: Writer;
  /** Of the exporter, where the drill asks for one. */
  readonly exporterUrl: string | undefined;
  /** Replaces the flag file that is mounted into all pods. */
  setFlagFile(content: string): void;
  /** Runs `holdfast …` against a role. @returns what it printed. @throws where it fails */
  holdfast(role: 'gateway' | 'collector' | 'worker', ...args: string[]): Promise<string>;
  /** Status of a public route of a role; 0 where nobody answers. */
  answer(role: 'gateway' | 'collector' | 'worker', path: string): Promise<number>;
  /** Of a component as the role itself reports it; UNREACHABLE where nobody answers. */
  status(role: 'gateway' | 'collector' | 'worker', component: string): Promise<string>;
}

/** The state of a stack in S3 (moto), and a simulated account that it describes. */
export interface StatePlace extends Surroundings {
  readonly aws: SimulatedAccount;
  readonly bucket: string;
}

/** A step of the runbook, and what its output has to show. */
export interface DrilledStep<Where = Place> {
  readonly name: string;
  readonly expect?: RegExp;
  /** Does what the step does, where this machine can't run it as it stands; returns what it would print. */
  readonly instead?: (place: Where, script: string) => Promise<string>;
}

/** How a runbook is drilled: what is broken, how one notices, which of its steps are run, and when all is well. */
export interface DrillOf<Where> {
  /** File in runbooks/, without its ending. */
  readonly runbook: string;
  /** One line for people: what is broken. */
  readonly fault: string;
  /** What has to be there before anything breaks, such as a backup. Default: nothing. */
  prepare?(place: Where): Promise<void>;
  /** Breaks it. Returns at once. */
  inject(place: Where): void | Promise<void>;
  /** Whether the service shows it. Asked until it is true; the time until then is the detection's. */
  detected(place: Where): Promise<boolean>;
  /** Steps that a person would take, in this order; the runbook's own commands are run. */
  readonly steps: readonly DrilledStep<Where>[];
  /** What the machinery of AWS or Kubernetes does by itself, while people read: started after the first step. */
  meanwhile?(place: Where): Promise<void>;
  /** Whether all is well again. Asked until it is true; the time from the fault until then is the recovery's. */
  recovered(place: Where): Promise<boolean>;
}

/** One of the service, under traffic. */
export interface Drill extends DrillOf<Place> {
  /** Settings of the roles beside the usual ones. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** MiB of the database's file system. Needs root, who may mount one. Default: the machine's own disk. */
  readonly diskMiB?: number;
  /** Whether the exporter of database and cache runs, too. Default: false. */
  readonly exporter?: true;
  /**
   * Changes the migrated servers before the roles start.
   *
   * @returns settings of the roles that come of it; undefined takes one away
   */
  beforeStart?(servers: Servers): Promise<Readonly<Record<string, string | undefined>>>;
}

/** One of the state of stacks, which no traffic notices. */
export interface StateDrill extends DrillOf<StatePlace> {
  /** Deployed before anything breaks, in this order. */
  readonly stacks: readonly string[];
}
