import { DeviceError, type Tensor } from '@kindling/core';
import { type StreamCollectives, streamCollectivesOf } from '@kindling/core/internal';
import type { Communicator } from '../communicator.ts';
import { agree, type Claim } from './agreement.ts';
import { NcclCommunicator } from './communicator.ts';
import { type NcclLibrary, openNcclLibrary, versionText } from './library.ts';

/** Whether NCCL must be used for tensors of GPUs, may be, or is not. */
export type NcclUse = 'demanded' | 'allowed' | 'declined';

/** The communicators of NCCL beside a group: one for each GPU of this process whose tensors are passed on. */
export class GpuGroups {
  readonly #group: Communicator;
  readonly #use: NcclUse;
  readonly #timeout: number;
  /** Undefined for a GPU whose tensors go through the host. */
  readonly #communicators = new Map<StreamCollectives, NcclCommunicator | undefined>();
  #library: NcclLibrary | undefined;
  #description: string | undefined;

  /** @param timeout Seconds that the host waits for other processes. */
  constructor(group: Communicator, use: NcclUse, timeout: number) {
    this.#group = group;
    this.#use = use;
    this.#timeout = timeout;
  }

  /** The library, in words; undefined before it is used. */
  get description(): string | undefined {
    return this.#description;
  }

  /**
   * What passes a tensor on; undefined where it goes through the host. The first call for a GPU joins the processes: every process makes it.
   *
   * @throws {DeviceError} where NCCL was asked for and cannot be used.
   */
  of(x: Tensor): NcclCommunicator | undefined {
    const collectives = streamCollectivesOf(x);
    if (collectives === undefined) return undefined;
    if (this.#communicators.has(collectives)) return this.#communicators.get(collectives);
    const communicator =
      this.#group.size === 1 && this.#use !== 'demanded' ? undefined : this.#join(collectives, x.device);
    this.#communicators.set(collectives, communicator);
    return communicator;
  }

  /** Leaves all communicators, once the GPUs are done; every process does. */
  close(): void {
    for (const [collectives, communicator] of this.#communicators) {
      if (communicator === undefined) continue;
      collectives.synchronize();
      communicator.close();
    }
    this.#communicators.clear();
  }

  #join(collectives: StreamCollectives, device: string): NcclCommunicator | undefined {
    const { reason, isDemanded, isDeclined } = agree(this.#group, this.#claim(collectives));
    if (reason === undefined) {
      const communicator = new NcclCommunicator(this.#library!, this.#group, collectives, this.#timeout);
      this.#description = `NCCL ${versionText(this.#library!.version)}`;
      return communicator;
    }
    if (isDemanded) throw new DeviceError(`nccl: ${reason}`);
    if (!isDeclined && this.#group.rank === 0) {
      process.stderr.write(
        `kindling: tensors on ${device} go through the host's memory between processes: ${reason}; KINDLING_NCCL=off hides this note\n`,
      );
    }
    return undefined;
  }

  #claim({ gpu }: StreamCollectives): Claim {
    const named = process.env.KINDLING_NCCL;
    const isDeclined = this.#use === 'declined' || named === 'off';
    const claim = { gpu, isDeclined, isDemanded: this.#use === 'demanded' };
    if (isDeclined) return { ...claim, reason: "KINDLING_NCCL=off or the backend 'mpi' was asked for" };
    try {
      this.#library ??= openNcclLibrary();
      return { ...claim, version: this.#library.version };
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      // A library that is named and does not load is a mistake.
      const isDemanded = claim.isDemanded || Boolean(named);
      return { ...claim, isDemanded, reason: error.message.replace(/^nccl: /, '') };
    }
  }
}
