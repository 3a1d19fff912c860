import type { ReservedRange } from './schema';

/**
 * Ranges that no environment may use, because something else does that it may be connected with: offices, data centres,
 * VPNs, other teams' VPCs. For example `{ cidr: '192.168.0.0/20', for: 'office network' }`.
 */
export const reserved = [] satisfies ReservedRange[];
