import { stack, where } from '../../combine.ts';
import type { Tensor } from '../../tensor.ts';
import type { Recurrence, RecurrenceOperands, RecurrenceResult } from './recurrence.ts';

/** What a step goes on from; `c` is the cell state of an LSTM. */
interface State {
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

/** One step from what the input and the previous output add to the gates. */
type Step = (ofInput: Tensor, ofHidden: Tensor, state: State) => State;

/** c' = f·c + i·g, h' = o·tanh c'. */
const lstm: Step = (ofInput, ofHidden, { c }) => {
  const [i, f, g, o] = ofInput.add(ofHidden).chunk(4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const next = f.sigmoid().mul(c!).add(i.sigmoid().mul(g.tanh()));
  return { h: o.sigmoid().mul(next.tanh()), c: next };
};

/** n = tanh(xₙ + r·hₙ), h' = (1 − z)·n + z·h. */
const gru: Step = (ofInput, ofHidden, { h }) => {
  const [xr, xz, xn] = ofInput.chunk(3, 1) as [Tensor, Tensor, Tensor];
  const [hr, hz, hn] = ofHidden.chunk(3, 1) as [Tensor, Tensor, Tensor];
  const candidate = xn.add(xr.add(hr).sigmoid().mul(hn)).tanh();
  return { h: candidate.add(xz.add(hz).sigmoid().mul(h.sub(candidate))), c: undefined };
};

const steps: { readonly [K in Recurrence['cell']]: Step } = {
  tanh: (ofInput, ofHidden) => ({ h: ofInput.add(ofHidden).tanh(), c: undefined }),
  relu: (ofInput, ofHidden) => ({ h: ofInput.add(ofHidden).relu(), c: undefined }),
  lstm,
  gru,
};

/** The recurrence step by step. Where lengths are given, what lies behind the end of a sequence changes no state and gives 0. */
export function composedRecurrence(
  { cell, reverse, batchFirst }: Recurrence,
  { gates, h0, c0, weight, bias, projection, lengths }: RecurrenceOperands,
): RecurrenceResult {
  const time = batchFirst ? 1 : 0;
  const inputs = gates.unbind(time);
  const outputs: Tensor[] = [];
  let state: State = { h: h0, c: c0 };
  for (let i = 0; i < inputs.length; i++) {
    const t = reverse ? inputs.length - 1 - i : i;
    let { h, c } = steps[cell](inputs[t]!, state.h.linear(weight, bias), state);
    if (projection !== undefined) h = h.linear(projection);
    outputs[t] = h;
    if (lengths !== undefined) {
      const present = lengths.gt(t).unsqueeze(1);
      outputs[t] = where(present, h, 0);
      h = where(present, h, state.h);
      c = c && where(present, c, state.c!);
    }
    state = { h, c };
  }
  return { output: stack(outputs, time), ...state };
}
