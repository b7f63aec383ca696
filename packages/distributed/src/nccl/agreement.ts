import { hostname } from 'node:os';
import type { Communicator } from '../communicator.ts';
import { versionText } from './library.ts';

/** What a process says before NCCL is used. */
export interface Claim {
  /** The version of its library; undefined where it uses none. */
  readonly version?: number | undefined;
  /** Why it uses none. */
  readonly reason?: string | undefined;
  /** The UUID of its GPU. */
  readonly gpu: string;
  /** Whether it was asked for NCCL, and is to fail without it; whether it was asked to do without. */
  readonly isDemanded: boolean;
  readonly isDeclined: boolean;
}

/** What all processes know then, each the same. */
export interface Agreement {
  /** Why tensors go through the host; undefined where they go through NCCL. */
  readonly reason: string | undefined;
  readonly isDemanded: boolean;
  readonly isDeclined: boolean;
}

/** Bytes of a claim on its way. */
const CLAIM_BYTES = 2048;

interface PlacedClaim extends Claim {
  readonly host: string;
}

/** Tells the processes of a group what each claims; every process does. */
export function agree(group: Communicator, own: Claim): Agreement {
  const claim: PlacedClaim = { ...own, reason: own.reason?.slice(0, CLAIM_BYTES / 4), host: hostname() };
  const mine = new Uint8Array(CLAIM_BYTES);
  new TextEncoder().encodeInto(JSON.stringify(claim), mine);
  const all = new Uint8Array(CLAIM_BYTES * group.size);
  group.allGather(mine, all);
  const claims = Array.from({ length: group.size }, (_, r): PlacedClaim => {
    const bytes = all.subarray(r * CLAIM_BYTES, (r + 1) * CLAIM_BYTES);
    return JSON.parse(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))));
  });
  return {
    reason: reasonAgainst(claims),
    isDemanded: claims.some(({ isDemanded }) => isDemanded),
    isDeclined: claims.every(({ isDeclined }) => isDeclined),
  };
}

/** What keeps the processes from using NCCL together. */
function reasonAgainst(claims: readonly PlacedClaim[]): string | undefined {
  const place = (rank: number): string => `process ${rank} of ${claims.length} on ${claims[rank]!.host}`;
  const without = claims.findIndex(({ reason }) => reason !== undefined);
  if (without >= 0) return `${claims[without]!.reason} (${place(without)})`;
  const [{ version }] = claims as readonly [PlacedClaim];
  const other = claims.findIndex((claim) => claim.version !== version);
  if (other >= 0) {
    const versions = [version!, claims[other]!.version!].map(versionText);
    return `expected one version of NCCL at all processes, got ${versions[0]} at ${place(0)} and ${versions[1]} at ${place(other)}`;
  }
  const gpus = claims.map(({ host, gpu }) => `${host} ${gpu}`);
  const second = gpus.findIndex((gpu, rank) => gpus.indexOf(gpu) < rank);
  if (second < 0) return undefined;
  return `expected a GPU of its own for each process, got one for ${place(gpus.indexOf(gpus[second]!))} and ${place(second)}`;
}
