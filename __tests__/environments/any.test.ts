import fc from 'fast-check';
import { loadEnvironments } from '../../environments/load';
import { brokenEnvironment, validEnvironment, zone } from '../support/arbitrary-environment';
import { accounts } from '../support/environments';

/** Reads one environment under its own name, from a folder that has images for dev alone: they are not the question. */
const read = (environment: unknown, key = 'dev') =>
  loadEnvironments({
    accounts: { nonprod: { ...accounts.nonprod, zones: [{ name: zone, ownership: 'adopted' }] } },
    environments: { [key]: environment },
    imagesFolder: 'environments',
    today: '2026-11-21',
  });

describe('any environment', () => {
  test('that follows the rules is accepted', () => {
    fc.assert(
      fc.property(validEnvironment, (environment) => {
        const result = read({ ...environment, name: 'dev' });
        expect(result.ok ? [] : result.problems).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('with anything else in it is accepted or refused in sentences that name the file and the place, never an exception', () => {
    let refused = 0;
    fc.assert(
      fc.property(brokenEnvironment, (environment) => {
        const result = read(environment);
        if (result.ok) return;
        refused += 1;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems)
          expect(problem).toMatch(
            /^environments\/[\w./-]+: .*(must|is missing|is not known|names|needs|administers|is (arm64|x86_64))/s,
          );
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
