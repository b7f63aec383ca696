import { UsageError } from '../usage-error.ts';

export type Redis = import('ioredis').Redis;
type Bull = typeof import('bullmq');

/** A Redis server, and the library whose queues stand on it. */
export interface Broker extends AsyncDisposable {
  readonly bull: Bull;
  readonly redis: Redis;
  /** The address without a password. */
  readonly shown: string;
  /** Another connection, as each queue wants one of its own. */
  connect(): Redis;
}

/** How long the first answer of a server may take, in milliseconds. */
const FIRST_ANSWER_MS = 10_000;

async function libraries(): Promise<{ bull: Bull; IORedis: typeof import('ioredis').Redis }> {
  try {
    const [bull, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bull, IORedis: ioredis.Redis };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new UsageError(
      `queue: expected the packages bullmq and ioredis, got ${reason}; run: npm install bullmq ioredis`,
    );
  }
}

/** @throws UsageError for anything but a URL of Redis. */
function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address !== undefined && ['redis:', 'rediss:'].includes(address.protocol)) return address;
  throw new UsageError(`queue: expected redis://host:6379, or rediss:// with TLS, got ${url}`);
}

/**
 * Connects to `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS.
 *
 * @throws UsageError where there is no such server, or the libraries are not installed.
 */
export async function connectBroker(url: string): Promise<Broker> {
  const address = addressOf(url);
  const shown = `${address.protocol}//${address.host}${address.pathname}`;
  const { bull, IORedis } = await libraries();
  const open: Redis[] = [];
  let lastError = 'no answer';
  const connect = (): Redis => {
    // Commands wait while a server is away: it may be restarted.
    const redis = new IORedis(url, {
      maxRetriesPerRequest: null,
      retryStrategy: (n) => Math.min(100 * n, 2000),
    });
    redis.on('error', (error: Error & { code?: string }) => {
      lastError = error.code ?? error.message;
    });
    open.push(redis);
    return redis;
  };
  const redis = connect();
  const late = Symbol('late');
  const answered = await Promise.race([
    redis.ping(),
    new Promise<typeof late>((resolve) => setTimeout(resolve, FIRST_ANSWER_MS, late)),
  ]).catch((error: Error) => {
    lastError = error.message;
    return late;
  });
  if (answered === late) {
    for (const one of open) one.disconnect();
    throw new UsageError(`queue: expected a Redis server at ${shown}, got ${lastError}`);
  }
  return {
    bull,
    redis,
    shown,
    connect,
    async [Symbol.asyncDispose]() {
      for (const one of open) one.disconnect();
    },
  };
}
