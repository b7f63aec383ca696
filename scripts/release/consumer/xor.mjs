// A program of a user: XOR, the seed and the numbers of the README.
import assert from 'node:assert/strict';
import { DataLoader, xor } from '@kindling/data';
import { Accuracy } from '@kindling/train';
import { renderTerminal, trainingCurve } from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';
import { xorLosses } from './web/src/xor-losses.js';

const [expected = 'native'] = process.argv.slice(2);
const { engine, losses } = await xorLosses();
assert.equal(engine, expected);
assert.equal(losses[0].toFixed(7), '0.7434073');
assert.ok(losses.at(-1) < 0.002, `loss ${losses.at(-1)}`);

const curve = trainingCurve({ step: losses.map((_, i) => i * 1000), train: { loss: losses } });
assert.match(renderSvg(curve), /^<svg /);
assert.ok(renderTerminal(curve).length > 0);
assert.ok(new Accuracy() && DataLoader && xor);
console.log(`${engine}: ${losses[0]} → ${losses.at(-1)}`);
