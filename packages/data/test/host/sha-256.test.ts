import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sha256 } from '../../src/host/sha-256.ts';

test('the digest is that of Node.js, whatever pieces the bytes come in', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const [own, node] = [new Sha256(), createHash('sha256')];
      for (const part of parts) {
        own.update(part);
        node.update(part);
      }
      expect(own.digest()).toBe(node.digest('hex'));
    }),
  );
});
