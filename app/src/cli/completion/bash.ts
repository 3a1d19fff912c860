import type { Place } from './tree';

/** Also for the bash 3.2 of macOS. */
export function bashScript(places: readonly Place[]): string {
  const commands = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path));
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ name, short, values: words }) => {
        const patterns = [name, ...(short ? [short] : [])].map((each) => quoted([...path, each]));
        return `    ${patterns.join('|')}) values='${words.join(' ')}' files=${words.length === 0 ? 1 : 0} ;;`;
      }),
  );
  const words = places.map(({ path, commands: below, options, values: given }) => {
    const names = below.length > 0 ? below.map(({ name }) => name) : given;
    const dashed = options.flatMap(({ name, short }) => (short ? [name, short] : [name]));
    const files = names.length === 0 ? 1 : 0;
    return `    ${quoted(path)}) values='${names.join(' ')}' options='${dashed.join(' ')}' files=${files} ;;`;
  });
  return `# Completion of holdfast for bash, made by "holdfast completion bash".
_holdfast() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' word values='' options='' files=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "\${path:+$path }$word" in
    ${commands.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "\${path:+$path }\${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join('\n')}
    *)
      case "$path" in
${words.map((line) => `  ${line}`).join('\n')}
      esac
      if [[ $cur == -* ]]; then values=$options files=0; fi
      ;;
  esac
  if [[ $files == 1 ]]; then
    COMPREPLY=($(compgen -f -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
  fi
}
complete -o filenames -F _holdfast holdfast
`;
}

const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`;
