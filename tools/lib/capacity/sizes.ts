/** Sizes of machines, as AWS's pages of instance types state them. */

export interface NodeSize {
  readonly type: string;
  readonly processors: number;
  readonly gib: number;
}
export const nodeSizes: readonly NodeSize[] = [
  { type: 't4g.large', processors: 2, gib: 8 },
  { type: 't3.large', processors: 2, gib: 8 },
  { type: 'm7g.large', processors: 2, gib: 8 },
  { type: 'm7g.xlarge', processors: 4, gib: 16 },
  { type: 'm7g.2xlarge', processors: 8, gib: 32 },
];

/** From the smallest; memory is what `maxmemory` is without a reserve. */
export const cacheSizes = [
  { type: 'cache.t4g.micro', gib: 0.5 },
  { type: 'cache.t4g.small', gib: 1.37 },
  { type: 'cache.m7g.large', gib: 6.38 },
] as const;

/** From the smallest. */
export const databaseSizes = [
  { type: 'db.t4g.medium', processors: 2 },
  { type: 'db.t4g.large', processors: 2 },
  { type: 'db.m7g.large', processors: 2 },
  { type: 'db.m7g.xlarge', processors: 4 },
  { type: 'db.m7g.2xlarge', processors: 8 },
  { type: 'db.m7g.4xlarge', processors: 16 },
] as const;

/** What kubelet, system and daemons take of a node: processors, GiB. */
export const reserved = { processors: 0.5, gib: 1.5 } as const;
