import type { ApiEntry } from '../../api/api-index.ts';

/** The signature and the description of a name, as elements. */
export function describeEntry({ name, kind, signature, doc }: ApiEntry): HTMLElement {
  const box = document.createElement('div');
  box.className = 'cm-api';
  const code = document.createElement('code');
  code.textContent = kind === 'class' ? `class ${name}${signature}` : `${name}${signature}`;
  box.append(code, doc);
  return box;
}
