import { join } from 'node:path';

/** Settings that keep the workbench quiet: nothing opens by itself, nothing is fetched. */
export const userSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'window.commandCenter': false,
  'window.confirmBeforeClose': 'never',
  'files.simpleDialog.enable': true,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
} as const;

/** The command line of this checkout. */
export const cliFolder = join(import.meta.dirname, '..', '..', '..', '..', 'cli');

export const machineSettings = { 'kindling.cliPath': cliFolder } as const;
