import { useComputed } from '@preact/signals';
import { tabsOf } from '../tabs/run-tabs.ts';
import { type TabName, tabNames } from '../tabs/tab-name.ts';
import { useDashboard } from './context.ts';

/** The tabs that there are now, and the one that is open. */
export function useTabs(): { readonly tabs: readonly TabName[]; readonly current: TabName } {
  const { store, selected, layout } = useDashboard();
  // As one text, so that progress of a run changes nothing here where it brings no new tab.
  const names = useComputed(() => {
    const found = new Set<TabName>(['curves', 'runs']);
    for (const run of selected.value) {
      const data = store.data(run);
      if (data) for (const tab of tabsOf(data)) found.add(tab);
    }
    return tabNames.filter((tab) => found.has(tab)).join();
  });
  const tabs = names.value.split(',') as TabName[];
  const wanted = layout.get('tab') as TabName;
  return { tabs, current: tabs.includes(wanted) ? wanted : 'curves' };
}
