import { ports } from '../../../app/src/contract';

/** Port inside the container. */
const inside = { gateway: ports.public, collector: ports.public, grafana: 3000 } as const;

/** Ports of 127.0.0.1 that lead into containers, unless `.env` names others. All that a person opens; nothing else is published. */
const defaults = { gateway: 8080, collector: 8082, grafana: 3000 } as const;
export type PublishedName = keyof typeof defaults;

export const portVariable = (name: PublishedName): string => `HOLDFAST_${name.toUpperCase()}_PORT`;

/** As Compose writes a mapping; the shell's syntax is Compose's, which fills it in. */
export const published = Object.assign(
  (name: PublishedName): string => `127.0.0.1:\${${portVariable(name)}:-${defaults[name]}}:${inside[name]}`,
  { defaults },
);
