// A program of a user: images of a folder, by threads.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { manualSeed } from '@kindling/core';
import { DataLoader } from '@kindling/data';

// Images of one pixel: a PNG and a JPEG.
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const jpeg = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAx',
  'NDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy',
  'MjIyMjIyMjL/wAARCAABAAEDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF',
  'BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW',
  'V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi',
  '4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC',
  'AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm',
  'Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq',
  '8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDv6KKK8E+YP//Z',
].join('');
const folder = new URL('photos/', import.meta.url);
for (const [name, content] of [
  ['a/1.png', png],
  ['a/2.jpg', jpeg],
  ['b/1.jpg', jpeg],
]) {
  mkdirSync(new URL('.', new URL(name, folder)), { recursive: true });
  writeFileSync(new URL(name, folder), Buffer.from(content, 'base64'));
}

const { default: photos } = await import('./photos.mjs');
const batches = async (numWorkers) => {
  manualSeed(1);
  const workerDataset = new URL('photos.mjs', import.meta.url);
  const loader = new DataLoader(photos, { batchSize: 2, shuffle: true, numWorkers, workerDataset });
  const list = [];
  for await (const [images, labels] of loader)
    list.push([images.shape, [...images.data()], [...labels.data()]]);
  return list;
};
const [none, two] = [await batches(0), await batches(2)];
assert.deepEqual(
  none.map(([shape]) => shape),
  [
    [2, 3, 1, 1],
    [1, 3, 1, 1],
  ],
);
assert.deepEqual(two, none);
rmSync(folder, { recursive: true });
console.log('2 workers: the batches of none');
