import { fields, table } from '../src/cli/output/table';
import { duration, figure, time } from '../src/cli/output/text';
import { createView, stateOn } from '../src/cli/output/view';

const plain = createView(false, undefined);
const rows = [
  { name: 'database', cause: 'connection refused by the server at 10.0.0.1', count: 7 },
  { name: 'cache', cause: undefined, count: 12 },
];
const columns = [
  { header: 'name', cell: (row: (typeof rows)[number]) => row.name },
  { header: 'count', cell: (row: (typeof rows)[number]) => row.count, align: 'right' as const },
  { header: 'cause', cell: (row: (typeof rows)[number]) => row.cause, flexible: true },
];

describe('a table', () => {
  it('is as wide as it has to be', () => {
    expect(table(plain, rows, columns)).toBe(
      'NAME      COUNT  CAUSE\ndatabase      7  connection refused by the server at 10.0.0.1\ncache        12\n',
    );
  });

  it('cuts what may be cut where the line is narrower', () => {
    const lines = table(createView(false, 30), rows, columns).split('\n');
    expect(lines[1]).toBe('database      7  connection r…');
    expect(lines[1]).toHaveLength(30);
    expect(table(createView(false, 5), rows, columns)).toContain('database      7  connect…');
  });

  it('counts characters, not bytes or colours', () => {
    const view = createView(true, undefined);
    const paint = stateOn(view);
    const text = table(
      view,
      [
        { s: 'HEALTHY', t: 'Zoë🙂' },
        { s: 'x', t: 'y' },
      ],
      [
        { header: 's', cell: ({ s }) => s, paint },
        { header: 't', cell: ({ t }) => t },
      ],
    );
    expect(text.split('\n')[1]).toBe('\u001b[32mHEALTHY\u001b[39m  Zoë🙂');
  });

  it('leaves out columns that say nothing, and what would move the cursor', () => {
    const text = table(
      plain,
      [{ a: 'x\u001b[2Jy\nz\u0007', b: undefined }],
      [
        { header: 'a', cell: ({ a }) => a },
        { header: 'b', cell: ({ b }) => b },
      ],
    );
    expect(text).toBe('A\nxy z\n');
  });
});

it('shows fields that are there', () => {
  expect(
    fields(plain, [
      ['name', 'x'],
      ['nothing', undefined],
      ['count', 0],
    ]),
  ).toBe('name   x\ncount  0\n');
});

it('words times and figures shortly', () => {
  expect([30, 600, 36_000, 900_000].map(duration)).toEqual(['30 s', '10 min', '10 h', '10 d']);
  expect([3, 0.1234567, 1234.5678].map(figure)).toEqual(['3', '0.1235', '1235']);
  expect(time('2027-01-31T08:00:00.123Z')).toBe('2027-01-31 08:00:00Z');
});
