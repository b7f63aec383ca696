import { ConsoleView } from './console-view.tsx';
import { CurvesFrame } from './curves-frame.tsx';
import { DrawingPad } from './drawing-pad.tsx';
import { EditorView } from './editor-view.tsx';
import { PageHeader } from './page-header.tsx';
import { Toolbar } from './toolbar.tsx';

/** The page. */
export function App() {
  return (
    <>
      <PageHeader />
      <main>
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
