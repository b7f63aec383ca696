/** Shells that completions are written for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/*
 * Each script asks `kindling complete -- WORDS…` for the words that may follow, a line each: the word, a tab, a description. The line
 * `:files` stands for names of files.
 */

const bash = `# Completions of kindling for bash: source <(kindling completion bash)
_kindling() {
  local current=\${COMP_WORDS[COMP_CWORD]} line word
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
      compopt -o filenames 2>/dev/null
    else
      word=\${line%%$'\\t'*}
      COMPREPLY+=("$word")
      [[ $word == *= ]] && compopt -o nospace 2>/dev/null
    fi
  done < <(kindling complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _kindling kindling
`;

const zsh = `#compdef kindling
# Completions of kindling for zsh: source <(kindling completion zsh), or this as _kindling in a folder of $fpath
_kindling() {
  local -a lines values
  local line word files=
  lines=("\${(@f)$(kindling complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    [[ -z $line ]] && continue
    if [[ $line == :files ]]; then files=1; continue; fi
    word=\${line%%$'\\t'*}
    values+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#values} )); then _describe kindling values; fi
  if [[ -n $files ]]; then _files; fi
}
if [[ \${funcstack[1]} == _kindling ]]; then _kindling "$@"; else compdef _kindling kindling; fi
`;

const fish = `# Completions of kindling for fish: kindling completion fish | source
function __kindling_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  test -z "$current"; and set current ''
  for line in (kindling complete -- $before[2..-1] $current 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c kindling -f -a '(__kindling_complete)'
`;

/** What a shell runs so that it completes command lines of kindling. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
