/** Names of series in an expression: what is no label, no text, no variable, no function and no word of PromQL. */
export const seriesIn = (expr: string): string[] =>
  [
    ...expr
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
      .replaceAll(/\{[^}]*\}/g, '')
      .replaceAll(/\[[^\]]*\]/g, '')
      .replaceAll(/\$\w+/g, '')
      .replaceAll(/\boffset \d+[smhd]/g, '')
      .replaceAll(/\b(?:by|on|group_left) \([^)]*\)/g, '')
      .matchAll(/[a-z_][a-z0-9_:]*(?!\s*[\w(])(?!\w)/gi),
  ]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'sum', 'max', 'min', 'count'].includes(name));
