import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@kindling/core';
import { expect, test } from 'vitest';
import { RunError, RunFolder, readRunNotes, writeRunNotes } from '../../src/runs.ts';

function newRun(): RunFolder {
  const folder = new RunFolder(join(mkdtempSync(join(tmpdir(), 'kindling-notes-')), 'a'));
  mkdirSync(folder.path);
  writeFileSync(folder.config, '{}');
  return folder;
}

test('notes and tags of a run are kept in its folder; a run without has none', () => {
  const folder = newRun();
  expect(readRunNotes(folder)).toEqual({ note: '', tags: [] });
  writeRunNotes(folder, {
    note: 'learns nothing\nafter step 10',
    tags: ['baseline', 'baseline', '베이스라인'],
  });
  expect(readRunNotes(folder)).toEqual({
    note: 'learns nothing\nafter step 10',
    tags: ['baseline', '베이스라인'],
  });
  writeRunNotes(folder, { note: '', tags: [] });
  expect(readRunNotes(folder)).toEqual({ note: '', tags: [] });
  expect(readdirSync(folder.path).sort()).toEqual(['config.json', 'notes.json']);
});

test.each([
  ['a note that is too long', { note: 'x'.repeat(10_001), tags: [] }],
  ['a tag without letters', { note: '', tags: [''] }],
  ['too many tags', { note: '', tags: Array.from({ length: 101 }, (_, i) => `tag ${i}`) }],
  ['something else', 'a note' as never],
])('%s is refused, and the notes stay', (_, notes) => {
  const folder = newRun();
  writeRunNotes(folder, { note: 'mine', tags: [] });
  expect(() => writeRunNotes(folder, notes)).toThrow(RunError);
  expect(readRunNotes(folder).note).toBe('mine');
});

test.each([
  ['no JSON', 'nothing'],
  ['other JSON', '{"note":7,"tags":[]}'],
  ['a huge file', ' '.repeat(2 ** 20 + 1)],
])('notes.json that is %s is an error with its place, and is not overwritten', (_, text) => {
  const folder = newRun();
  writeFileSync(folder.notes, text);
  expect(() => readRunNotes(folder)).toThrow(FormatError);
  expect(() => readRunNotes(folder)).toThrow(folder.notes);
  expect(() => writeRunNotes(folder, { note: 'mine', tags: [] })).toThrow(FormatError);
  expect(readFileSync(folder.notes, 'utf8')).toBe(text);
});

test('notes are not written outside of a run', () => {
  const folder = newRun();
  rmSync(folder.path, { recursive: true });
  expect(() => writeRunNotes(folder, { note: 'mine', tags: [] })).toThrow(RunError);
});

test.skipIf(process.platform === 'win32')('a link in the place of notes.json is not followed', () => {
  const folder = newRun();
  const outside = join(folder.path, '..', 'outside.json');
  writeFileSync(outside, '{"note":"secret","tags":[]}');
  symlinkSync(outside, folder.notes);
  expect(() => readRunNotes(folder)).toThrow(FormatError);
  expect(() => writeRunNotes(folder, { note: '', tags: [] })).toThrow(FormatError);
});
