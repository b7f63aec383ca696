/** Longest waits of a transfer, in milliseconds. */
export interface Timeouts {
  /** From the start to a connection: name look-up, TCP and TLS. Default 3,000: offline shows in seconds. */
  readonly connect: number;
  /** From the connection to the answer's first byte. Default 10,000. */
  readonly answer: number;
  /** Between two chunks of the answer. Default 10,000. */
  readonly stall: number;
}

export const defaultTimeouts: Timeouts = { connect: 3_000, answer: 10_000, stall: 10_000 };

/** Why a transfer ended early. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  /** Whether the same request may well succeed in a moment. */
  readonly transient: boolean;

  constructor(reason: string, transient: boolean, options?: ErrorOptions) {
    super(reason, options);
    this.transient = transient;
  }
}

export interface TransferOptions {
  readonly timeouts: Timeouts;
  /** More bytes than this are refused. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Bytes on disk so far, and how many there will be, if the server says. */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
}
