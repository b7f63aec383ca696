import {
  barChart,
  type Chart,
  classScores,
  compareTable,
  confusionMatrix,
  decisionBoundary,
  gradientNorms,
  histogram,
  histogramOverTime,
  image,
  imageGrid,
  modelGraph,
  parallelCoordinates,
  progressDots,
  scatter,
  trainingCurve,
  trainingCurves,
} from '../src/index.ts';

const range = <T>(count: number, at: (i: number) => T) => Array.from({ length: count }, (_, i) => at(i));
/** Repeatable values in [0, 1) that look random. */
const noise = (i: number) => (Math.sin(i * 12.9898) * 43758.5453) % 1 ** 2;

const grid = range(9, (i) => i / 8);
const steps = range(30, (i) => 20 * i);
const run = (name: string, rate: number) => ({
  run: name,
  step: steps,
  train: { loss: steps.map((step, i) => Math.exp(-step / rate) + 0.1 * Math.abs(noise(i))) },
  validation: { loss: steps.map((step) => Math.exp(-step / rate) + 0.12 + (step / 2000) ** 2) },
});

/** Makes a small chart of each kind, with Korean and other texts, for pictures of all of them. */
export const sampleCharts: Readonly<Record<string, () => Chart>> = {
  'confusion-matrix': () =>
    confusionMatrix(
      {
        counts: [
          [95, 5, 0],
          [12, 80, 8],
          [0, 1, 99],
        ],
        classes: ['고양이', '개', 'Vogel'],
      },
      { title: '혼동 행렬', percent: 'row' },
    ),
  'class-scores': () =>
    classScores(
      { scores: [0.01, 0.04, 0.62, 0.33] },
      { title: 'Test image 42', target: 3, xName: 'digit', yName: 'probability' },
    ),
  'bar-chart': () =>
    barChart(
      { labels: ['adam', 'sgd', '모멘텀'], values: [0.97, 0.91, 0.94] },
      { title: 'Validation accuracy', xName: 'optimizer', yName: 'accuracy', highlight: 0 },
    ),
  scatter: () =>
    scatter(
      {
        x: range(60, (i) => 150 + 40 * Math.abs(noise(i))),
        target: range(60, (i) => 50 + 40 * Math.abs(noise(i)) + 6 * noise(i + 100)),
        prediction: range(60, (i) => 50 + 40 * Math.abs(noise(i))),
      },
      { title: '키와 몸무게', xName: 'height', yName: 'weight' },
    ),
  'training-curve': () => trainingCurve(run('xor', 150), { title: '학습 곡선', smoothing: 0.6 }),
  image: () =>
    image(
      { pixels: range(64, (i) => 255 * Math.abs(noise(i))), width: 8, height: 8 },
      { title: '0부터 255까지' },
    ),
  histogram: () =>
    histogram(
      { values: { '1층': range(200, (i) => noise(i)), '2층': range(100, (i) => 2 * noise(i + 1000)) } },
      { title: '가중치', xName: 'weight', bins: 12, percent: true },
    ),
  'histogram-over-time': () =>
    histogramOverTime(
      { step: [0, 10, 30, 70], values: range(4, (k) => range(60, (i) => noise(i + k) * (k + 1))) },
      { title: 'Weights of layer 1', yName: 'weight', bins: 10 },
    ),
  'gradient-norms': () =>
    gradientNorms(
      {
        step: steps,
        norms: Object.fromEntries(
          range(4, (layer) => [
            `${2 * layer}.weight`,
            steps.map((_, i) => 10 ** (layer - 4 + 0.3 * noise(i + layer))),
          ]),
        ),
      },
      { title: '기울기의 크기' },
    ),
  'image-grid': () =>
    imageGrid(
      {
        pixels: range(4 * 25, (i) => Math.abs(noise(i)) * 255),
        width: 5,
        height: 5,
        labels: [0, 1, 2, 0],
        predictions: [0, 2, 2, 0],
      },
      { title: 'Validation', classes: ['고양이', '개', 'Vogel'], columns: 4 },
    ),
  'decision-boundary': () =>
    decisionBoundary(
      {
        x: grid,
        y: grid,
        scores: grid.flatMap((y) => grid.map((x) => 1 / (1 + Math.exp(-12 * (Math.abs(x - y) - 0.5))))),
        samples: { x: [0, 0, 1, 1], y: [0, 1, 0, 1], label: [0, 1, 1, 0] },
      },
      { title: 'XOR' },
    ),
  'model-graph': () =>
    modelGraph(
      {
        layers: [
          '입력',
          'Linear(64, 32)',
          'ReLU()',
          'Linear(32, 64)',
          '더하기',
          'Linear(64, 10)',
          'Linear(64, 1)',
        ],
        shapes: [
          ['N', 64],
          ['N', 32],
          ['N', 32],
          ['N', 64],
          ['N', 64],
          ['N', 10],
          ['N', 1],
        ],
        parameters: [0, 2080, 0, 2112, 0, 650, 65],
        edges: { from: [0, 1, 2, 3, 0, 4, 4], to: [1, 2, 3, 4, 4, 5, 6] },
      },
      { title: '두 갈래' },
    ),
  'progress-dots': () =>
    progressDots(
      [
        { run: 'MSE', loss: range(150, (i) => Math.abs(0.4 * Math.exp(-i / 60) + 0.1 * noise(i))) },
        { run: 'BCE', loss: range(150, (i) => Math.abs(0.6 * Math.exp(-i / 30) + 0.1 * noise(i + 500))) },
      ],
      { title: '손실' },
    ),
  'training-curves': () =>
    trainingCurves(
      [
        {
          ...run('adam', 120),
          train: { ...run('adam', 120).train, lr: steps.map((step) => 0.1 - step / 1e4) },
        },
        run('sgd, 모멘텀 0.9', 300),
      ],
      { title: '두 가지 최적화', smoothing: 0.8 },
    ),
  'parallel-coordinates': () =>
    parallelCoordinates(
      {
        settings: {
          'optimizer.lr': range(14, (i) => 10 ** (-4 + (3 * i) / 13)),
          activation: range(14, (i) => ['시그모이드', 'relu', 'tanh'][i % 3]!),
          seed: range(14, (i) => 1 + (i % 4)),
          nesterov: range(14, (i) => i % 2 === 0),
        },
        target: range(14, (i) =>
          i === 13 ? Number.NaN : 0.05 + 0.04 * (i - 8) ** 2 + 0.1 * Math.abs(noise(i)),
        ),
        runs: range(14, (i) => `trial-${i + 1}`),
      },
      { title: '학습률 × activation', targetName: 'validation.loss' },
    ),
  'compare-table': () =>
    compareTable(
      {
        runs: ['기본', 'wide', 'deep', 'broken'],
        settings: {
          'optimizer.lr': [0.1, 0.01, 0.01, 10],
          activation: ['relu', 'relu', 'tanh', 'relu'],
          seed: [1, 1, 1, 1],
        },
        metrics: {
          'validation.loss': [0.412345, 0.3581234, 0.40011, Number.NaN],
          'validation.accuracy': [0.91, 0.934, 0.934, Number.NaN],
        },
      },
      { title: 'Runs' },
    ),
};
