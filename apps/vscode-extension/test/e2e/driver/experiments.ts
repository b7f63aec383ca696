/** The text of an experiment that is trained within a second. */
export const xorExperiment = (name: string): string => `{
  "name": "${name}",
  "seed": 777,
  "data": { "source": "xor" },
  "model": [{ "type": "linear", "out": 2 }, "sigmoid", { "type": "linear", "out": 1 }, "sigmoid"],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 1 },
  "epochs": 3000,
  "logEvery": 100,
  "metrics": ["accuracy"]
}
`;
