/**
 * How one attribute of Terraform's JSON is read. Synthesis writes a block as an object where a plan has a list of one, and
 * some numbers and flags as text: evaluators see neither difference.
 */
export type Field<T> = (value: unknown) => T;
export type Shape = { readonly [name: string]: Field<unknown> };
export type Read<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

/** True or false; undefined where it is not set, or known only after apply. */
export const flag: Field<boolean | undefined> = (value) => {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
};

export const number: Field<number | undefined> = (value) => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

/** Text as it stands, references (`${aws_…}`) included; undefined where it is not set. */
export const text: Field<string | undefined> = (value) => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** A list of texts; a list that is one reference is a list of that. */
export const texts: Field<readonly string[]> = (value) =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);

/** Labels, tags, parameters by name. */
export const map: Field<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).flatMap(([key, one]) => {
      const read = text(one);
      return read === undefined ? [] : [[key, read]];
    }),
  );

/** A block that stands once; undefined where there is none. */
export const block =
  <S extends Shape>(shape: S): Field<Read<S> | undefined> =>
  (value) =>
    blocks(shape)(value)[0];

/** A block that may stand several times. */
export const blocks =
  <S extends Shape>(shape: S): Field<readonly Read<S>[]> =>
  (value) =>
    (Array.isArray(value) ? value : [value]).filter(isObject).map((one) => read(shape, one));

/** Whether a block stands there at all, whatever is in it. */
export const present: Field<boolean> = (value) => (Array.isArray(value) ? value.length > 0 : isObject(value));

export function read<S extends Shape>(shape: S, values: Readonly<Record<string, unknown>>): Read<S> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, field(values[name])]),
  ) as Read<S>;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
