/*
 * The files of the folder experiments/sweeps/, word for word. Written by test/sweep/builtin-sweeps.test.ts under `vitest run -u`;
 * do not edit.
 */
export const builtinSweepTexts = {
  'diabetes-homework': `{
  "$schema": "../../packages/train/sweep.schema.json",
  "name": "diabetes-homework",
  "description": "The homework of the diabetes tutorial: what depth, width and activation do, and how gradients vanish under sigmoids.",
  "experiment": "diabetes-deep",
  "axes": {
    "width": {
      "paths": [
        "model.0.out",
        "model.2.out",
        "model.4.out",
        "model.6.out",
        "model.8.out",
        "model.10.out",
        "model.12.out",
        "model.14.out",
        "model.16.out"
      ],
      "values": [4, 16]
    },
    "activation": {
      "paths": [
        "model.1",
        "model.3",
        "model.5",
        "model.7",
        "model.9",
        "model.11",
        "model.13",
        "model.15",
        "model.17"
      ],
      "values": ["sigmoid", "tanh", "relu"]
    },
    "depth": {
      "options": {
        "3": {
          "model.17": null,
          "model.16": null,
          "model.15": null,
          "model.14": null,
          "model.13": null,
          "model.12": null,
          "model.11": null,
          "model.10": null,
          "model.9": null,
          "model.8": null,
          "model.7": null,
          "model.6": null,
          "model.5": null,
          "model.4": null
        },
        "6": {
          "model.17": null,
          "model.16": null,
          "model.15": null,
          "model.14": null,
          "model.13": null,
          "model.12": null,
          "model.11": null,
          "model.10": null
        },
        "10": {}
      }
    }
  }
}
`,
} as const;

export type BuiltinSweepName = keyof typeof builtinSweepTexts;

export const isBuiltinSweepName = (name: string): name is BuiltinSweepName =>
  Object.hasOwn(builtinSweepTexts, name);

/** The sweeps that come with Kindling. */
export const builtinSweepNames: readonly BuiltinSweepName[] =
  Object.keys(builtinSweepTexts).filter(isBuiltinSweepName);
