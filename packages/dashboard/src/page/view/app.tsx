import { useDashboard, useMessages } from './context.ts';
import { Notice } from './notice.tsx';
import { PageHeader } from './page-header.tsx';
import { Sidebar } from './sidebar.tsx';
import { TabBar } from './tab-bar.tsx';
import { TabPanel } from './tab-panel.tsx';

/** The page. */
export function App() {
  const { store, layout, isConnected } = useDashboard();
  const t = useMessages();
  const isWaiting = store.snapshot.value === undefined;
  return (
    <div class={`app${layout.get('isSidebarOpen') ? '' : ' narrow'}`}>
      <PageHeader />
      <Notice />
      {isWaiting ? (
        <main>
          <p class="empty" role="status">
            {isConnected.value ? t.connection.waiting : t.connection.waiting}
          </p>
        </main>
      ) : (
        <div class="body">
          {layout.get('isSidebarOpen') && <Sidebar />}
          <main>
            <TabBar />
            <TabPanel />
          </main>
        </div>
      )}
    </div>
  );
}
