import { isDeepStrictEqual } from 'node:util';
import type { AttributeChange } from './model';
import { masked, redacted } from './redact';

/** A value before and after, as `terraform show -json` gives them: with marks where a value is secret or unknown. */
export interface Values {
  readonly before: unknown;
  readonly after: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly after_unknown?: unknown;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

/** What is shown of a value that only AWS or the cluster can know. */
export const unknownYet = '(known after apply)';
/** A secret that changes: that it does is all that is told. */
const maskedAfter = `${masked}, changed`;
/** Longest value that is shown, in characters. */
const longest = 160;

class Unknown {}
const unknown = new Unknown();

/** Every value that differs, in the order of their paths, readable and without secrets. */
export function attributeChanges(type: string, values: Values): AttributeChange[] {
  const forced = (values.replace_paths ?? []).map((path) =>
    path.filter((key) => typeof key === 'string').join('.'),
  );
  const changes: AttributeChange[] = [];
  const add = (path: string, before: unknown, after: unknown) => {
    const replaces = forced.some(
      (one) => one === path || path.startsWith(`${one}.`) || one.startsWith(`${path}.`),
    );
    const [was, will] = cut(isNothing(before) ? '' : textOf(before), isNothing(after) ? '' : textOf(after));
    changes.push({
      path,
      ...(was ? { before: was } : {}),
      ...(will ? { after: will } : {}),
      ...(replaces ? { replaces } : {}),
    });
  };
  const raw = { before: values.before, after: values.after };
  const clean = {
    before: redacted(type, raw.before, values.before_sensitive),
    after: withUnknown(redacted(type, raw.after, values.after_sensitive), values.after_unknown),
  };
  compare('', clean.before, clean.after, add);
  changes.push(...changedSecrets(raw, clean, forced, changes));
  return changes.sort(
    (a, b) => Number(b.replaces ?? false) - Number(a.replaces ?? false) || a.path.localeCompare(b.path),
  );
}

/** Secrets look the same masked: those whose real values differ are named, without their values. */
function changedSecrets(
  raw: { before: unknown; after: unknown },
  clean: { before: unknown; after: unknown },
  forced: readonly string[],
  found: readonly AttributeChange[],
): AttributeChange[] {
  const [before, after] = [raw.before, raw.after].map((value) => (value ?? {}) as Record<string, unknown>);
  const [cleanBefore, cleanAfter] = [clean.before, clean.after].map(
    (value) => (value ?? {}) as Record<string, unknown>,
  );
  return Object.keys(before ?? {})
    .filter((key) => after && key in after && !isDeepStrictEqual(before?.[key], after[key]))
    .filter((key) => isDeepStrictEqual(cleanBefore?.[key], cleanAfter?.[key]))
    .filter((key) => JSON.stringify(cleanAfter?.[key]).includes(masked))
    .filter((key) => !found.some(({ path }) => path === key || path.startsWith(`${key}.`)))
    .map((path) => ({
      path,
      before: masked,
      after: maskedAfter,
      ...(forced.some((one) => one === path || one.startsWith(`${path}.`)) ? { replaces: true } : {}),
    }));
}

type Add = (path: string, before: unknown, after: unknown) => void;

/** Calls `add` for the smallest parts that differ. Lists are compared as sets: what moved within one didn't change. */
function compare(path: string, before: unknown, after: unknown, add: Add): void {
  if (isDeepStrictEqual(before, after) || (isNothing(before) && isNothing(after))) return;
  const below = (key: string) => (path ? `${path}.${key}` : key);
  if (isRecord(before) || isRecord(after)) {
    if ((isRecord(before) || isNothing(before)) && (isRecord(after) || isNothing(after))) {
      const [was, will] = [before ?? {}, after ?? {}] as Record<string, unknown>[];
      const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(will ?? {})]);
      for (const key of keys) compare(below(key), was?.[key], will?.[key], add);
      return;
    }
  }
  const [was, will] = [before ?? [], after ?? []];
  if (Array.isArray(was) && Array.isArray(will)) compareLists(path, was, will, add);
  else add(path, before, after);
}

function compareLists(path: string, before: readonly unknown[], after: readonly unknown[], add: Add): void {
  const gone = before.filter((entry) => !after.some((other) => isDeepStrictEqual(entry, other)));
  const come = after.filter((entry) => !before.some((other) => isDeepStrictEqual(entry, other)));
  // One block, or one entry in place of another: its parts are what a person wants to see.
  if (gone.length <= 1 && come.length <= 1 && [...gone, ...come].every(isRecord)) {
    compare(path, gone[0], come[0], add);
    return;
  }
  if (gone.length === 0 && come.length === 0) add(`${path} (order)`, before, after);
  for (const entry of gone) add(path, entry, undefined);
  for (const entry of come) add(path, undefined, entry);
}

/** The value with a mark where Terraform doesn't know it yet; `marks` is the same tree with `true` there. */
function withUnknown(value: unknown, marks: unknown): unknown {
  if (marks === true) return unknown;
  if (Array.isArray(marks) && marks.length > 0) {
    const list = Array.isArray(value) ? value : [];
    return marks.map((mark, index) => withUnknown(list[index], mark));
  }
  if (!isRecord(marks)) return value;
  const known = isRecord(value) ? value : {};
  const marked = Object.entries(marks).map(([key, mark]) => [key, withUnknown(known[key], mark)] as const);
  return value === masked ? value : { ...known, ...Object.fromEntries(marked) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** Unset, or empty in one of the ways in which Terraform says unset. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);

function textOf(value: unknown): string {
  if (value instanceof Unknown) return unknownYet;
  const text =
    typeof value === 'string'
      ? value
      : JSON.stringify(value, (_, entry) => (entry instanceof Unknown ? unknownYet : entry));
  return text.replaceAll(/\s+/g, ' ');
}

/** Characters before the first that differs which are kept for orientation. */
const lead = 30;

/** Both texts short enough to read; of long ones the part where they differ. */
function cut(before: string, after: string): readonly [string, string] {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const isLong = Math.max(before.length, after.length) > longest;
  const from = isLong && before && after ? Math.max(0, same - lead) : 0;
  const part = (text: string) => {
    const kept = text.slice(from, from + longest);
    return `${from > 0 && kept ? '…' : ''}${kept}${text.length > from + longest ? '…' : ''}`;
  };
  return [part(before), part(after)];
}
