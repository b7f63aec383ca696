// First, before any schema is made.
import './jitless.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { openChannel } from './channel/open-channel.ts';
import { Dashboard } from './dashboard.ts';
import { reportProblems } from './report-problems.ts';
import { PageTheme } from './theme/page-theme.ts';
import { App } from './view/app.tsx';
import { DashboardContext } from './view/context.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('expected an element with the id app');
const channel = openChannel(root);
reportProblems((message) => channel.post(message));
const dashboard = new Dashboard(
  channel,
  navigator.languages,
  new URLSearchParams(location.search).get('language') ?? undefined,
);
effect(() => {
  document.documentElement.lang = dashboard.language.value;
});
render(
  <DashboardContext.Provider value={{ dashboard, theme: new PageTheme() }}>
    <App />
  </DashboardContext.Provider>,
  root,
);
