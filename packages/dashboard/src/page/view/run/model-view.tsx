import { modelGraph } from '@kindling/viz';
import { useMemo } from 'preact/hooks';
import { modelColumns } from '../../samples/model-columns.ts';
import { isPair, modelLayers } from '../../samples/model-layers.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';

/** Pixels of a layer, and of what stands above and below them all. */
const layerHeight = 64;
const surround = 60;
const maxHeight = 900;

/** The layers of the model, from the input to the output. */
export function ModelView({ row, data }: RunViewProps) {
  const t = useMessages();
  const { document } = data;
  const { layers, columns, chart } = useMemo(() => {
    const found = modelLayers(document);
    const named = modelColumns(found, isPair(document) ? undefined : row.parameters, t.run.input);
    return { layers: found, columns: named, chart: modelGraph(named, { texts: t.charts }) };
  }, [document, row.parameters, t]);
  const { shapes, parameters } = columns;
  const optionsOf = (i: number) => layers[i - 1]?.options.map(([name, value]) => `${name}=${value}`) ?? [];
  return (
    <section class="sample">
      <ChartView
        name={t.run.modelOf(row.name)}
        summary={chart.title?.subtext ?? ''}
        chart={chart}
        height={Math.min(maxHeight, surround + layerHeight * columns.layers.length)}
        maxWidth={720}
        table={
          <NumberTable
            heads={[
              '#',
              t.run.layer,
              t.run.options,
              ...(shapes ? [t.run.outputShape] : []),
              ...(parameters ? [t.table.parameters] : []),
            ]}
            rows={columns.layers.map((name, i) => [
              i,
              layers[i - 1]?.type ?? name,
              optionsOf(i).join(', '),
              ...(shapes ? [`[${shapes[i]!.join(', ')}]`] : []),
              ...(parameters ? [parameters[i]!] : []),
            ])}
          />
        }
      />
    </section>
  );
}
