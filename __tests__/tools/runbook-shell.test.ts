/** How the steps of runbooks fall into commands (the runbooks themselves: runbook.test.ts). */
import { commandsOf } from '../../tools/lib/runbook/shell';

test.each([
  ['nothing', '', []],
  ['only a comment', '# a b\n', []],
  ['a comment after a command', 'a b # c; d', [['a', 'b']]],
  ['a hash within a word', 'a b#c', [['a', 'b#c']]],
  ['single quotes, which keep everything', 'a \'b "c" $(d) \\\' e', [['a', 'b "c" $(d) \\', 'e']]],
  ['double quotes with an escaped one', 'a "b \\" c" d', [['a', 'b \\" c', 'd']]],
  ['words that stick together', `a b"c"'d'e`, [['a', 'bcde']]],
  ['an empty word', `a '' b`, [['a', '', 'b']]],
  ['an escaped blank', 'a b\\ c', [['a', 'b c']]],
  ['tabs', 'a\tb', [['a', 'b']]],
  ['lists', 'a;b&c|d||e&&f', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
  ['redirections', 'a >b 2>&1 <c &>d', [['a', '>b', '2>&1', '<c'], ['>d']]],
  ['an assignment before a command', 'A=1 B=2 c d=3', [['c', 'd=3']]],
  ['an assignment alone', 'A=1', []],
  ['conditions', 'if a; then b; else c; fi', [['a'], ['b'], ['c']]],
  ['loops', 'while ! a; do b; done; until c; do d; done', [['a'], ['b'], ['c'], ['d']]],
  ['a loop over words, which are no command', 'for x in a b; do c; done', [['c']]],
  ['a group', '{ a; b; }', [['a'], ['b']]],
  ['a function', 'f() { a; }', [['a']]],
  [
    'a substitution in a word',
    'a x$(b c)y d',
    [
      ['b', 'c'],
      ['a', 'x$(b c)y', 'd'],
    ],
  ],
  [
    'a substitution in quotes',
    'a "x $(b "c d") y" e',
    [
      ['b', 'c d'],
      ['a', 'x $(b "c d") y', 'e'],
    ],
  ],
  ['two in one word', 'a "$(b) $(c)"', [['b'], ['c'], ['a', '$(b) $(c)']]],
  ['one in another', 'a $(b $(c))', [['c'], ['b', '$(c)'], ['a', '$(b $(c))']]],
  [
    'a parenthesis in quotes',
    `a $(b ')' "(") c`,
    [
      ['b', ')', '('],
      ['a', `$(b ')' "(")`, 'c'],
    ],
  ],
  ['arithmetic, which runs nothing', 'a $((1 + 2)) "$((3))"', [['a', '$((1 + 2))', '$((3))']]],
  ['what is never closed', 'a "b', [['a', 'b']]],
  ['a substitution that is never closed', 'a $(b', [['b'], ['a', '$(b']]],
  ['a backslash at the end', 'a \\', [['a', '']]],
])('%s', (_, script, commands) => {
  expect(commandsOf(script).map(({ words }) => words)).toEqual(commands);
});

test.each([
  ['a\nb', [0, 1]],
  ['a "x\ny" z\nb', [0, 2]],
  ["a 'x\n\ny'\nb", [0, 3]],
  ['a \\\n  b \\\n  c\nd', [0, 3]],
  ['# one\n\na', [2]],
  ['x\ny=$(a\nb)', [0, 1, 2]],
  ['x\ny "$(a)"', [0, 1, 1]],
])('%j has its commands on the lines %j', (script, lines) => {
  expect(commandsOf(script).map(({ line }) => line)).toEqual(lines);
});
