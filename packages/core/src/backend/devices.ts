import { describe } from '../arguments.ts';
import { DeviceError, KindlingError } from '../errors.ts';
import { environment, hasNodeModules } from '../host.ts';
import type { Backend } from './backend.ts';
import { packageFolder } from './package-folder.ts';

/** One way to serve a device. Candidates of a device are tried in the order they were registered. */
export interface Candidate {
  /** The engine: `reference`, `native`, `wasm`, `cuda`, `tfjs`. */
  readonly engine: string;
  /** Opens the engine for the n-th device of its kind. Throws a {@link KindlingError} that says what was checked. */
  open(index: number): Backend;
  /**
   * Describes what {@link open} would find without running code of a package. Throws as `open` does. Left out: opening runs no such
   * code.
   */
  inspect?(index: number): string;
  /** How many devices of the kind there are; left out: one. */
  count?(): number;
  /** Whether it should work on this platform, so that {@link announceFallback} has something to say where it does not. Left out: no. */
  isExpected?(): boolean;
}

/** What became of a device's candidates. */
export interface DeviceReport {
  readonly device: string;
  readonly available: boolean;
  /** The engine that serves it, where one does. */
  readonly engine: string | undefined;
  /** What each engine that was tried answered. */
  readonly checks: readonly { readonly engine: string; readonly result: string }[];
}

const candidates = new Map<string, Candidate[]>();
const opened = new Map<string, Backend>();
/** Engines that serve in the place of one that was expected, with what to say about it. */
const fallbacks = new Map<Backend, string>();

/** Adds an engine for a kind of device (`cpu`, `cuda`, `tfjs`), behind those already there. */
export function registerDevice(kind: string, candidate: Candidate): void {
  candidates.set(kind, [...(candidates.get(kind) ?? []), candidate]);
}

function parse(device: string): { kind: string; index: number } {
  const match = typeof device === 'string' ? /^([a-z]+)(?::(\d+))?$/.exec(device) : null;
  const kind = match?.[1];
  if (kind === undefined || (kind !== 'auto' && !candidates.has(kind))) {
    const known = ['auto', ...candidates.keys()].join(', ');
    throw new DeviceError(
      `device: expected one of ${known} (or a numbered one such as cuda:1), got ${typeof device === 'string' ? device : describe(device)}`,
    );
  }
  return { kind, index: Number(match?.[2] ?? 0) };
}

/** What an engine says, where it is said beside who says it. */
const withoutPrefix = (message: string, engine: string): string =>
  message.startsWith(`${engine}: `) ? message.slice(engine.length + 2) : message;

type Checks = DeviceReport['checks'];

/** Asks the candidates of a device until one answers; undefined where none does. */
function firstOf<T>(
  device: string,
  ask: (candidate: Candidate, index: number) => readonly [found: T, result: string],
): { readonly found: T | undefined; readonly checks: Checks } {
  const { kind, index } = parse(device);
  const forced = kind === 'cpu' ? environment('KINDLING_BACKEND') : undefined;
  const checks: { engine: string; result: string }[] = [];
  for (const candidate of candidates.get(kind) ?? []) {
    const { engine } = candidate;
    if (forced !== undefined && forced !== engine) continue;
    try {
      const [found, result] = ask(candidate, index);
      checks.push({ engine, result });
      return { found, checks };
    } catch (error) {
      if (!(error instanceof KindlingError)) throw error;
      checks.push({ engine, result: withoutPrefix(error.message, engine) });
    }
  }
  if (checks.length === 0 && forced !== undefined) {
    const known = (candidates.get(kind) ?? []).map(({ engine }) => engine).join(', ');
    checks.push({ engine: forced, result: `expected KINDLING_BACKEND to be one of ${known}, got ${forced}` });
  }
  return { found: undefined, checks };
}

const tryOpen = (device: string): { readonly found: Backend | undefined; readonly checks: Checks } =>
  firstOf(device, ({ open }, index) => {
    const backend = open(index);
    return [backend, backend.description ?? 'works'];
  });

/**
 * The backend that serves a device, opened at first use. `auto` is cuda where it works, else the CPU.
 *
 * Throws {@link DeviceError} with what each engine answered; no other device takes the place of one that was asked for.
 */
export function backendFor(device: string): Backend {
  const known = opened.get(device);
  if (known !== undefined) return known;
  if (device === 'auto') return backendFor(candidates.has('cuda') && tryOpen('cuda').found ? 'cuda' : 'cpu');
  const { found: backend, checks } = tryOpen(device);
  if (backend === undefined) throw unavailable(device, checks);
  opened.set(device, backend);
  const missed = checks.slice(0, -1).find(({ engine }) => isExpected(device, engine));
  if (missed !== undefined) {
    const note = `${device} uses the ${backend.name} engine instead of the faster ${missed.engine} engine: ${missed.result}`;
    const remedy = `; KINDLING_BACKEND=${backend.name} hides this note`;
    fallbacks.set(backend, hasNodeModules() ? note + remedy : note);
    // Nothing but a new bundle helps, whatever the program does.
    if (hasNodeModules() && packageFolder(missed.engine) === undefined) announce(backend);
  }
  return backend;
}

function unavailable(device: string, checks: Checks): DeviceError {
  const findings = checks.map(({ engine, result }) => `${engine}: ${result}`).join('; ');
  return new DeviceError(`device: expected ${device} to be available, but ${findings}`);
}

function inspect(device: string): DeviceReport {
  const { found: engine, checks } = firstOf(device, (candidate, index) => {
    if (candidate.inspect !== undefined) return [candidate.engine, candidate.inspect(index)];
    const backend = candidate.open(index);
    return [backend.name, backend.description ?? 'works'];
  });
  return { device, available: engine !== undefined, engine, checks };
}

const isExpected = (device: string, engine: string): boolean =>
  candidates
    .get(parse(device).kind)
    ?.find((each) => each.engine === engine)
    ?.isExpected?.() ?? false;

/** Says once what {@link announceFallback} says, of a backend that is open. */
export function announce(backend: Backend): void {
  const note = fallbacks.get(backend);
  if (note === undefined) return;
  fallbacks.delete(backend);
  if (hasNodeModules()) process.stderr.write(`kindling: ${note}\n`);
  else console.warn(`kindling: ${note}`);
}

/**
 * Says on stderr, in a browser on its console, once, where a device is served by another engine than the one that is expected on this
 * platform: on the CPU, by WebAssembly or plain TypeScript and not by the native engine. The line has the reason and the remedy. `KINDLING_BACKEND`, which chooses an engine, leaves
 * nothing to be said. `Trainer`, `compile` and the command line call it.
 */
export function announceFallback(device: string = defaultDevice): void {
  announce(backendFor(device));
}

/**
 * What `kindling devices` shows: each device (`cuda`, `cuda:1`), whether it works, and why not. Packages of TensorFlow.js are found and
 * read, not run: of them the report says what is installed.
 */
export function deviceReports(): DeviceReport[] {
  return [...candidates].flatMap(([kind, engines]) => {
    const count = Math.max(1, ...engines.map((engine) => engine.count?.() ?? 1));
    return Array.from({ length: count }, (_, index) => inspect(index === 0 ? kind : `${kind}:${index}`));
  });
}

/**
 * Checks that a device could serve as far as that can be seen without running code of packages that are not Kindling's.
 *
 * @throws DeviceError with what each engine answered.
 */
export function inspectDevice(device: string): void {
  const { available, checks } = inspect(device);
  if (!available) throw unavailable(device, checks);
}

/** The engine that serves a device since it was first used; undefined before. */
export const engineInUse = (device: string): string | undefined => opened.get(device)?.name;

let defaultDevice = 'cpu';

/**
 * Sets the device on which tensors are created without a `device` option; `cpu` at first.
 *
 * @throws DeviceError for a device that is not there.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.set_default_device.html
 */
export function setDefaultDevice(device: string): void {
  backendFor(device);
  defaultDevice = device;
}

/** What {@link setDefaultDevice} has set. */
export const getDefaultDevice = (): string => defaultDevice;
