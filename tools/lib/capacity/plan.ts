/** Sizes a load purely from the measured costs; knows no environment. */
import { settings } from '../../../app/src/contract';
import {
  cacheUsable,
  connectionMillis,
  planned,
  podMiB,
  processorMicros,
  streamOverheadBytes,
} from './costs';
import { cacheSizes, databaseSizes, type NodeSize, reserved } from './sizes';

export interface Load {
  /** Requests a second that aren't events. */
  readonly requestsPerSecond: number;
  /** Per cent of them that ask the database for an aggregate. */
  readonly queryPercent: number;
  readonly eventsPerSecond: number;
  /** Bytes of one event. */
  readonly eventBytes: number;
  /** Minutes that the stream holds events for while nobody reads them. */
  readonly outageMinutes: number;
  readonly node: NodeSize;
}

export interface RolePlan {
  readonly role: 'gateway' | 'collector' | 'worker';
  /** Busy processors at the load. */
  readonly processors: number;
  /** One processor each: Node runs JavaScript on one. At least two, so that one may go. */
  readonly replicas: number;
}

export interface CapacityPlan {
  readonly roles: readonly RolePlan[];
  /** Nodes for the service alone, three at least: one per zone. */
  readonly nodes: number;
  readonly connections: {
    /** In use at the same time, on average. */
    readonly busy: number;
    /** What the pods' pools may open. */
    readonly open: number;
  };
  readonly stream: {
    readonly gib: number;
    readonly primaries: number;
    readonly nodeType: string;
  };
  readonly database: {
    readonly processors: number;
    /** Undefined: more than one server of the largest size known here. */
    readonly instanceClass: string | undefined;
    /** GiB a day of events, before indexes. */
    readonly gibPerDay: number;
  };
}

const gib = 1024 ** 3;

export function planCapacity(load: Load): CapacityPlan {
  const roles = rolesOf(load);
  const replicas = roles.reduce((sum, role) => sum + role.replicas, 0);
  const pool = settings.HOLDFAST_DATABASE_POOL_SIZE.schema.parse(undefined);
  const queries = (load.requestsPerSecond * load.queryPercent) / 100;
  const databaseProcessors =
    (busy(load.eventsPerSecond, processorMicros.database) + busy(queries, processorMicros.query)) / planned;
  return {
    roles,
    nodes: nodesFor(replicas, load.node),
    connections: {
      busy: Math.ceil((queries * connectionMillis) / 1_000),
      open: replicas * pool,
    },
    stream: streamOf(load),
    database: {
      processors: databaseProcessors,
      instanceClass: databaseSizes.find(({ processors }) => processors >= databaseProcessors)?.type,
      gibPerDay: (load.eventsPerSecond * load.eventBytes * 86_400) / gib,
    },
  };
}

/** Processors that `perSecond` things keep busy. */
const busy = (perSecond: number, micros: number): number => (perSecond * micros) / 1e6;

function rolesOf({ requestsPerSecond, eventsPerSecond }: Load): RolePlan[] {
  const role = (name: RolePlan['role'], processors: number): RolePlan => ({
    role: name,
    processors,
    replicas: Math.max(2, Math.ceil(processors / planned)),
  });
  return [
    role('gateway', busy(requestsPerSecond, processorMicros.request)),
    role('collector', busy(eventsPerSecond, processorMicros.collector)),
    role('worker', busy(eventsPerSecond, processorMicros.worker)),
  ];
}

function nodesFor(replicas: number, node: NodeSize): number {
  const byProcessors = replicas / (node.processors - reserved.processors);
  const byMemory = (replicas * podMiB) / 1024 / (node.gib - reserved.gib);
  return Math.max(3, Math.ceil(Math.max(byProcessors, byMemory)));
}

function streamOf({ eventsPerSecond, eventBytes, outageMinutes }: Load): CapacityPlan['stream'] {
  const needed = (eventsPerSecond * (eventBytes + streamOverheadBytes) * outageMinutes * 60) / gib;
  const fits = cacheSizes.find((size) => size.gib * cacheUsable >= needed);
  const largest = cacheSizes[cacheSizes.length - 1] as (typeof cacheSizes)[number];
  const size = fits ?? largest;
  return {
    gib: needed,
    nodeType: size.type,
    primaries: Math.max(1, Math.ceil(needed / (size.gib * cacheUsable))),
  };
}
