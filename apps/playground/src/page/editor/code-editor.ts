import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Problem } from '../../protocol.ts';
import { apiCompletion } from './api-completion.ts';
import { apiHover } from './api-hover.ts';
import { editorTheme } from './editor-theme.ts';
import { typedOverSelection } from './typed-over-selection.ts';

export interface CodeEditorOptions {
  readonly parent: HTMLElement;
  onChange(text: string): void;
  onRun(): void;
}

/**
 * The editor. It lives in a shadow tree: there CodeMirror adopts style sheets, and elsewhere it writes style elements, which the page's
 * policy forbids.
 */
export class CodeEditor {
  readonly #view: EditorView;
  readonly #labels = new Compartment();

  constructor({ parent, onChange, onRun }: CodeEditorOptions) {
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open', delegatesFocus: true });
    const runProgram = () => {
      onRun();
      return true;
    };
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          lintGutter(),
          javascript({ typescript: true }),
          autocompletion({ override: [apiCompletion], icons: false }),
          apiHover,
          typedOverSelection,
          editorTheme,
          this.#labels.of([]),
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: runProgram }])),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  setLabels(name: string, keys: string): void {
    this.#view.dispatch({
      effects: this.#labels.reconfigure(
        EditorView.contentAttributes.of({ 'aria-label': name, 'aria-description': keys, tabindex: '0' }),
      ),
    });
  }

  setText(text: string): void {
    const { doc } = this.#view.state;
    if (doc.toString() === text) return;
    this.#view.dispatch({
      changes: { from: 0, to: doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
    });
  }

  /** Marks the line of a problem, or takes the mark away. */
  setProblem(problem: Problem | undefined): void {
    const { state } = this.#view;
    const line = this.#lineAt(problem?.line);
    const diagnostics =
      problem === undefined || line === undefined
        ? []
        : [
            {
              from: line.from + indentOf(line.text),
              to: line.to,
              severity: 'error',
              message: problem.message,
            } as const,
          ];
    this.#view.dispatch(setDiagnostics(state, diagnostics));
    if (line !== undefined)
      this.#view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: 'nearest' }) });
  }

  /** Puts the cursor into a line. */
  goToLine(number: number): void {
    const line = this.#lineAt(number);
    if (line === undefined) return;
    this.#view.dispatch({ selection: { anchor: line.from + indentOf(line.text) }, scrollIntoView: true });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  #lineAt(number: number | undefined) {
    const { doc } = this.#view.state;
    return number === undefined || number < 1 || number > doc.lines ? undefined : doc.line(number);
  }
}

const indentOf = (text: string): number => text.length - text.trimStart().length;
