import { type ChartOption, type ThemeName, trainingCurve } from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';
import type { Measured } from './measure.ts';
import { fitNetwork, grown, type Network, type Program, speedUp, stepSeconds, worthwhile } from './model.ts';
import { networks } from './networks.ts';

const doublings = (last: number): number[] => {
  const counts: number[] = [];
  for (let count = 1; count <= last; count *= 2) counts.push(count);
  return counts;
};
const most = 1024;

/** The part of p times the rows a second of one process that p processes reach, each with as many rows as that one. */
const efficiency = (program: Program, processes: number, network: Network): number =>
  stepSeconds(program, 1, network) / stepSeconds(grown(program, processes), processes, network);

const noNetwork: Network = { name: 'no network', latency: 0, bandwidth: Number.POSITIVE_INFINITY };

interface Picture {
  readonly title: string;
  readonly metric: string;
  readonly yScale: 'linear' | 'log';
  readonly counts: readonly number[];
  readonly of: (program: Program, processes: number, network: Network) => number;
}

/** One batch shared by more and more processes, and a batch that grows with them. */
const picturesFor = ({ name, batch }: Program): Readonly<Record<string, Picture>> => ({
  shared: {
    title: `${name}: ${batch} rows in all`,
    metric: 'times as fast',
    yScale: 'log',
    counts: doublings(batch),
    of: speedUp,
  },
  grown: {
    title: `${name}: ${batch} rows for each process`,
    metric: 'part of the rows a second',
    yScale: 'linear',
    counts: doublings(most),
    of: efficiency,
  },
});

/** The pictures of a program, by the names of their files. */
export const picturesOf = (
  program: Program,
  theme: ThemeName,
): { readonly name: string; readonly svg: string }[] =>
  Object.entries(picturesFor(program)).map(([kind, { title, metric, yScale, counts, of }]) => {
    const lines = [noNetwork, ...networks].map((network) => ({
      run: network.name,
      step: counts,
      train: { [metric]: counts.map((count) => of(program, count, network)) },
    }));
    const chart = trainingCurve(lines, { title, xScale: 'log', yScale, metrics: [metric] });
    const named = { ...chart, xAxis: { ...chart.xAxis, name: 'processes' } } as ChartOption;
    return {
      name: `${program.name}-${kind}-${theme}`,
      svg: `${renderSvg(named, { width: 640, height: 360, theme })}\n`,
    };
  });

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const short = (value: number): string => value.toPrecision(value >= 100 ? 3 : 2);

/** Measured steps beside those of the model, whose network is fitted to the sums of two processes alone. */
function checkOf({ programs, cores, collectives }: Measured): string {
  const here = fitNetwork('here', collectives);
  const lines = programs.flatMap((program) =>
    program.shared.map(([processes, seconds]) => {
      const modelled = stepSeconds(program, processes, here) * Math.max(1, processes / cores);
      const percent = `${Math.round(100 * (modelled / seconds - 1))} %`.replace('-', '−');
      return row(program.name, processes, short(1e3 * seconds), short(1e3 * modelled), percent);
    }),
  );
  return [
    `On ${cores} cores, sums over two processes take ${short(1e6 * here.latency)} µs and ${short(here.bandwidth / 1e9)} GB/s. More processes than cores take turns, so that all of their time counts processes / cores times.`,
    '',
    row('program', 'processes', 'measured, ms', 'model, ms', 'off by'),
    row('---', '---', '---', '---', '---'),
    ...lines,
  ].join('\n');
}

/** Speed-ups by network, and where more processes stop paying. */
function tableOf(program: Program): string {
  const counts = [8, 32, 128].filter((count) => count <= program.batch);
  const all = doublings(program.batch);
  const lines = networks.map((network) =>
    row(
      network.name,
      ...counts.map((count) => short(speedUp(program, count, network))),
      worthwhile(program, all, network),
      ...[8, 128, 1024].map((count) => `${Math.round(100 * efficiency(program, count, network))} %`),
    ),
  );
  const heads = [
    ...counts.map((count) => `× with ${count}`),
    'pays until',
    ...[8, 128, 1024].map((count) => `grown, ${count}`),
  ];
  return [row(program.name, ...heads), row('---', ...heads.map(() => '---')), ...lines].join('\n');
}

const pictureOf = (name: string, text: string): string =>
  `<picture><source media="(prefers-color-scheme: dark)" srcset="images/scaling/${name}-dark.svg"><img alt="${text}" src="images/scaling/${name}-light.svg" width="640"></picture>`;

const partOf = (program: Program): string => {
  const { name } = program;
  const pictures = Object.entries(picturesFor(program)).map(([kind, { title, metric }]) =>
    pictureOf(`${name}-${kind}`, `${title}, ${metric}, by the number of processes and the network`),
  );
  return [`## ${name}`, tableOf(program), ...pictures].join('\n\n');
};

/** The measured times and those of the model, as Markdown. */
const report = (measured: Measured): string =>
  [checkOf(measured), ...measured.programs.map(partOf)].join('\n\n');

/** A page with the report between its marks. */
export function withReport(page: string, measured: Measured): string {
  const [begin, end] = ['<!-- measured -->', '<!-- end -->'];
  const from = page.indexOf(begin) + begin.length;
  return `${page.slice(0, from)}\n\n${report(measured)}\n\n${page.slice(page.indexOf(end))}`;
}
