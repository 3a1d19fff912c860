import type { OptionWord, Place, Word } from './tree';

export function zshScript(places: readonly Place[]): string {
  const commands = places.filter(({ path }) => path.length > 0).map(({ path }) => `'${path.join(' ')}'`);
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ name, short, values: words }) => {
        const patterns = [name, ...(short ? [short] : [])].map((each) => `'${[...path, each].join(' ')}'`);
        const action = words.length === 0 ? '_files' : `compadd -- ${words.join(' ')}`;
        return `    ${patterns.join('|')}) ${action}; return ;;`;
      }),
  );
  const words = places.map(({ path, commands: below, options, values: given }) => {
    const described = `options=(${options.flatMap(optionItems).join(' ')})`;
    const names =
      below.length > 0 ? `commands=(${below.map(item).join(' ')})` : `values=(${given.join(' ')})`;
    return `    '${path.join(' ')}') ${names} ${described} ;;`;
  });
  return `#compdef holdfast
# Completion of holdfast for zsh, made by "holdfast completion zsh".
_holdfast() {
  local at='' word i
  local -a commands values options
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case "\${at:+$at }$word" in
      ${commands.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "\${at:+$at }\${words[CURRENT - 1]}" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o 'option' options
  elif ((\${#commands})); then
    _describe 'command' commands
  elif ((\${#values})); then
    compadd -- $values
  else
    _files
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _holdfast "$@"
else
  compdef _holdfast holdfast
fi
`;
}

/** In single quotes; a colon parts the name from what it is for. */
const item = ({ name, about }: Word): string => `'${name}:${about.replaceAll("'", `'\\''`)}'`;
const optionItems = (option: OptionWord): string[] => [
  item(option),
  ...(option.short ? [item({ ...option, name: option.short })] : []),
];
