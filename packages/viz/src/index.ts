export { shortNumber } from './axes/number-label.ts';
export { type BarChartOptions, type BarColumns, barChart } from './charts/bar-chart.ts';
export { type ClassScoreColumns, type ClassScoreOptions, classScores } from './charts/class-scores.ts';
export { type CompareTableColumns, type CompareTableOptions, compareTable } from './charts/compare-table.ts';
export {
  type ConfusionMatrixColumns,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from './charts/confusion-matrix.ts';
export {
  type DecisionBoundaryColumns,
  type DecisionBoundaryOptions,
  decisionBoundary,
} from './charts/decision-boundary.ts';
export {
  type GradientNormColumns,
  type GradientNormOptions,
  gradientNorms,
} from './charts/gradient-norms.ts';
export { type HistogramColumns, type HistogramOptions, histogram } from './charts/histogram.ts';
export {
  type HistogramOverTimeColumns,
  type HistogramOverTimeOptions,
  histogramOverTime,
} from './charts/histogram-over-time.ts';
export { type ImageColumns, type ImageOptions, image } from './charts/image.ts';
export { type ImageGridColumns, type ImageGridOptions, imageGrid } from './charts/image-grid.ts';
export { type ModelGraphColumns, type ModelGraphOptions, modelGraph } from './charts/model-graph.ts';
export {
  type ParallelColumns,
  type ParallelCoordinatesOptions,
  parallelCoordinates,
} from './charts/parallel-coordinates.ts';
export { type ProgressColumns, type ProgressDotOptions, progressDots } from './charts/progress-dots.ts';
export { type ScatterColumns, type ScatterOptions, scatter } from './charts/scatter.ts';
export { type TrainingColumns, type TrainingCurveOptions, trainingCurve } from './charts/training-curve.ts';
export {
  type RunTrainingColumns,
  type TrainingCurvesOptions,
  trainingCurves,
} from './charts/training-curves.ts';
export type { Column } from './columns/column.ts';
export { decimate, downsample } from './columns/downsample.ts';
export { exponentialMovingAverage, MovingAverage } from './columns/exponential-moving-average.ts';
export { type RenderOptions, toEChartsOption } from './echarts/to-echarts-option.ts';
export type { Chart, ChartOption, FigureOption, ParallelOption, TableOption } from './option.ts';
export { renderTerminal, type TerminalOptions } from './terminal/render-terminal.ts';
export { type ChartTexts, englishTexts } from './text/chart-texts.ts';
export { okabeIto, seriesColor, seriesRound } from './theme/palette.ts';
export { type Theme, type ThemeName, themed, themes } from './theme/theme.ts';
