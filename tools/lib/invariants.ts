import { resourcesOf, type StackJson } from './stack-json';

/**
 * What must hold of every synthesised stack, whatever it describes. Each check returns sentences; none means it holds.
 * They run in every synthesis, so that nothing broken reaches cdktf.out.
 */
export const invariants = {
  'no unresolved tokens': (stack: StackJson): string[] =>
    everyString(stack)
      .filter(({ text }) => /TfToken\[|\[object Object\]|\bundefined\b|\bNaN\b/.test(text))
      .map(({ path, text }) => `${path} holds ${JSON.stringify(text.slice(0, 80))}`),

  'references resolve': (stack: StackJson): string[] => {
    const declared = new Set(resourcesOf(stack).map((resource) => resource.address));
    return everyString(stack).flatMap(({ path, text }) =>
      references(text)
        .filter((address) => !declared.has(address))
        .map((address) => `${path} refers to ${address}, which the stack does not hold`),
    );
  },

  'no machine paths': (stack: StackJson): string[] =>
    everyString(stack)
      .filter(({ text }) => text.includes(process.cwd()))
      .map(({ path, text }) => `${path} holds a path of this machine: ${text.slice(0, 120)}`),
} satisfies Record<string, (stack: StackJson) => string[]>;

/**
 * `a.b` and `ab` collapse to the same logical id, and one resource silently vanishes: as many blocks must come out as
 * constructs went in.
 */
export const countInvariant = 'every construct written';

export function brokenInvariants(stack: StackJson, constructs?: number): string[] {
  const problems = Object.values(invariants).flatMap((check) => check(stack));
  const blocks = resourcesOf(stack).length;
  if (constructs !== undefined && constructs !== blocks) {
    problems.push(`${constructs} resources and data sources were constructed, ${blocks} were written`);
  }
  return problems;
}

/** Names of the checks, for people. */
export const invariantNames = [...Object.keys(invariants), countInvariant];

interface Located {
  readonly path: string;
  readonly text: string;
}

/** Every string below a node, cdktf's own `//` metadata left out. */
function everyString(node: unknown, path = ''): Located[] {
  if (typeof node === 'string') return [{ path, text: node }];
  if (Array.isArray(node)) return node.flatMap((item, index) => everyString(item, `${path}[${index}]`));
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '//' ? [] : everyString(value, path === '' ? key : `${path}.${key}`),
  );
}

/** Addresses that the templates of a text, or an entry of depends_on, refer to. */
function references(text: string): string[] {
  const expressions = [...text.matchAll(/(?<!\$)\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)].map(
    (match) => match[1] ?? '',
  );
  const bare = /^(data\.)?[a-z]+_[a-z0-9_]+\.[\w-]+$/.test(text) ? [text] : [];
  return [...expressions, ...bare].flatMap((expression) =>
    [
      ...expression
        .replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => interpolations(quoted))
        .matchAll(addressPattern),
    ].map((match) => match[0]),
  );
}

/** A quoted string is no reference, what it interpolates may be one. */
const interpolations = (quoted: string): string =>
  [...quoted.matchAll(/\$\{([^{}]*)\}/g)].map((match) => ` ${match[1]} `).join('');

const addressPattern = /(?<![\w.])(?:data\.)?(?:aws|kubernetes|helm|terraform)_[a-z0-9_]+\.[a-zA-Z][\w-]*/g;
