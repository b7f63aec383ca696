import { ConsoleView } from './console-view.tsx';
import { useMessages } from './context.ts';
import { CurvesFrame } from './curves-frame.tsx';
import { DrawingPad } from './drawing-pad.tsx';
import { EditorView } from './editor-view.tsx';
import { PageHeader } from './page-header.tsx';
import { Toolbar } from './toolbar.tsx';

/** The page. */
export function App() {
  const t = useMessages();
  return (
    <>
      <PageHeader />
      {/* The dashboard in its frame has a header and a main part, too. */}
      <main aria-label={t.title}>
        <div class="side">
          <Toolbar />
          <EditorView />
          <ConsoleView />
        </div>
        <div class="side">
          <DrawingPad />
          <CurvesFrame />
        </div>
      </main>
    </>
  );
}
