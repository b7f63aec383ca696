import { type Column, expectLength } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import { layeredLayout } from '../graph/layered-layout.ts';
import type { ChartOption } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { okabeIto } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** Row i of every column belongs to layer i. */
export interface ModelGraphColumns {
  /** What each layer is called: `Linear(784, 256)`. The first is usually the input. */
  readonly layers: readonly string[];
  /** Output shape of each layer; a name stands for a size that varies, such as the batch: `['N', 256]`. */
  readonly shapes?: readonly (readonly (number | string)[])[];
  /** Number of parameters of each layer; 0 is left out of its box. */
  readonly parameters?: Column;
  /**
   * Arrows between layers by their indices: row i is an arrow from layer `from[i]` to layer `to[i]`. Default: from each layer to the
   * next.
   */
  readonly edges?: { readonly from: Column; readonly to: Column };
}

export interface ModelGraphOptions {
  readonly title?: string;
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * The layers of a model as boxes from top to bottom, with output shapes and numbers of parameters, and arrows between them. Layers with
 * parameters are blue. Branches lie beside each other; a layer stands below all layers that it takes its input from. A
 * model with more layers than fit below each other goes on in a further column.
 *
 *     modelGraph({
 *       layers: ['input', 'Linear(784, 200)', 'Sigmoid()'],
 *       shapes: [['N', 784], ['N', 200], ['N', 200]],
 *       parameters: [0, 157_000, 0],
 *     })
 *
 * @throws {RangeError} for columns of different length, numbers of parameters that are not integers of at least 0, edges that name no
 * layer, and edges that form a cycle
 */
export function modelGraph(columns: ModelGraphColumns, options: ModelGraphOptions = {}): ChartOption {
  const { layers, shapes, parameters } = columns;
  const { texts = englishTexts } = options;
  const where = 'modelGraph';
  if (shapes && shapes.length !== layers.length) {
    throw new RangeError(
      `${where}: expected shapes to have as many values as layers (${layers.length}), got ${shapes.length}`,
    );
  }
  if (parameters) expectCounts(where, parameters, layers.length);
  const edges = edgesOf(where, columns);
  const { places, routes } = layeredLayout(where, layers.length, edges);
  return displayable({
    animation: false,
    ...titleOf(options.title, [noteOf(layers.length, parameters, texts)]),
    xAxis: { type: 'value', labels: 'none' },
    yAxis: [{ type: 'value', labels: 'none' }],
    series: [
      {
        type: 'graph',
        name: 'layers',
        data: layers.map((name, i) => ({
          name,
          details: detailsOf(shapes?.[i], parameters?.[i] ?? 0, texts),
          ...places[i]!,
          itemStyle: { color: (parameters?.[i] ?? 0) > 0 ? okabeIto.blue : okabeIto.black },
        })),
        links: edges.map(([source, target], i) => ({ source, target, lanes: routes[i]! })),
      },
    ],
  });
}

function expectCounts(where: string, parameters: Column, layers: number): void {
  expectLength(where, 'parameters', parameters, layers, 'layers');
  for (let i = 0; i < parameters.length; i++) {
    if (!(Number.isInteger(parameters[i]) && parameters[i]! >= 0)) {
      throw new RangeError(
        `${where}: expected parameters to be integers of at least 0, got ${parameters[i]} at index ${i}`,
      );
    }
  }
}

function edgesOf(where: string, { layers, edges }: ModelGraphColumns): (readonly [number, number])[] {
  if (!edges) return layers.slice(1).map((_, i) => [i, i + 1] as const);
  const { from, to } = edges;
  expectLength(where, 'edges.to', to, from.length, 'edges.from');
  return Array.from({ length: from.length }, (_, i) => {
    for (const [name, column] of Object.entries({ from, to })) {
      const index = column[i]!;
      if (!(Number.isInteger(index) && index >= 0 && index < layers.length)) {
        throw new RangeError(
          `${where}: expected edges.${name} to be indices below ${layers.length}, got ${index} at index ${i}`,
        );
      }
    }
    return [from[i]!, to[i]!] as const;
  });
}

function detailsOf(
  shape: readonly (number | string)[] | undefined,
  parameters: number,
  texts: ChartTexts,
): string[] {
  return [
    ...(shape ? [`[${shape.join(', ')}]`] : []),
    ...(parameters > 0 ? [texts.parametersShort(parameters)] : []),
  ];
}

function noteOf(layers: number, parameters: Column | undefined, texts: ChartTexts): string {
  if (layers === 0) return texts.nothing;
  if (!parameters) return texts.layers(layers);
  let sum = 0;
  for (let i = 0; i < parameters.length; i++) sum += parameters[i]!;
  return texts.parameters(sum);
}
