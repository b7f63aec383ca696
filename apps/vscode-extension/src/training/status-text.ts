import type { RunRow } from '@kindling/dashboard/protocol';
import { l10n } from 'vscode';
import { durationText, progress } from '../runs/run-values.ts';

/** The text of the status bar for the runs at work, the newest first. */
export function statusText(running: readonly RunRow[], secondsLeft: number | undefined): string {
  const [first] = running;
  if (first === undefined) return '';
  const part = progress(first);
  const parts = [
    `$(sync~spin) ${first.name}`,
    ...(part === undefined ? [] : [`${Math.floor(part * 100)} %`]),
    ...(secondsLeft === undefined ? [] : [l10n.t('{0} left', durationText(secondsLeft))]),
    ...(running.length > 1 ? [`+${running.length - 1}`] : []),
  ];
  return parts.join(' · ');
}
