/** What `npm ci` needs on another machine than the one that wrote the lock file. */

import app from '../app/package.json';
import root from '../package.json';
import lock from '../package-lock.json';

interface Locked {
  readonly optionalDependencies?: Record<string, string>;
  readonly resolved?: string;
  readonly link?: boolean;
}
const packages = Object.entries(lock.packages as unknown as Record<string, Locked>);

test('the lock holds the binaries of every platform', () => {
  const paths = packages.map(([path]) => path);
  const missing = packages.flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each(['linux-x64', 'linux-arm64', 'darwin-arm64'])(
  '%s has its binaries of the tools with native parts',
  (platform) => {
    for (const tool of ['@biomejs/cli-', '@swc/core-', '@unrs/resolver-binding-', '@esbuild/']) {
      expect(
        packages.filter(([path]) => path.includes(`node_modules/${tool}${platform}`)).length,
      ).toBeGreaterThan(0);
    }
  },
);

test('no download address is locked in', () => {
  expect(packages.filter(([, entry]) => entry.resolved && !entry.link).map(([path]) => path)).toEqual([]);
});

test('every dependency is pinned exactly', () => {
  const all = Object.entries({
    ...root.dependencies,
    ...root.devDependencies,
    ...app.dependencies,
    ...app.devDependencies,
  });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
