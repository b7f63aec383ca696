import type { PlacedCall } from '../placed-call.ts';
import type { Program } from '../recording.ts';
import type { CudaBackend } from './backend.ts';
import type { Block } from './memory.ts';
import type { CellArea } from './recording.ts';

/** Ends what belongs to programs that are gone. */
const abandoned = new FinalizationRegistry<() => void>((end) => end());

/** A sequence of calls as a CUDA graph: a replay is one upload of the cells and one launch. */
export class CudaProgram implements Program {
  readonly #backend: CudaBackend;
  readonly #graph: number;
  readonly #mayComplain: boolean;
  readonly #areas: readonly CellArea[];
  /** The memory that the graph works on, which lives as long as the program. */
  readonly blocks: readonly Block[];

  constructor(
    backend: CudaBackend,
    calls: readonly PlacedCall[],
    blocks: readonly Block[],
    areas: readonly CellArea[],
  ) {
    this.#backend = backend;
    this.#areas = areas;
    const { graph, scratch, mayComplain } = backend.capture(calls);
    this.#graph = graph;
    this.#mayComplain = mayComplain;
    this.blocks = [...blocks, ...scratch];
    abandoned.register(this, () => backend.release(graph));
  }

  replay(): void {
    for (const area of this.#areas) {
      if (!area.isChanged) continue;
      area.isChanged = false;
      this.#backend.upload(area.block.address, area.mirror.subarray(0, area.used));
    }
    this.#backend.replay(this.#graph, this.#mayComplain);
  }
}
