import { foreign, type Lock, nameOf, shipped } from './lock';

/** Licences (SPDX) that ask for no more than to be named: any package may have them, also one in the image. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
];

interface Exception {
  readonly licence: string;
  /** Names of packages; `*` stands for any text. */
  readonly packages: readonly string[];
  readonly reason: string;
}

/** What only builds, tests and deploys may have as well, package by package. Nothing of it is in the image. */
export const exceptions: readonly Exception[] = [
  {
    licence: 'MPL-2.0',
    packages: ['cdktf', '@cdktf/provider-*', 'axe-core'],
    reason: 'It binds changed files of the package alone, and none is changed.',
  },
  {
    licence: 'Artistic-2.0',
    packages: ['binaryextensions', 'editions', 'istextorbinary', 'textextensions', 'version-range'],
    reason: 'Used as they come by secretlint, which tells text from binary files with them.',
  },
  {
    licence: 'Python-2.0',
    packages: ['argparse'],
    reason: "Permissive: Python's own licence, for a port of its library.",
  },
  {
    licence: 'WTFPL',
    packages: ['@azu/style-format'],
    reason: "Asks for nothing; it paints secretlint's report.",
  },
  {
    licence: 'CC0-1.0',
    packages: ['@iconify-json/simple-icons', 'spdx-license-ids'],
    reason: 'Data in the public domain: icons of the documentation, names of licences.',
  },
  {
    licence: 'CC-BY-4.0',
    packages: ['caniuse-lite'],
    reason: 'A table of browsers, read and not passed on.',
  },
  {
    licence: 'CC-BY-3.0',
    packages: ['spdx-exceptions'],
    reason: 'A list of names of licences, read and not passed on.',
  },
  { licence: 'Public Domain', packages: ['jsonify'], reason: 'Nobody claims it; cdktf brings it along.' },
  { licence: 'Zlib', packages: ['pako'], reason: 'Permissive: it asks to be named and for no false claims.' },
];

/** Packages whose licence is neither permissive nor excepted, as sentences; and exceptions that nothing needs any more. */
export function licenceProblems(lock: Lock): readonly string[] {
  const inImage = shipped(lock);
  const used = new Set<string>();
  const excepted = (name: string, licence: string): boolean =>
    exceptions.some((exception) => {
      const pattern = exception.packages.find((one) => matches(one, name));
      if (exception.licence !== licence || pattern === undefined) return false;
      used.add(`${licence} ${pattern}`);
      return true;
    });
  const refused = foreign(lock).flatMap((path) => {
    const { license = 'none' } = lock[path] ?? {};
    const name = nameOf(path);
    const allowed = (licence: string) =>
      permissive.includes(licence) || (!inImage.has(path) && excepted(name, licence));
    if (alternatives(license).some((licences) => licences.every(allowed))) return [];
    const where = inImage.has(path) ? 'the image, where only permissive licences are' : 'development';
    return [
      `${name} (${path}) in ${where}: ${license}. Replace it, or except it in tools/lib/packages/licences.ts`,
    ];
  });
  const unused = exceptions.flatMap(({ licence, packages }) =>
    packages
      .filter((pattern) => !used.has(`${licence} ${pattern}`))
      .map((pattern) => `no package ${pattern} with ${licence} any more: take its exception out`),
  );
  return [...refused, ...unused];
}

/** `(MIT OR Apache-2.0 AND Zlib)`: any of them will do, each with all its parts. */
const alternatives = (expression: string): readonly (readonly string[])[] =>
  expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .map((choice) => choice.split(' AND ').map((part) => part.trim()));

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
