import { modelLayers } from '../../samples/model-layers.ts';
import { useMessages } from '../context.ts';
import type { RunViewProps } from './run-tab.tsx';

/** The layers of the model, from the input to the output. */
export function ModelView({ row, data }: RunViewProps) {
  const t = useMessages();
  return (
    <section class="sample">
      <h2>{t.run.modelOf(row.name)}</h2>
      {row.parameters !== undefined && (
        <p>
          {t.table.parameters}: {row.parameters.toLocaleString()}
        </p>
      )}
      <ol class="layers">
        {modelLayers(data.document).map(({ type, options }, index) => (
          <li key={index}>
            <span class="index">{index}</span>
            <span class="type">{type}</span>
            <span class="options">
              {options.map(([name, value]) => (
                <span key={name}>
                  {name} <b>{value}</b>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
