// Data files in a page: fetched, kept in the origin's storage, resumed; gzip by the platform's streams.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Pixels that do not compress much, in IDX form; and labels. */
function idxFiles(count) {
  const images = Buffer.alloc(16 + count * 784);
  images.writeUInt32BE(0x0803, 0);
  images.writeUInt32BE(count, 4);
  images.writeUInt32BE(28, 8);
  images.writeUInt32BE(28, 12);
  for (let i = 16, seed = 1; i < images.length; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    images[i] = seed >>> 24;
  }
  const labels = Buffer.alloc(8 + count);
  labels.writeUInt32BE(0x0801, 0);
  labels.writeUInt32BE(count, 4);
  for (let i = 0; i < count; i++) labels[8 + i] = i % 10;
  return { images, labels };
}

/** As a dataset's files are declared, and as a server has them. */
function remote(site, path, content, options = {}) {
  const bytes = gzipSync(content);
  site.files.set(`/data/${path}`, { bytes, ...options });
  return { path, urls: [`${site.url}/data/${path}`], bytes: content.length, sha256: sha256(content) };
}

export async function checkData(page, site) {
  const { images, labels } = idxFiles(4000);
  const files = [
    remote(site, 'own/images-idx3-ubyte.gz', images, { etag: '"1"', cutAfter: 1_000_000 }),
    remote(site, 'own/labels-idx1-ubyte.gz', labels),
  ];
  const load = () =>
    page.evaluate(async (wanted) => {
      const { download, readIdxImages } = await import('@kindling/data');
      const events = [];
      const options = { retries: 0, onEvent: (event) => events.push(event) };
      try {
        const paths = [];
        for (const file of wanted) paths.push(await download(file, options));
        const set = await readIdxImages(...paths);
        const digest = await crypto.subtle.digest('SHA-256', set.images);
        const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        const last = events.findLast(({ type }) => type === 'progress');
        return { paths, length: set.length, hash, labels: [...set.labels.slice(0, 12)], last };
      } catch (error) {
        return { error: `${error.name}: ${error.message}` };
      }
    }, files);

  // Cut: what came stays, also when the page is loaded anew.
  const cut = await load();
  assert.match(cut.error, /^DownloadError: own\/images-idx3-ubyte\.gz: .*503/s);
  Object.assign(site.files.get('/data/own/images-idx3-ubyte.gz'), { cutAfter: undefined, isDown: false });
  site.take();
  await page.reload();
  const whole = await load();
  const [[, range] = [], ...rest] = site.take();
  assert.match(range, /^bytes=\d+-$/, 'resumed');
  assert.equal(Number(range.slice(6, -1)), 1_000_000);
  assert.equal(rest.length, 1);
  assert.deepEqual(whole.paths, [
    'opfs:/data/own/images-idx3-ubyte.gz',
    'opfs:/data/own/labels-idx1-ubyte.gz',
  ]);
  assert.equal(whole.length, 4000);
  assert.equal(whole.hash, sha256(images.subarray(16)));
  assert.deepEqual(whole.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  assert.equal(whole.last.received, whole.last.total);

  // The second time nothing is asked for.
  await page.reload();
  assert.deepEqual((await load()).hash, whole.hash);
  assert.deepEqual(site.take(), []);

  await checkTables(page, site);
}

/** Tables by a mirror beside the page; CSV of an address, a text and a blob. */
async function checkTables(page, site) {
  const csv = 'weight,height\n3.5,50\n70,175\n';
  site.files.set('/served/own.csv', { bytes: Buffer.from(csv) });
  site.files.set('/mirror/weight_height.csv', { bytes: Buffer.from('not what it should be') });
  site.take();
  const found = await page.evaluate(async (text) => {
    const { csv, mnist, parseCsv, setDataMirror, weightHeight, digits, xor } = await import('@kindling/data');
    const column = (table) => [...table.column('height')];
    const failed = (error) => `${error.name}: ${error.message}`;
    const zipped = await new Response(
      new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')),
    ).blob();
    setDataMirror('mirror');
    return {
      address: column(await csv('served/own.csv')),
      blob: column(await csv(new Blob([text]))),
      file: column(await csv(new File([zipped], 'own.csv.gz'))),
      text: [...parseCsv(text, 'text').columns[1]],
      missing: await csv('served/none.csv').catch(failed),
      truncated: await csv(new File([zipped.slice(0, 20)], 'own.csv.gz')).catch(failed),
      wrong: await weightHeight({ retries: 0 }).catch(failed),
      offline: await mnist({ download: false }).catch(failed),
      digits: digits({ count: 10 }).length,
      xor: xor().length,
    };
  }, csv);
  for (const way of ['address', 'blob', 'file', 'text']) assert.deepEqual(found[way], [50, 175], way);
  assert.equal(
    found.missing,
    'DataError: served/none.csv: expected a file that the server gives to this page, got 404 Not Found',
  );
  assert.match(found.truncated, /^DataError: own\.csv\.gz: expected a complete gzip stream, got 20 bytes/);
  assert.match(found.wrong, /mirror\/weight_height\.csv: wrong content: expected 281 bytes, got 21/);
  assert.match(found.wrong, /setDataMirror/);
  assert.match(found.offline, /^DataError: opfs:\/data\/mnist\/.*: expected a file, got none$/);
  assert.deepEqual([found.digits, found.xor], [10, 4]);
}
