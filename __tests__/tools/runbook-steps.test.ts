/** Each step of a runbook says what it risks, what it shows and how it is taken back; these tests show that each check can fail. */
import { checkDecisions } from '../../tools/lib/runbook/check-decisions';
import { renderRunbook } from '../../tools/lib/runbook/render';
import { parseRunbook } from '../../tools/lib/runbook/runbook';
import { asksForName, type Step, stepsOf } from '../../tools/lib/runbook/steps';

/** A cell, and what stands below it. */
const cell = (attributes: string, below = '', script = 'ls') =>
  ['## Mitigate', '', `\`\`\`sh ${attributes}`, script, '```', '', below].join('\n');
const only = (text: string) => {
  const [found, ...others] = stepsOf(text);
  if (!found || others.length > 0) throw new Error('not one step');
  return found;
};
const problems = (text: string) => only(text).problems.map(({ line, text: said }) => `${line} ${said}`);

describe('a step', () => {
  test('is read with its risk, what it shows and the way back, over several lines', () => {
    const below = 'Expect: a word,\nor two.\n\nUndo: the same\ncommand.\n\nMore of the text.';
    const { step, problems: wrong } = only(cell('{"name":"a","risk":"low"}', below, 'b\nc'));
    expect(wrong).toEqual([]);
    expect(step).toMatchObject({
      name: 'a',
      risk: 'low',
      script: 'b\nc',
      expected: 'a word, or two.',
      undo: 'the same command.',
      section: 'Mitigate',
      line: 3,
      lastLine: 12,
    });
  });

  test('keeps other attributes of runme', () => {
    const below = 'Expect: a.';
    expect(problems(cell('{"name":"a","risk":"none","interactive":"false"}', below))).toEqual([]);
  });

  test.each([
    [
      'no name',
      '{"risk":"none"}',
      'Expect: a.',
      /^3 must name the step: ```sh \{"name":"show-pods","risk":"none"\}$/,
    ],
    ['no attributes', '', 'Expect: a.', /^3 must name the step/],
    ['no risk', '{"name":"a"}', 'Expect: a.', /^3 step a says no risk: add "risk":"none"/],
    [
      'an unknown risk',
      '{"name":"a","risk":"huge"}',
      'Expect: a.',
      /^3 step a has the risk "huge"; there are none, low, medium, high$/,
    ],
    [
      'no Expect',
      '{"name":"a","risk":"none"}',
      'It works.',
      /^5 step a has no paragraph beginning with "Expect: "/,
    ],
    [
      'an empty Expect',
      '{"name":"a","risk":"none"}',
      'Expect: ',
      /^5 step a has no paragraph beginning with "Expect: "/,
    ],
    [
      'Expect further down',
      '{"name":"a","risk":"none"}',
      'Text.\n\nExpect: a.',
      /^5 step a has no paragraph beginning with "Expect: "/,
    ],
    [
      'no Undo',
      '{"name":"a","risk":"low"}',
      'Expect: a.',
      /^5 step a has the risk low and no paragraph beginning with "Undo: "/,
    ],
    [
      'Undo without a reason',
      '{"name":"a","risk":"high"}',
      'Expect: a.\n\nUndo: none needed.',
      /^5 step a cannot be undone, and does not say why/,
    ],
  ])('fails on %s, with its line', (_, attributes, below, problem) => {
    expect(problems(cell(attributes, below))).toEqual([expect.stringMatching(problem)]);
  });

  test('needs no Undo where it only reads, and may say why there is none elsewhere', () => {
    expect(problems(cell('{"name":"a","risk":"none"}', 'Expect: a.'))).toEqual([]);
    expect(problems(cell('{"name":"a","risk":"high"}', 'Expect: a.\n\nUndo: none: it is gone.'))).toEqual([]);
    const parts = 'Expect: a.\n\nUndo: none for the database; the rest by `destroy`.';
    expect(problems(cell('{"name":"a","risk":"high"}', parts))).toEqual([]);
  });

  test('takes its problems into the runbook, with the file', () => {
    const found = parseRunbook(
      'x',
      'runbooks/x.md',
      `---\ntitle: X\n---\n${cell('{"name":"a"}', 'Expect: a.')}`,
    );
    expect(found.problems).toContainEqual(expect.stringMatching(/^runbooks\/x\.md:6 step a says no risk/));
  });
});

test('one of medium or high risk has the name typed', () => {
  expect([
    asksForName(['none', 'low']),
    asksForName(['low', 'medium']),
    asksForName(['high']),
    asksForName([undefined]),
  ]).toEqual([false, true, true, true]);
});

describe('decisions', () => {
  const runbook = (decide: string, { ways = 2, occasion = 'alert' } = {}) => {
    const steps = ['one', 'two']
      .slice(0, ways)
      .map((name) => `\`\`\`sh {"name":"${name}","risk":"low"}\nls\n\`\`\`\n\nExpect: a.\n\nUndo: b.\n`);
    const text = `---\ntitle: X\nseverity: low\nowner: p\nrisk: low\noccasion: ${occasion}\nlast drill: never\n---\n## Diagnose\n\n${decide}\n\n## Mitigate\n\n${steps.join('\n')}`;
    const { runbook: found } = parseRunbook('x', 'x.md', text);
    return checkDecisions(found as NonNullable<typeof found>).map(
      ({ line, text: said }) => `${line} ${said}`,
    );
  };

  test('are there where there is more than one way', () => {
    expect(runbook('')).toEqual([
      expect.stringMatching(/^\d+ Mitigate has 2 steps, and nothing says when to take which/),
    ]);
    expect(runbook('', { ways: 1 })).toEqual([]);
    expect(runbook('', { occasion: 'routine' })).toEqual([]);
  });

  test('lead to a step, another page, or to waiting', () => {
    const good =
      'Then decide:\n\n- A: step `one`.\n- B: it is long, and goes on\n  with `two`.\n- C: [there](y.md).\n- D: wait.\n- E: nothing.';
    expect(runbook(good)).toEqual([]);
    expect(runbook('Then decide:\n\n- A: step `one`.\n- B: somehow.')).toEqual([
      expect.stringMatching(/^14 decides without a way: name a step/),
    ]);
    expect(runbook('Then decide:\n\n- A: wait, then step `three`.')).toEqual([
      '13 decides for the step three, which this runbook does not have',
    ]);
  });
});

test('show puts risk, result and way back beside each step, wrapped behind their labels', () => {
  const expected = `${'word '.repeat(20)}end.`;
  const text = `---\ntitle: X\nseverity: low\nowner: p\nrisk: low\nlast drill: never\n---\n# X\n\n## Mitigate\n\n\`\`\`sh {"name":"a","risk":"medium"}\nb \\\n  c\n\`\`\`\n\nExpect: ${expected}\n\nUndo: d.\n\nMore.\n`;
  const { runbook } = parseRunbook('x', 'x.md', text);
  const shown = renderRunbook(runbook as NonNullable<typeof runbook>, 60);
  expect(shown.split('\n').slice(2)).toEqual([
    '# X',
    '',
    '## Mitigate',
    '',
    '  step a, risk medium',
    '    b \\',
    '      c',
    `  expect  ${'word '.repeat(10).trim()}`,
    `          ${'word '.repeat(10).trim()}`,
    '          end.',
    '  undo    d.',
    '',
    'More.',
  ]);
});

test('a step that lacks something is shown all the same', () => {
  const { step } = only(cell('{"name":"a"}', 'Text.'));
  expect(step satisfies Step).toMatchObject({ risk: undefined, expected: '', undo: undefined, lastLine: 5 });
});
