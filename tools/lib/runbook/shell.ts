/** A simple command of a script: its words without their quotes, and the line that it begins in. */
export interface SimpleCommand {
  readonly words: readonly string[];
  /** Counted from 0 within the script. */
  readonly line: number;
}

/**
 * The commands of a script, those inside `$(…)` among them. Knows what the steps of runbooks use: quotes, pipes, lists,
 * comments, continued lines, assignments, `for … do … done` and functions. It runs nothing and expands nothing: a `$name` stays as it is.
 */
export function commandsOf(script: string): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let line = 0;
  let began = 0;
  const endWord = () => {
    if (word === undefined) return;
    if (words.length === 0) began = line;
    words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    const rest = withoutKeywords(words);
    if (rest.length > 0) found.push({ words: rest, line: began });
    words = [];
  };

  for (let at = 0; at < script.length; at += 1) {
    const character = script[at] as string;
    if (character === '\\' && script[at + 1] === '\n') {
      endWord();
      line += 1;
      at += 1;
    } else if (character === '\\') {
      word = (word ?? '') + (script[at + 1] ?? '');
      at += 1;
    } else if (character === "'" || character === '"') {
      const end = closingQuote(script, at);
      const quoted = script.slice(at + 1, end);
      word = (word ?? '') + quoted;
      if (character === '"') found.push(...substitutions(quoted, line));
      line += quoted.split('\n').length - 1;
      at = end;
    } else if (script.startsWith('$(', at)) {
      const end = closingParenthesis(script, at + 1);
      if (script[at + 2] !== '(') found.push(...inside(script.slice(at + 2, end), line));
      word = (word ?? '') + script.slice(at, end + 1);
      at = end;
    } else if (character === '#' && word === undefined) {
      while (at + 1 < script.length && script[at + 1] !== '\n') at += 1;
    } else if (character === '\n' || ';|&'.includes(character)) {
      // 2>&1 and its like are no end of a command.
      if (character === '&' && word?.endsWith('>')) word += character;
      else endCommand();
      if (character === '\n') line += 1;
    } else if (character === ' ' || character === '\t') endWord();
    else word = (word ?? '') + character;
  }
  endCommand();
  return found;
}

const inside = (script: string, line: number): SimpleCommand[] =>
  commandsOf(script).map((command) => ({ ...command, line: command.line + line }));

/** Those within double quotes. */
function substitutions(quoted: string, line: number): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  for (let at = quoted.indexOf('$('); at >= 0; at = quoted.indexOf('$(', at + 2))
    // $((…)) reckons, and runs nothing.
    if (quoted[at + 2] === '(') at += 1;
    else found.push(...inside(quoted.slice(at + 2, closingParenthesis(quoted, at + 1)), line));
  return found;
}

function closingQuote(script: string, open: number): number {
  const quote = script[open];
  for (let at = open + 1; at < script.length; at += 1) {
    if (quote === '"' && script[at] === '\\') at += 1;
    else if (quote === '"' && script.startsWith('$(', at)) at = closingParenthesis(script, at + 1);
    else if (script[at] === quote) return at;
  }
  return script.length;
}

function closingParenthesis(script: string, open: number): number {
  for (let at = open + 1; at < script.length; at += 1) {
    const character = script[at];
    if (character === "'" || character === '"') at = closingQuote(script, at);
    else if (character === '(') at = closingParenthesis(script, at);
    else if (character === ')') return at;
  }
  return script.length;
}

const keywords = new Set(['do', 'done', 'then', 'fi', 'else', 'if', 'while', 'until', '{', '}', '!']);

/** Without what the shell itself reads: `for x in …` names no program, nor does an assignment. */
function withoutKeywords(words: readonly string[]): string[] {
  let rest = [...words];
  if (rest[0] === 'for') return [];
  for (;;) {
    const first = rest[0];
    if (first === undefined) return [];
    if (keywords.has(first) || /^\w+=/.test(first) || /^\w+\(\)$/.test(first)) rest = rest.slice(1);
    else return rest;
  }
}
