import type { OptionWord, Place } from './tree';

export function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options, values }) => {
    const condition = quoted(['__holdfast_at', ...path].join(' '));
    const begin = `complete -c holdfast -n ${condition}`;
    return [
      ...commands.map(({ name, about }) => `${begin} -f -a ${name} -d ${quoted(about)}`),
      ...(values.length > 0 ? [`${begin} -f -a ${quoted(values.join(' '))}`] : []),
      ...options.map((option) => `${begin} ${optionText(option)} -d ${quoted(option.about)}`),
    ];
  });
  const groups = places.filter(({ path, commands }) => path.length === 1 && commands.length > 0);
  return `# Completion of holdfast for fish, made by "holdfast completion fish".
# Whether the cursor is behind these commands, and no further ones.
function __holdfast_at
  set -l words
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; or set -a words $word
  end
  set -l depth 1
  contains -- "$words[1]" ${groups.map(({ path }) => path[0]).join(' ')}; and set depth 2
  set -l path $words[1..$depth]
  test "$path" = "$argv"
end
${lines.join('\n')}
`;
}

function optionText({ name, short, takesValue, values }: OptionWord): string {
  const names = `${short ? `-s ${short.slice(1)} ` : ''}-l ${name.slice(2)}`;
  if (!takesValue) return names;
  return values.length > 0 ? `${names} -x -a ${quoted(values.join(' '))}` : `${names} -r`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
