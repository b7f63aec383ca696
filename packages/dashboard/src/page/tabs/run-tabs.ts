import { predictionGrid } from '@kindling/train/events';
import { modelLayers } from '../samples/model-layers.ts';
import type { RunData } from '../store/run-data.ts';
import type { TabName } from './tab-name.ts';

const known = new WeakMap<
  RunData,
  { readonly samples: unknown; readonly document: unknown; readonly tabs: ReadonlySet<TabName> }
>();

/** The tabs that a run has something for. */
export function tabsOf(data: RunData): ReadonlySet<TabName> {
  const { samples, document } = data;
  const last = known.get(data);
  if (last?.samples === samples && last.document === document) return last.tabs;
  const tabs = findTabs(data);
  known.set(data, { samples, document, tabs });
  return tabs;
}

function findTabs(data: RunData): Set<TabName> {
  const tabs = new Set<TabName>(['log']);
  for (const sample of data.samples) {
    switch (sample.kind) {
      case 'confusionMatrix':
        tabs.add('confusion');
        break;
      case 'images':
        tabs.add('images');
        break;
      case 'predictions':
        tabs.add(predictionGrid(sample) ? 'boundary' : 'predictions');
        break;
      case 'histogram':
        tabs.add('histograms');
        break;
      case 'gradientNorms':
        tabs.add('gradients');
        break;
      default:
    }
  }
  if (data.document !== undefined) tabs.add('configuration');
  if (modelLayers(data.document).length > 0) tabs.add('model');
  return tabs;
}
