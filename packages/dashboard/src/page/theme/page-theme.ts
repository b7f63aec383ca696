import { type Theme, type ThemeName, themes } from '@kindling/viz';
import { type ReadonlySignal, signal } from '@preact/signals';

/** The theme of the page: that of VS Code where it says so, else that of the system. Charts are drawn in it. */
export class PageTheme {
  readonly #theme = signal<Theme>(themes.light);

  constructor() {
    this.#update();
    const update = () => this.#update();
    for (const query of [dark, contrast, forced]) matchMedia(query).addEventListener('change', update);
    // VS Code changes the class of the body and the variables of the root.
    const observer = new MutationObserver(update);
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  }

  get colors(): ReadonlySignal<Theme> {
    return this.#theme;
  }

  #update(): void {
    const name = themeName();
    const root = document.documentElement;
    if (root.dataset.theme !== name) root.dataset.theme = name;
    const background = getComputedStyle(document.body).getPropertyValue('--panel').trim();
    const base = name === 'high-contrast-light' ? highContrastLight : themes[name];
    const theme = /^#[\da-f]{6}$/i.test(background) ? { ...base, background } : base;
    if (JSON.stringify(theme) !== JSON.stringify(this.#theme.peek())) this.#theme.value = theme;
  }
}

const dark = '(prefers-color-scheme: dark)';
const contrast = '(prefers-contrast: more)';
const forced = '(forced-colors: active)';

type PageThemeName = ThemeName | 'high-contrast-light';

function themeName(): PageThemeName {
  const { classList } = document.body;
  if (classList.contains('vscode-high-contrast-light')) return 'high-contrast-light';
  if (classList.contains('vscode-high-contrast')) return 'high-contrast';
  if (classList.contains('vscode-dark')) return 'dark';
  if (classList.contains('vscode-light')) return 'light';
  if (matchMedia(contrast).matches || matchMedia(forced).matches) return 'high-contrast';
  return matchMedia(dark).matches ? 'dark' : 'light';
}

const highContrastLight: Theme = {
  ...themes.light,
  text: '#000000',
  mutedText: '#000000',
  axisLine: '#000000',
  gridLine: '#b0b0b0',
  hues: {
    ...themes.light.hues,
    blue: '#005082',
    vermillion: '#8a3d00',
    green: '#005c44',
    purple: '#8a3568',
    orange: '#6b4a00',
    sky: '#1b5b80',
    black: '#000000',
  },
};
