import { readFileSync, writeFileSync } from 'node:fs';
import { edgePage, edgeTable } from '../../tools/lib/edge-table';
import { differences, environmentsPage } from '../../tools/lib/environments-page';
import { updateMode } from '../support/golden';
import { loaded } from '../support/shipped';

const { deployments } = loaded();

test('docs/environments.md is what the environments say', () => {
  const file = 'docs/environments.md';
  if (updateMode() === 'all') writeFileSync(file, environmentsPage(deployments));
  expect(readFileSync(file, 'utf8')).toBe(environmentsPage(deployments));
});

test('every difference has a reason', () => {
  expect(differences(deployments).filter(({ reason }) => !reason)).toEqual([]);
});

test('docs/edge.md shows the timeouts that the objects and the contract have', () => {
  const file = 'docs/edge.md';
  const page = readFileSync(file, 'utf8');
  if (updateMode() === 'all') writeFileSync(file, edgePage(page));
  expect(readFileSync(file, 'utf8')).toBe(edgePage(page));
  expect(readFileSync(file, 'utf8')).toContain(edgeTable());
});
