// Runs in a page: in the origin's storage, with the same contents as in Node.js, resumed after the page was closed, archived for the
// command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { unzip } from './unzip.mjs';

/** Digits that are drawn, two layers, checkpoints on the way. */
const experiment = {
  name: 'digits-in-a-page',
  seed: 3,
  device: 'cpu',
  data: { source: 'digits', train: 300, test: 100, validation: 'test', batchSize: 50, shuffle: true },
  model: [{ type: 'linear', out: 16 }, 'relu', { type: 'dropout', p: 0.1 }, { type: 'linear', out: 10 }],
  loss: 'crossEntropy',
  optimizer: { type: 'adam', lr: 0.01 },
  epochs: 4,
  metrics: ['accuracy'],
  checkpoint: { monitor: 'validation.loss', steps: 5 },
};

/** What Node.js makes of the experiment with an engine that a page has, too, by the built packages. */
function runInNode(runs, engine) {
  const program = `
    import { parseExperiment, runExperiment } from ${JSON.stringify(join(root, 'packages/train/dist/index.js'))};
    await runExperiment(parseExperiment(${JSON.stringify(experiment)}), { runs: ${JSON.stringify(runs)} });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, KINDLING_BACKEND: engine },
  });
  assert.equal(status, 0, stderr);
}

/** Lines of a log without what a clock tells. */
const events = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), time: 0, seconds: 0 }));

const document = (text) => ({ ...JSON.parse(text), started: 0, seconds: 0 });

const names = ['initial', 'last', 'best'].map((kind) => `checkpoints/${kind}.safetensors`);

/** The files of a folder of the origin's storage, by their paths below it, in Base64. */
const storedFiles = (page, folder) =>
  page.evaluate(async (path) => {
    const files = {};
    const read = async (handle, prefix) => {
      for await (const entry of handle.values()) {
        if (entry.kind === 'directory') await read(entry, `${prefix}${entry.name}/`);
        else {
          const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer());
          files[`${prefix}${entry.name}`] = btoa(
            Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
          );
        }
      }
    };
    let handle = await navigator.storage.getDirectory();
    for (const name of path.split('/')) handle = await handle.getDirectoryHandle(name);
    await read(handle, '');
    return files;
  }, folder);

const bytesOf = (files) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')]));

export async function checkRuns(page, site) {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-browser-'));
  try {
    runInNode(folder, 'reference');
    const node = join(folder, experiment.name);
    await page.evaluate(async (asked) => {
      const { parseExperiment, runExperiment } = await import('@kindling/train');
      await runExperiment(parseExperiment(asked));
    }, experiment);
    const stored = bytesOf(await storedFiles(page, `kindling/runs/${experiment.name}`));
    assert.deepEqual(Object.keys(stored).sort(), [
      'checkpoints/best.safetensors',
      'checkpoints/initial.safetensors',
      'checkpoints/last.safetensors',
      'checkpoints/last.trainer.safetensors',
      'events.jsonl',
      'experiment.json',
      'summary.json',
    ]);
    const text = (name) => stored[name].toString();
    const expected = (name) => readFileSync(join(node, name));
    assert.equal(text('experiment.json'), expected('experiment.json').toString());
    assert.deepEqual(events(text('events.jsonl')), events(expected('events.jsonl').toString()));
    assert.deepEqual(document(text('summary.json')), document(expected('summary.json').toString()));
    for (const name of names) assert.ok(stored[name].equals(expected(name)), name);

    await checkReaders(page, folder);
    await checkResumed(page, expected);
    await checkOwnLoop(page);
    await checkWasm(page, site, join(folder, 'wasm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With the engine as WebAssembly, whose instructions in Chromium and in Node.js may round in different ways. */
async function checkWasm(page, site, runs) {
  runInNode(runs, 'wasm');
  await page.goto(`${site.url}/wasm`);
  await page.evaluate(async (asked) => {
    const { ready } = await import('@kindling/core');
    const { parseExperiment, runExperiment } = await import('@kindling/train');
    await ready();
    await runExperiment(parseExperiment(asked), { runs: 'wasm' });
  }, experiment);
  const stored = bytesOf(await storedFiles(page, `kindling/wasm/${experiment.name}`));
  const losses = (log) =>
    log
      .toString()
      .trimEnd()
      .split('\n')
      .flatMap((line) => JSON.parse(line).loss ?? []);
  const expected = losses(readFileSync(join(runs, experiment.name, 'events.jsonl')));
  const shown = losses(stored['events.jsonl']);
  assert.equal(shown.length, expected.length);
  for (const [i, loss] of shown.entries()) {
    assert.ok(Math.abs(loss - expected[i]) <= 1e-4 * expected[i], `${loss}, in Node.js ${expected[i]}`);
  }
}

/** After the page was loaded anew the run is read, used, and archived for the command line. */
async function checkReaders(page, folder) {
  await page.reload();
  const read = await page.evaluate(async (name) => {
    const { evaluateRun, listRuns, loadRuns, loadTrainedModel, readRun, zipRun } = await import(
      '@kindling/train'
    );
    const before = listRuns('runs').length;
    await loadRuns();
    const run = readRun(`runs/${name}`);
    const model = await loadTrainedModel(`runs/${name}`);
    const { labels } = model.predict([new Array(784).fill(0)]);
    const evaluation = await evaluateRun(`runs/${name}`);
    const archive = await zipRun(`runs/${name}`);
    return {
      before,
      names: listRuns('runs').map((each) => `${each.name} ${each.state}`),
      steps: run.columns.stepsTaken,
      labels: labels.length,
      samples: evaluation.samples,
      archive: btoa(Array.from(archive, (byte) => String.fromCharCode(byte)).join('')),
    };
  }, experiment.name);
  const { archive, ...rest } = read;
  assert.deepEqual(rest, {
    before: 0,
    names: [`${experiment.name} completed`],
    steps: 24,
    labels: 1,
    samples: 100,
  });
  const unpacked = join(folder, 'unpacked');
  unzip(Buffer.from(archive, 'base64'), unpacked);
  const cli = join(root, 'apps', 'cli', 'bin', 'kindling.mjs');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [cli, 'eval', join(unpacked, experiment.name), '--json'],
    { encoding: 'utf8', env: { ...process.env, KINDLING_BACKEND: 'reference' } },
  );
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).run, experiment.name);
}

/** Stopped in the middle, the page closed; what goes on ends as a run that was never stopped. */
async function checkResumed(page, expected) {
  await page.evaluate(async (asked) => {
    const { parseExperiment, runExperiment } = await import('@kindling/train');
    const stop = new AbortController();
    const halfway = { name: 'halfway', interval: 13, onTrainBatchEnd: () => stop.abort() };
    const options = { runs: 'resumed', signal: stop.signal, callbacks: [halfway] };
    await runExperiment(parseExperiment(asked), options);
  }, experiment);
  await page.reload();
  const { steps, status } = await page.evaluate(async (asked) => {
    const { parseExperiment, runExperiment } = await import('@kindling/train');
    return runExperiment(parseExperiment(asked), { runs: 'resumed', resume: true });
  }, experiment);
  assert.equal(status, 'completed');
  assert.ok(steps > 0 && steps < 24, `${steps} steps after the resumption`);
  const stored = bytesOf(await storedFiles(page, `kindling/resumed/${experiment.name}`));
  for (const name of names) assert.ok(stored[name].equals(expected(name)), `${name}, resumed`);
}

/** A loop of one's own; a run that another worker or page has is refused. */
async function checkOwnLoop(page) {
  await page.evaluate(async () => {
    const { createRun } = await import('@kindling/train');
    const run = await createRun({ name: 'gan', config: { lr: 2e-4 } });
    for (let step = 0; step < 100; step++) run.log(step, { loss: 1 / (step + 1), 'loss/generator': step });
    run.logImages(99, { images: new Uint8Array(784), height: 28, width: 28 });
    await run.saved();
  });
  const other = await page.context().newPage();
  await other.goto(page.url());
  const seen = await other.evaluate(async () => {
    const { createRun, loadRuns, listRuns } = await import('@kindling/train');
    await loadRuns();
    const { state, summary } = listRuns('runs').find(({ name }) => name === 'gan');
    const refused = await createRun({ name: 'gan', resume: true }).catch((error) => error.message);
    return { state, step: summary.step, refused };
  });
  assert.deepEqual(seen, {
    state: 'running',
    step: 100,
    refused: 'run gan is being trained by another page or worker of this site',
  });
  await page.reload();
  const resumed = await other.evaluate(async () => {
    const { createRun, readRun, removeRun, listRuns } = await import('@kindling/train');
    const run = await createRun({ name: 'gan', resume: true });
    const { step, path } = run;
    run.log(step, { loss: 0 });
    run.finish();
    await run.saved();
    const { columns, state } = readRun(path);
    await removeRun('runs', 'gan');
    return { step, path, state, taken: columns.stepsTaken, left: listRuns('runs').map(({ name }) => name) };
  });
  assert.deepEqual(resumed, {
    step: 100,
    path: '/runs/gan',
    state: 'completed',
    taken: 101,
    left: [experiment.name],
  });
  await other.close();
}
