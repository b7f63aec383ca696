import { shortNumber } from '../axes/number-label.ts';
import { type Column, expectLength, isDrawable, isLogDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { Axis, NumberAxis, ParallelLine, ParallelOption } from '../option.ts';
import { okabeIto, orderedColors } from '../theme/palette.ts';
import { type Better, bestIndex, checkBetter, directionOf, type SettingColumn } from './run-values.ts';
import { titleOf } from './title.ts';

/** Row i of every column belongs to run i. */
export interface ParallelColumns {
  /** What was set, by its name, from the left to the right. A column with anything but numbers has categories. */
  readonly settings: Readonly<Record<string, SettingColumn>>;
  /** What came of it: the metric of the last axis, and of the colours. */
  readonly target: Column;
  /** Names of the runs. Default: 0, 1, … */
  readonly runs?: readonly string[];
}

export interface ParallelCoordinatesOptions {
  readonly title?: string;
  /** The metric's name. Default `loss`. */
  readonly targetName?: string;
  /** Whether the least or the greatest target is the best. Default: by the name (`accuracy` is `max`), else `min`. */
  readonly better?: Better;
  /**
   * Scales by the name of an axis. Default: `log` where all values are above 0 and the greatest is a hundred times the least, and
   * none for settings of few different numbers, which are named one by one.
   */
  readonly scales?: Readonly<Record<string, 'linear' | 'log'>>;
}

/** From this ratio of the greatest to the least value on, an axis is logarithmic. */
const LOG_RATIO = 100;
/** So many different numbers, each of several runs, stand at equal distances with their own labels. */
const FEW = 8;
/** From so many runs on, the lines are thinner, so that they stay apart. */
const MANY = 60;
/** Colours that lines may have. */
const SHADES = 256;

/**
 * Parallel coordinates: an axis for each setting and, at the right, one for the target; a line a run. Lines are coloured by the
 * target, from dark blue for the best to vermillion for the worst, and the best lies on top, thick, black or white. Numeric axes are
 * linear or logarithmic; words, and up to 8 numbers that come again and again, stand at equal distances. A run without a finite target is dashed, and a note counts such
 * runs; where a run lacks a setting its line passes the axis by.
 *
 *     parallelCoordinates({ settings: { lr, activation: ['relu', 'tanh', 'relu'] }, target: loss, runs })
 *
 * @throws {RangeError} for columns of different length, a target without values, scales or a direction that are none
 */
export function parallelCoordinates(
  { settings, target, runs }: ParallelColumns,
  options: ParallelCoordinatesOptions = {},
): ParallelOption {
  const { targetName = 'loss', scales = {} } = options;
  checkBetter('parallelCoordinates', options.better);
  const names = Object.keys(settings);
  for (const name of names) {
    expectLength('parallelCoordinates', name, settings[name] as Column, target.length, 'target');
  }
  if (runs !== undefined && runs.length !== target.length) {
    throw new RangeError(
      `parallelCoordinates: expected a name for each of the ${target.length} runs, got ${runs.length}`,
    );
  }
  for (const [name, scale] of Object.entries(scales)) {
    if (scale !== 'linear' && scale !== 'log') {
      throw new RangeError(
        `parallelCoordinates: expected scales of 'linear' and 'log', got ${String(scale)} for ${name}`,
      );
    }
  }
  const better = directionOf(targetName, options.better);
  const best = bestIndex(target, better);
  const columns = [...names.map((name) => settings[name]!), target];
  const axes = columns.map((column, i) => {
    const name = names[i] ?? targetName;
    return axisOf(name, column, scales[name], i < names.length);
  });

  const colors = targetColors(target, better, axes.at(-1)!);
  const width = target.length > MANY ? 1 : 1.5;
  const lines = Array.from({ length: target.length }, (_, run): ParallelLine => {
    const color = colors[run];
    const isBest = run === best;
    return {
      name: runs?.[run] ?? String(run),
      value: columns.map((column, i) => placed(column[run], axes[i]!)),
      lineStyle: isBest
        ? { color: okabeIto.black, width: 3.5, opacity: 1, type: 'solid' }
        : {
            color: color ?? okabeIto.black,
            width,
            opacity: color === undefined ? 0.4 : 0.75,
            type: color === undefined ? 'dashed' : 'solid',
          },
      isBest,
    };
  });
  // The best on top, and above the worse those that are better.
  const rank = (run: number): number => (isDrawable(target[run]!) ? target[run]! : Number.NaN);
  const order = lines
    .map((_, run) => run)
    .sort((a, b) => {
      const [left, right] = [rank(a), rank(b)];
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
      return better === 'min' ? right - left : left - right;
    });
  const sorted = [...order.filter((run) => run !== best), ...order.filter((run) => run === best)];
  return displayable({
    animation: false,
    ...titleOf(options.title, notesOf(lines, target, targetName, best)),
    parallelAxis: axes,
    series: [{ type: 'parallel', name: targetName, data: sorted.map((run) => lines[run]!) }],
  });
}

function notesOf(
  lines: readonly ParallelLine[],
  target: Column,
  targetName: string,
  best: number | undefined,
): readonly string[] {
  const without = Array.from(target).filter((value) => !isDrawable(value)).length;
  return [
    ...(best === undefined
      ? [lines.length === 0 ? 'no runs' : `no run has a finite ${targetName}`]
      : [`best of ${lines.length}: ${lines[best]!.name}, ${targetName} ${shortNumber(target[best]!, 6)}`]),
    ...(without > 0 && best !== undefined
      ? [`${without} of ${lines.length} runs without a finite ${targetName}: dashed`]
      : []),
  ];
}

type Setting = SettingColumn[number];

const isMissing = (value: Setting): boolean =>
  value === null || value === undefined || (typeof value === 'number' && !isDrawable(value));

function axisOf(
  name: string,
  column: SettingColumn,
  scale: 'linear' | 'log' | undefined,
  isSetting: boolean,
): Axis {
  const present = Array.from(column as ArrayLike<Setting>).filter((value) => !isMissing(value));
  const numbers = present.filter((value): value is number => typeof value === 'number');
  if (numbers.length < present.length) {
    return { type: 'category', name, data: [...new Set(present.map(String))] };
  }
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  if (scale === undefined && isSetting && distinct.length <= FEW && 2 * distinct.length <= numbers.length) {
    return { type: 'category', name, data: distinct.map(String) };
  }
  const isPositive = numbers.length > 0 && numbers.every(isLogDrawable);
  const isWide = isPositive && Math.max(...numbers) / Math.min(...numbers) >= LOG_RATIO;
  const isLog = scale === undefined ? isWide : scale === 'log';
  const isWhole = numbers.every(Number.isInteger);
  const axis: NumberAxis = { type: isLog ? 'log' : 'value', name, scale: true };
  return isWhole && !isLog ? { ...axis, minInterval: 1 } : axis;
}

/** A value as the axis has it; null where it has no place there. */
function placed(value: Setting, axis: Axis): number | string | null {
  if (value === null || value === undefined || isMissing(value)) return null;
  if (axis.type === 'category') return String(value);
  const number = Number(value);
  return axis.type === 'log' && !isLogDrawable(number) ? null : number;
}

/** A colour for each value, by its place between the best and the worst on the target's axis. */
function targetColors(target: Column, better: Better, axis: Axis): readonly (string | undefined)[] {
  const shades = orderedColors(SHADES);
  const place = (value: number): number => (axis.type === 'log' ? Math.log(value) : value);
  const places = Array.from(target, (value) =>
    isDrawable(value) && (axis.type !== 'log' || isLogDrawable(value)) ? place(value) : Number.NaN,
  );
  const known = places.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return places.map((value) => {
    if (Number.isNaN(value)) return undefined;
    const share = high > low ? (value - low) / (high - low) : 0;
    return shades[Math.round((better === 'min' ? share : 1 - share) * (SHADES - 1))];
  });
}
