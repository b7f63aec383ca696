import type { ComponentType } from 'preact';
import type { RunTabName } from '../tabs/run-tab-name.ts';
import { CurvesView } from './curves/curves-view.tsx';
import { BoundaryView } from './run/boundary-view.tsx';
import { ConfigurationView } from './run/configuration-view.tsx';
import { ConfusionView } from './run/confusion-view.tsx';
import { GradientsView } from './run/gradients-view.tsx';
import { HistogramsView } from './run/histograms-view.tsx';
import { ImagesView } from './run/images-view.tsx';
import { LogView } from './run/log-view.tsx';
import { ModelView } from './run/model-view.tsx';
import { PredictionsView } from './run/predictions-view.tsx';
import { RunTab, type RunViewProps } from './run/run-tab.tsx';
import { RunsView } from './table/runs-view.tsx';
import { useTabs } from './use-tabs.ts';

const runViews: Readonly<Record<RunTabName, ComponentType<RunViewProps>>> = {
  confusion: ConfusionView,
  images: ImagesView,
  predictions: PredictionsView,
  boundary: BoundaryView,
  histograms: HistogramsView,
  gradients: GradientsView,
  model: ModelView,
  log: LogView,
  configuration: ConfigurationView,
};

/** The view of the open tab. */
export function TabPanel() {
  const { current } = useTabs();
  return (
    <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${current}`}>
      {current === 'curves' ? (
        <CurvesView />
      ) : current === 'runs' ? (
        <RunsView />
      ) : (
        <RunTab key={current} tab={current} View={runViews[current]} />
      )}
    </div>
  );
}
