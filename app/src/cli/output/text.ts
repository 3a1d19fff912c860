/** `12 s`, `3 min`, `5 h`, `2 d`: how long ago, or how long. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** How long ago an ISO time was. */
export const since = (iso: string | undefined): string =>
  iso === undefined ? '' : duration(Math.max(0, (Date.now() - Date.parse(iso)) / 1000));

/** Date and time in UTC, to the second. */
export const time = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

export const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** At most four significant digits after the point, without zeros at the end. */
export const figure = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

export const lines = (...parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part) => (part.endsWith('\n') ? part : `${part}\n`))
    .join('');
