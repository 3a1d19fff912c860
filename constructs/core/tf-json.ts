import { Fn, Token } from 'cdktf';

export type TfValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly TfValue[]
  | { readonly [key: string]: TfValue };

/**
 * Writes a JSON document (policy, dashboard, Helm values) for a Terraform argument that takes a string. Literal text
 * arrives unchanged, although Terraform would read `${` and `%{` in it as templates; tokens are encoded when their
 * value is known, quotes and all. `JSON.stringify` alone gets both wrong, `Fn.jsonencode` the first.
 *
 * A member whose value is `undefined` is left out. Throws on a token used as a key.
 */
export function tfJson(value: TfValue): string {
  return render(value) ?? 'null';
}

/** Escapes what Terraform would read as the start of a template. A function replaces: `$$` in a string means `$`. */
export const escapeTemplate = (text: string): string =>
  text.replace(/[$%]\{/g, (start) => `${start[0]}${start}`);

function render(value: TfValue): string | undefined {
  if (value === undefined) return undefined;
  if (Token.isUnresolved(value)) return typeof value === 'string' ? encodeText(value) : Fn.jsonencode(value);
  if (Array.isArray(value)) return `[${value.map((item) => render(item) ?? 'null').join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).flatMap(([key, member]) => {
      if (Token.isUnresolved(key)) throw new Error(`tfJson: a token can't be a key: ${key}`);
      const rendered = render(member);
      return rendered === undefined ? [] : [`${escapeTemplate(JSON.stringify(key))}:${rendered}`];
    });
    return `{${members.join(',')}}`;
  }
  return escapeTemplate(JSON.stringify(value));
}

const tokenPattern = /(\$\{TfToken\[[^\]]+\]\})/;

/** A token alone, or tokens within text such as `${bucket.arn}/*`, which becomes `jsonencode("${…}/*")`. */
function encodeText(text: string): string {
  const pieces = text.split(tokenPattern).filter((piece) => piece !== '');
  if (pieces.length === 1) return Fn.jsonencode(text);
  // cdktf leaves the braces of a token away once it has seen a `${` before it, so the template writes its own.
  const template = pieces
    .map((piece) => (tokenPattern.test(piece) ? `\${${piece}}` : escapeTemplate(quotedHcl(piece))))
    .join('');
  return `\${jsonencode("${template}")}`;
}

/** JSON's escapes are HCL's too, for everything that JSON.stringify produces. */
const quotedHcl = (text: string): string => JSON.stringify(text).slice(1, -1);
