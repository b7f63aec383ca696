import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Dashboard } from '../dashboard.ts';
import type { Messages } from '../messages/messages.ts';
import type { PageTheme } from '../theme/page-theme.ts';

export interface PageContext {
  readonly dashboard: Dashboard;
  readonly theme: PageTheme;
}

export const DashboardContext = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  const page = useContext(DashboardContext);
  if (page === undefined) throw new Error('usePage: expected a component inside of the page');
  return page;
}

export const useDashboard = (): Dashboard => usePage().dashboard;

/** The texts of the chosen language. */
export const useMessages = (): Messages => useDashboard().messages.value;
