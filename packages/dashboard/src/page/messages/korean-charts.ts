import type { ChartTexts } from '@kindling/viz';

const number = (value: number): string => value.toLocaleString('ko');

/** What charts write by themselves, in Korean. */
export const koreanCharts: ChartTexts = {
  nothing: '그릴 값 없음',
  undrawable: {
    missing: '없음',
    notFinite: '유한하지 않음 (NaN 또는 ±Infinity)',
    beyond: '표시되지 않음: ±1e300 밖',
  },
  step: '스텝',
  value: '값',
  target: '정답',
  prediction: '예측',
  class: '클래스',
  score: '점수',
  samples: '샘플 수',
  numberOfValues: '값의 개수',
  percentOfValues: '값의 비율 (%)',
  percentOf: { row: '정답 기준 %', column: '예측 기준 %' },
  gradientNorm: '그래디언트 노름 (L2)',
  noSamples: '샘플 없음',
  accuracy: (percent, samples) => `샘플 ${number(samples)}개의 정확도 ${percent} %`,
  unplacedRows: (rows, axis) => `${axis} 값이 유한하지 않은 ${rows}행은 표시되지 않음`,
  zeroNorms: (parameter, zeros, norms) => `${parameter}: 노름 ${norms}개 중 ${zeros}개가 0`,
  lostNorms: (parameter, lost, norms) => `${parameter}: 노름 ${norms}개 중 ${lost}개가 유한하지 않음`,
  lostScores: (lost, scores) => `점수 ${scores}개 중 ${lost}개가 유한하지 않음`,
  lostValues: (lost, values, isRange) =>
    `값 ${values}개 중 ${lost}개가 유한하지 않${isRange ? '거나 범위를 벗어남' : '음'}`,
  noBoundary: (score, threshold) => `경계 없음: 이 범위에서 ${score} 값이 ${threshold}을(를) 지나지 않음`,
  lostPoints: (column, lost, points, reason) => `${column}: 점 ${points}개 중 ${lost}개 ${reason}`,
  drawnPoints: (column, drawn, points) =>
    `${column}: 점 ${number(points)}개 중 ${number(drawn)}개 표시 (겹치는 점은 하나로)`,
  predicted: (name, score) => `예측 ${name} (${score})`,
  judged: (target, prediction, isRight) =>
    `정답 ${target} (주홍색), ${prediction}: ${isRight ? '맞음' : '틀림'}`,
  layers: (count) => `층 ${number(count)}개`,
  parameters: (count) => `매개변수 ${number(count)}개`,
  parametersShort: (count) => `매개변수 ${number(count)}`,
};
