/**
 * How many connections the service may need at once, on both sides of the pool before the database. A connection of
 * PostgreSQL is a process of some 10 MB, and beyond a few per processor more of them make it slower: pods hold many,
 * the database few. constructs/database/pool.ts makes RDS Proxy's settings from these numbers, and environments/rules.ts
 * refuses more pods than they allow.
 */
export const connections = {
  /** What all pods together may hold open to the proxy. */
  clients: 1_000,
  /** What the proxy opens to the database for them; also what pods may hold themselves where there is no proxy. */
  database: 150,
} as const;
