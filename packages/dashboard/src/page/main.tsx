// First, before any schema is made.
import './jitless.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { openChannel } from './channel/open-channel.ts';
import { Dashboard } from './dashboard.ts';
import { PageTheme } from './theme/page-theme.ts';
import { App } from './view/app.tsx';
import { DashboardContext } from './view/context.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('expected an element with the id app');
const dashboard = new Dashboard(openChannel(), navigator.languages);
effect(() => {
  document.documentElement.lang = dashboard.language.value;
});
render(
  <DashboardContext.Provider value={{ dashboard, theme: new PageTheme() }}>
    <App />
  </DashboardContext.Provider>,
  root,
);
