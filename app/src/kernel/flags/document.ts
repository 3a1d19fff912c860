import { MemoryStorage } from '@openfeature/flagd-core';
import { parse, stringify } from 'yaml';
import { flags as definitions, type FlagKey, type RenderedFlag } from '../../contract';
import type { FlagLayer } from './flag-set';

const silent = { error() {}, warn() {}, info() {}, debug() {} };

export interface ParsedDocument {
  readonly layer: FlagLayer;
  /** Flags that this release doesn't know; left out of the layer. */
  readonly unknown: readonly string[];
}

/**
 * Reads flags in flagd's format, JSON or YAML. `$evaluators` are refused: they would be lost when a single flag is
 * overridden.
 *
 * @throws Error that says what is wrong with the document
 */
export function parseDocument(content: string): ParsedDocument {
  const document: unknown = parse(content, { maxAliasCount: 0 });
  if (typeof document !== 'object' || document === null) throw new Error('must be an object with "flags"');
  if ('$evaluators' in document)
    throw new Error('"$evaluators" are not supported: write the rule into each flag');
  new MemoryStorage(silent).setConfigurations(JSON.stringify(document), true);
  const found = (document as { flags: Record<string, RenderedFlag> }).flags;
  const isKnown = (key: string): key is FlagKey => Object.hasOwn(definitions, key);
  const layer = Object.fromEntries(Object.entries(found).filter(([key]) => isKnown(key)));
  return { layer, unknown: Object.keys(found).filter((key) => !isKnown(key)) };
}

export type DocumentFormat = 'json' | 'yaml';

/** The flags as a document that `parseDocument`, and any other evaluator of flagd's format, reads. */
export function renderDocument(layer: FlagLayer, format: DocumentFormat): string {
  const document = { $schema: 'https://flagd.dev/schema/v0/flags.json', flags: layer };
  return format === 'yaml'
    ? stringify(document, { aliasDuplicateObjects: false })
    : `${JSON.stringify(document, null, 2)}\n`;
}
