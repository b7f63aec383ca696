import { describe, expect, test } from 'vitest';
import { StepScanner } from '../../src/events/step-scanner.ts';

const scanner = new StepScanner();

/** What the scanner makes of a line; undefined where it leaves it to the schema. */
function scanned(line: string) {
  if (!scanner.scan(line, 0, line.length)) return undefined;
  const { step, epoch, time, loss, lr, names, values, count, hasMetrics } = scanner;
  return {
    step,
    epoch,
    time,
    loss,
    lr,
    names: names.slice(0, count),
    values: values.slice(0, count),
    hasMetrics,
  };
}

const line = (rest: string, step = '7'): string => `{"type":"step","step":${step},"epoch":2${rest},"time":9}`;
const plain = {
  step: 7,
  epoch: 2,
  time: 9,
  loss: undefined,
  lr: undefined,
  names: [],
  values: [],
  hasMetrics: false,
};

describe('lines of steps are taken as they are', () => {
  test.each<[string, object]>([
    ['', {}],
    [',"loss":0.5', { loss: 0.5 }],
    [',"lr":0.001', { lr: 0.001 }],
    [',"loss":3,"lr":1e-7', { loss: 3, lr: 1e-7 }],
    [',"lr":4,"loss":5', { loss: 5, lr: 4 }],
    [',"loss":"NaN"', { loss: Number.NaN }],
    [',"loss":"Infinity","lr":"-Infinity"', { loss: Number.POSITIVE_INFINITY, lr: Number.NEGATIVE_INFINITY }],
    [',"metrics":{}', { hasMetrics: true }],
    [',"metrics":{"a":1}', { hasMetrics: true, names: ['a'], values: [1] }],
    [
      ',"metrics":{"loss/generator":-1.5,"b c":"NaN","":0}',
      { hasMetrics: true, names: ['loss/generator', 'b c', ''], values: [-1.5, Number.NaN, 0] },
    ],
    [',"metrics":{"é한":2}', { hasMetrics: true, names: ['é한'], values: [2] }],
    [',"loss":1,"metrics":{"a":1},"lr":2', { loss: 1, lr: 2, hasMetrics: true, names: ['a'], values: [1] }],
  ])('%s', (rest, expected) => {
    expect(scanned(line(rest))).toEqual({ ...plain, ...expected });
  });

  test('keys come in any order, and a part of a text is a line', () => {
    const shuffled = '{"type":"step","step":1,"time":5,"lr":2,"epoch":3}';
    expect(scanned(shuffled)).toMatchObject({ step: 1, time: 5, lr: 2, epoch: 3 });
    const text = `${line('')}\n${shuffled}\n`;
    const start = line('').length + 1;
    expect(scanner.scan(text, start, start + shuffled.length)).toBe(true);
    expect([scanner.step, scanner.epoch]).toEqual([1, 3]);
    expect(scanner.scan(text, start, start + shuffled.length - 1)).toBe(false);
    expect(scanner.scan(text, start, start + shuffled.length + 1)).toBe(false);
    expect(scanner.scan(text, 1, line('').length)).toBe(false);
  });

  test('each line overwrites the one before, whose names may come again or not', () => {
    expect(scanned(line(',"loss":1,"lr":2,"metrics":{"abc":1,"d":2}'))).toMatchObject({ loss: 1, lr: 2 });
    expect(scanned(line(''))).toEqual(plain);
    for (const names of [['abc', 'd'], ['ab', 'd'], ['abcd', 'd'], ['d', 'abc'], ['x'], ['abc', 'd', 'e']]) {
      const metrics = names.map((name, i) => `"${name}":${i}`).join(',');
      expect(scanned(line(`,"metrics":{${metrics}}`))).toMatchObject({
        names,
        values: names.map((_, i) => i),
      });
    }
  });
});

describe('numbers', () => {
  test.each([
    '0',
    '-1',
    '1',
    '10',
    '9007199254740991',
    '123456789012345',
    '1234567890123456',
    '0.1',
    '0.30000000000000004',
    '-0.25',
    '1.5',
    '0.000001',
    '123.456',
    '0.123456789012345',
    '1e5',
    '1E5',
    '1e+5',
    '1e-5',
    '-2.5e-10',
    '1e22',
    '5e-324',
    '1.7976931348623157e308',
    '0.7434073090553284',
    '-0',
    '-0.0',
    '100000000000000000000',
  ])('%s is read to the bit', (text) => {
    const found = scanned(line(`,"loss":${text}`));
    expect(found).toBeDefined();
    expect(Object.is(found!.loss, Number(text))).toBe(true);
    expect(scanned(line('', '3').replace('"time":9', `"time":${text}`))?.time).toBe(Number(text));
  });

  test.each([
    '',
    '-',
    '.',
    '.5',
    '5.',
    '01',
    '00',
    '-01',
    '1.e5',
    '1e',
    '1e+',
    '1e-',
    'e5',
    '+1',
    '1e400',
    '-1e400',
    '0x1',
    '1_0',
    'NaN',
    'null',
    'true',
    '"1"',
    '"nan"',
    '"+Infinity"',
    '"Infinity',
    '[1]',
    '{}',
    '1 ',
    ' 1',
    '--1',
    '1..2',
  ])('%j is none', (text) => {
    expect(scanned(line(`,"loss":${text}`))).toBeUndefined();
    expect(scanned(line(`,"metrics":{"a":${text}}`))).toBeUndefined();
  });

  test('steps and epochs are whole and not negative, times are finite', () => {
    for (const step of ['-1', '0.5', '9007199254740992', '"NaN"', '1e400']) {
      expect(scanned(line('', step)), step).toBeUndefined();
      expect(scanned(line('').replace('"epoch":2', `"epoch":${step}`)), step).toBeUndefined();
    }
    expect(scanned(line('', '0'))?.step).toBe(0);
    expect(scanned(line('', '1e3'))?.step).toBe(1000);
    for (const time of ['"NaN"', '"Infinity"', '1e400']) {
      expect(scanned(line('').replace('"time":9', `"time":${time}`))).toBeUndefined();
    }
  });
});

describe('what is something else is left to the schema', () => {
  test.each([
    '',
    '{}',
    '{"type":"epoch","step":1,"epoch":2,"time":9}',
    ' {"type":"step","step":7,"epoch":2,"time":9}',
    '{"type":"step","step":7,"epoch":2,"time":9} ',
    '{"type":"step","step":7,"epoch":2,"time":9}}',
    '{"type":"step","step":7,"epoch":2,"time":9',
    '{"type":"step","step":7,"epoch":2}',
    '{"type":"step","step":7,"time":9}',
    '{"type":"step","step":7}',
    '{"type":"step","step":7,"epoch":2,"time":9,}',
    '{"type":"step","step":7 ,"epoch":2,"time":9}',
    '{"type":"step","step":7;"epoch":2,"time":9}',
    '{"type":"step","step":7,"epoch": 2,"time":9}',
    '{"type":"step","step":7,"epocH":2,"time":9}',
    '{"type":"step","step":7,"epoch":2,"tame":9}',
    '{"type":"step","step":7,"epoch":2,"time":9,"other":1}',
  ])('%j', (text) => {
    expect(scanned(text)).toBeUndefined();
  });

  test.each([
    ',"los":1',
    ',"lossy":1',
    ',"lrx":1',
    ',"metric":{}',
    ',"metrics":[]',
    ',"metrics":{"a":1',
    ',"metrics":{"a":1,}',
    ',"metrics":{,}',
    ',"metrics":{"a"}',
    ',"metrics":{"a":}',
    ',"metrics":{a:1}',
    ',"metrics":{"a";1}',
    ',"metrics":{"a":1;"b":2}',
    ',"metrics":{"a":1,"a":2}',
    ',"metrics":{"a":1,"b":2,"a":3}',
    ',"metrics":{"__proto__":1}',
    ',"metrics":{"a\\n":1}',
    ',"metrics":{"a\u0001":1}',
    ',"metrics":{"a":1},"metrics":{"b":1}',
    ',"metrics":{},"metrics":{}',
    ',"metrics":{"a',
  ])('%j', (rest) => {
    expect(scanned(line(rest))).toBeUndefined();
    // What was not taken leaves nothing behind.
    expect(scanned(line(''))).toEqual(plain);
  });
});
