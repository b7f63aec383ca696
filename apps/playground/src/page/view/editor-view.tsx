import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CodeEditor } from '../editor/code-editor.ts';
import { usePlayground } from './context.ts';

export function EditorView() {
  const playground = usePlayground();
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  useEffect(() => {
    const made = new CodeEditor({
      parent: parent.current!,
      onChange: (text) => playground.edit(text),
      onRun: () => playground.run(),
    });
    editor.current = made;
    made.setText(playground.text.peek());
    const { editor: name, editorKeys } = playground.messages.peek();
    made.setLabels(name, editorKeys);
    return () => made.destroy();
  }, [playground]);
  useSignalEffect(() => editor.current?.setText(playground.text.value));
  useSignalEffect(() => editor.current?.setProblem(playground.problem.value));
  useSignalEffect(() => {
    const { editor: name, editorKeys } = playground.messages.value;
    editor.current?.setLabels(name, editorKeys);
  });
  useSignalEffect(() => {
    const wanted = playground.wantedLine.value;
    if (wanted !== undefined) editor.current?.goToLine(wanted.line);
  });
  return <div class="editor" ref={parent} />;
}
