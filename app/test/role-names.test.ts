import { startService } from '../src/roles';

test.each([
  [
    'gatway',
    'There is no role "gatway"; the roles are gateway, collector, worker, all. Did you mean gateway?',
  ],
  ['constructor', 'There is no role "constructor"; the roles are gateway, collector, worker, all.'],
])('the role %s is refused before anything starts', async (name, message) => {
  await expect(startService(name, {})).rejects.toMatchObject({ message, exitCode: 64 });
});
