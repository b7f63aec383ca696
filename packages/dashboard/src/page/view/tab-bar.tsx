import { useRef } from 'preact/hooks';
import type { TabName } from '../tabs/tab-name.ts';
import { useDashboard, useMessages } from './context.ts';
import { useTabs } from './use-tabs.ts';

/** The views that the runs have something for. Arrow keys go from one to the next. */
export function TabBar() {
  const { layout } = useDashboard();
  const t = useMessages();
  const { tabs, current } = useTabs();
  const list = useRef<HTMLDivElement>(null);
  const choose = (tab: TabName) => {
    layout.set({ tab });
    list.current?.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length]!);
  };
  return (
    <div class="tabs" role="tablist" aria-label={t.tabList} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          type="button"
          key={tab}
          role="tab"
          id={`tab-${tab}`}
          aria-selected={tab === current}
          aria-controls="tab-panel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => choose(tab)}
        >
          {t.tabs[tab]}
        </button>
      ))}
    </div>
  );
}
