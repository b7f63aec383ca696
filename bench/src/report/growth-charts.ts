import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChartOption, okabeIto, type ThemeName, trainingCurve } from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';
import type { Family } from '../families.ts';
import { bytesOf, type Growth, growths, growthWorkload } from '../workloads/growth.ts';
import { compareAll } from './comparison.ts';
import { type Rate, rateOf } from './rate.ts';
import type { Cache, Results } from './results.ts';

/** Families that are drawn, in the order of their colours. */
const drawn: readonly Family[] = ['Kindling Trainer', 'PyTorch eager', 'PyTorch compiled', 'JAX loop'];

const rates: Readonly<Record<Growth['name'], Rate>> = { rows: 'ns/row', width: 'GFLOP/s', depth: 'GFLOP/s' };

interface Curve {
  readonly family: Family;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Rates of each family over what grows, where it was measured. */
function curvesOf(growth: Growth, results: Results): Curve[] {
  const measured = growth.values.flatMap((x) =>
    compareAll([growthWorkload(growth, x)], results).map((compared) => ({ x, ...compared })),
  );
  return drawn.flatMap((family) => {
    const points = measured.flatMap(({ x, workload, comparison }) => {
      const row = comparison.best.get(family);
      const y = row && rateOf(row, workload, rates[growth.name]);
      return y === undefined ? [] : [{ x, y }];
    });
    return points.length === 0 ? [] : [{ family, x: points.map(({ x }) => x), y: points.map(({ y }) => y) }];
  });
}

/** Where a step by separate operations keeps as much as a cache holds: between two measured values, on a line of logarithms. */
export function cacheEnd({ values, networkAt }: Growth, { bytes }: Cache): number | undefined {
  const after = values.findIndex((value) => bytesOf(networkAt(value)) >= bytes);
  if (after < 1) return undefined;
  const [low, high] = [values[after - 1]!, values[after]!];
  const [from, to] = [low, high].map((value) => Math.log(bytesOf(networkAt(value)))) as [number, number];
  return low * (high / low) ** ((Math.log(bytes) - from) / (to - from));
}

const sizeText = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.round(bytes / 2 ** 10)} KiB` : `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const dashes = ['dotted', 'dashed', 'solid'] as const;

/** A chart of one growth, with a line where each cache ends; undefined where nothing was measured. */
export function growthChart(growth: Growth, results: Results): ChartOption | undefined {
  const curves = curvesOf(growth, results);
  if (curves.length === 0) return undefined;
  const metric = rates[growth.name];
  const chart = trainingCurve(
    curves.map(({ family, x, y }) => ({ run: family, step: x, train: { [metric]: y } })),
    { title: growth.title, xScale: 'log', yScale: 'log', metrics: [metric] },
  );
  const heights = curves.flatMap(({ y }) => y);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const [first, last] = [
    Math.min(...curves.flatMap(({ x }) => x)),
    Math.max(...curves.flatMap(({ x }) => x)),
  ];
  const lines = (results.machine.caches ?? []).flatMap((cache): ChartOption['series'] => {
    const at = cacheEnd(growth, cache);
    if (at === undefined || at < first || at > last) return [];
    return [
      {
        type: 'line',
        name: `L${cache.level}, ${sizeText(cache.bytes)}`,
        data: [
          [at, low],
          [at, high],
        ],
        showSymbol: false,
        symbol: 'circle',
        symbolSize: 0,
        lineStyle: {
          color: okabeIto.black,
          width: 1,
          type: dashes[cache.level - 1] ?? 'solid',
          opacity: 0.7,
        },
        itemStyle: { color: okabeIto.black, opacity: 0.7 },
        z: 1,
      },
    ];
  });
  return {
    ...chart,
    legend: { data: [...curves.map(({ family }) => family), ...lines.map(({ name }) => name)] },
    xAxis: { ...chart.xAxis, name: growth.name } as ChartOption['xAxis'],
    series: [...chart.series, ...lines],
  };
}

const themes: readonly ThemeName[] = ['light', 'dark'];

export interface Picture {
  /** Of its file. */
  readonly name: string;
  readonly svg: string;
}

/** The charts of all that grows in the results, in two themes. */
export const growthPictures = (results: Results): Picture[] =>
  growths.flatMap((growth) => {
    const chart = growthChart(growth, results);
    if (chart === undefined) return [];
    return themes.map((theme) => ({
      name: `growth-${growth.name}-${theme}.svg`,
      svg: `${renderSvg(chart, { width: 720, height: 400, theme })}\n`,
    }));
  });

/** Writes pictures into a folder. @returns their paths. */
export async function writePictures(pictures: readonly Picture[], folder: string): Promise<string[]> {
  if (pictures.length > 0) await mkdir(folder, { recursive: true });
  return Promise.all(
    pictures.map(async ({ name, svg }) => {
      const path = join(folder, name);
      await writeFile(path, svg);
      return path;
    }),
  );
}
