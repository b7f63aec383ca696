import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './implementations.ts';
import { selectNames } from './selection.ts';

export interface Options {
  readonly only: readonly string[];
  /** Empty: all. */
  readonly peers: readonly PeerName[];
  readonly runs: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly list: boolean;
  readonly help: boolean;
  /** Where the results go; undefined: to a file named by the date. */
  readonly out: string | undefined;
  /** A file of results to print, in place of measuring. */
  readonly from: string | undefined;
  /** Folder that charts of what grows are drawn into. */
  readonly charts: string | undefined;
}

export const usage = `Usage: npm run bench -- [options]

Measures Kindling beside its peers, prints a table, and writes bench/results/<date>.json.

  --only NAMES    workloads or groups, comma-separated; a name may end in * (see --list)
  --peers NAMES   of ${peerNames.join(', ')}
  --runs N        samples of each, taken in turn (default 9; with --quick 3)
  --quick         shorter samples; what takes long is left out: for trying the bench, not for numbers
  --json          print what is written, not the table
  --markdown      print the tables in Markdown, as they stand in READMEs
  --out FILE      write there
  --from FILE     print what a file of results holds, and measure nothing
  --charts DIR    draw rows, width and depth of the group growth into DIR, as SVG in two themes
  --list          name the workloads
  --help          this text
`;

/** An option that is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const listed = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new UsageError(`--runs: expected an integer of at least 1, got ${JSON.stringify(text)}`);
  }
  return value;
}

/**
 * The options of a command line.
 *
 * @throws UsageError for an unknown option or a wrong number; UnknownNameError for an unknown peer.
 */
export function parseOptions(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const parse = () =>
    parseArgs({
      args: [...args],
      options: {
        only: text,
        peers: text,
        runs: text,
        out: text,
        from: text,
        charts: text,
        quick: flag,
        json: flag,
        markdown: flag,
        list: flag,
        help: flag,
      },
    });
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse());
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { quick, json, markdown, list, help, out, from, charts } = values;
  if (json && markdown) throw new UsageError('expected --json or --markdown, got both');
  return {
    only: listed(values.only),
    peers: selectNames('--peers', listed(values.peers), peerNames),
    runs: values.runs === undefined ? (quick ? 3 : 9) : wholeNumber(values.runs),
    quick,
    json,
    markdown,
    list,
    help,
    out,
    from,
    charts,
  };
}
