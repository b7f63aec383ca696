/*
 * The files of the folder experiments/, word for word. Written by test/experiment/builtin.test.ts under `vitest run -u`; do
 * not edit.
 */
export const builtinTexts = {
  attention: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "attention",
  "description": "A transformer encoder reverses sequences of eight digits.",
  "seed": 777,
  "data": { "source": "reversal", "batchSize": 64, "validation": 0.1 },
  "model": [
    { "type": "embedding", "numEmbeddings": 10, "embeddingDim": 32 },
    "positionEmbedding",
    { "type": "transformerEncoder", "numLayers": 2, "nhead": 4, "dimFeedforward": 64, "dropout": 0 },
    { "type": "linear", "out": 10 }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adamW", "lr": 0.001 },
  "epochs": 20,
  "metrics": ["accuracy"]
}
`,
  'dcgan-mnist': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "dcgan-mnist",
  "description": "An adversarial pair of convolutions draws digits: transposed ones from noise to pixels, strided ones back.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 64, "dropLast": true, "scale": { "input": 2 }, "shift": -1 },
  "model": [
    { "type": "convTranspose2d", "out": 32, "kernelSize": 7, "bias": false },
    "batchNorm",
    "relu",
    { "type": "convTranspose2d", "out": 16, "kernelSize": 4, "stride": 2, "padding": 1, "bias": false },
    "batchNorm",
    "relu",
    { "type": "convTranspose2d", "out": 1, "kernelSize": 4, "stride": 2, "padding": 1, "bias": false },
    "tanh"
  ],
  "loss": "bceWithLogits",
  "optimizer": { "type": "adam", "lr": 0.0002, "betas": [0.5, 0.999] },
  "trainingStep": {
    "type": "adversarial",
    "noise": { "shape": [16, 1, 1] },
    "discriminator": {
      "model": [
        { "type": "conv2d", "out": 16, "kernelSize": 4, "stride": 2, "padding": 1 },
        { "type": "leakyRelu", "negativeSlope": 0.2 },
        { "type": "conv2d", "out": 32, "kernelSize": 4, "stride": 2, "padding": 1 },
        "batchNorm",
        { "type": "leakyRelu", "negativeSlope": 0.2 },
        "flatten",
        { "type": "linear", "out": 1 }
      ],
      "loss": "bceWithLogits",
      "optimizer": { "type": "adam", "lr": 0.0002, "betas": [0.5, 0.999] }
    }
  },
  "epochs": 5
}
`,
  'diabetes-deep': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "diabetes-deep",
  "description": "Diabetes with ten layers. With sigmoids (variant sigmoid) the gradients vanish in the first layers.",
  "seed": 777,
  "data": { "source": "diabetes" },
  "model": [
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 6 },
    "relu",
    { "type": "linear", "out": 1 },
    "sigmoid"
  ],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 0.1 },
  "epochs": 1000,
  "logEvery": 100,
  "metrics": ["accuracy"],
  "variants": {
    "sigmoid": {
      "model.1": "sigmoid",
      "model.3": "sigmoid",
      "model.5": "sigmoid",
      "model.7": "sigmoid",
      "model.9": "sigmoid",
      "model.11": "sigmoid",
      "model.13": "sigmoid",
      "model.15": "sigmoid",
      "model.17": "sigmoid"
    },
    "tanh": {
      "model.1": "tanh",
      "model.3": "tanh",
      "model.5": "tanh",
      "model.7": "tanh",
      "model.9": "tanh",
      "model.11": "tanh",
      "model.13": "tanh",
      "model.15": "tanh",
      "model.17": "tanh"
    },
    "leaky-relu": {
      "model.1": "leakyRelu",
      "model.3": "leakyRelu",
      "model.5": "leakyRelu",
      "model.7": "leakyRelu",
      "model.9": "leakyRelu",
      "model.11": "leakyRelu",
      "model.13": "leakyRelu",
      "model.15": "leakyRelu",
      "model.17": "leakyRelu"
    }
  }
}
`,
  diabetes: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "diabetes",
  "description": "Diabetes from eight measurements: three sigmoid layers.",
  "seed": 777,
  "data": { "source": "diabetes" },
  "model": [
    { "type": "linear", "out": 4 },
    "sigmoid",
    { "type": "linear", "out": 6 },
    "sigmoid",
    { "type": "linear", "out": 1 },
    "sigmoid"
  ],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 0.1 },
  "epochs": 1000,
  "logEvery": 100,
  "metrics": ["accuracy"]
}
`,
  digits: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "digits",
  "description": "Synthetic handwritten-style digits: no file, no download.",
  "seed": 777,
  "data": { "source": "digits", "batchSize": 64, "shuffle": true },
  "model": [
    { "type": "linear", "out": 128, "init": { "weight": "kaimingNormal", "bias": "zeros" } },
    "relu",
    { "type": "linear", "out": 10, "init": { "weight": "kaimingNormal", "bias": "zeros" } }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.001 },
  "epochs": 5,
  "metrics": ["accuracy", "confusionMatrix"]
}
`,
  'gan-1010': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "gan-1010",
  "description": "An adversarial pair learns the pattern high, low, high, low.",
  "seed": 777,
  "data": { "source": "pattern-1010" },
  "model": [{ "type": "linear", "out": 3 }, "sigmoid", { "type": "linear", "out": 4 }, "sigmoid"],
  "loss": "mse",
  "optimizer": { "type": "sgd", "lr": 0.01 },
  "trainingStep": {
    "type": "adversarial",
    "noise": { "shape": [1], "distribution": { "type": "constant", "value": 0.5 } },
    "realNoise": { "type": "uniform", "low": 0, "high": 0.2 },
    "discriminator": {
      "model": [{ "type": "linear", "out": 3 }, "sigmoid", { "type": "linear", "out": 1 }, "sigmoid"],
      "loss": "mse",
      "optimizer": { "type": "sgd", "lr": 0.01 }
    },
    "updates": "separate",
    "resample": true,
    "first": "discriminator"
  },
  "epochs": 10000,
  "logEvery": 100
}
`,
  'gan-mnist': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "gan-mnist",
  "description": "An adversarial pair draws digits: one image a step in file order.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 1 },
  "model": [
    { "type": "linear", "out": 200 },
    { "type": "leakyRelu", "negativeSlope": 0.02 },
    "layerNorm",
    { "type": "linear", "out": 784 },
    "sigmoid"
  ],
  "loss": "bce",
  "optimizer": { "type": "adam", "lr": 0.0001 },
  "trainingStep": {
    "type": "adversarial",
    "noise": { "shape": [100] },
    "discriminator": {
      "model": [
        { "type": "linear", "out": 200 },
        { "type": "leakyRelu", "negativeSlope": 0.02 },
        "layerNorm",
        { "type": "linear", "out": 1 },
        "sigmoid"
      ],
      "loss": "bce",
      "optimizer": { "type": "adam", "lr": 0.0001 }
    },
    "updates": "separate",
    "resample": true,
    "first": "discriminator"
  },
  "epochs": 4,
  "logEvery": 100
}
`,
  gru: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "gru",
  "description": "The next value of a sine from twenty: a layer in both directions, and two above it (GRU).",
  "seed": 7,
  "data": { "source": "sine", "window": 20 },
  "model": [
    { "type": "gru", "hiddenSize": 12, "bidirectional": true },
    { "type": "gru", "hiddenSize": 8, "numLayers": 2 },
    "lastStep",
    { "type": "linear", "out": 1 }
  ],
  "loss": "mse",
  "optimizer": { "type": "adam", "lr": 0.01 },
  "epochs": 200,
  "metrics": ["mae"]
}
`,
  hihello: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "hihello",
  "description": "A recurrent layer learns to spell: from hihell to ihello.",
  "seed": 0,
  "data": { "source": "text", "text": "hihello", "vocabulary": "hielo", "window": 6 },
  "model": [{ "type": "rnn", "hiddenSize": 5 }],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.1 },
  "epochs": 100,
  "metrics": ["accuracy"]
}
`,
  lstm: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "lstm",
  "description": "The next value of a sine from twenty: a layer in both directions, and two above it (LSTM).",
  "seed": 7,
  "data": { "source": "sine", "window": 20 },
  "model": [
    { "type": "lstm", "hiddenSize": 12, "bidirectional": true },
    { "type": "lstm", "hiddenSize": 8, "numLayers": 2 },
    "lastStep",
    { "type": "linear", "out": 1 }
  ],
  "loss": "mse",
  "optimizer": { "type": "adam", "lr": 0.01 },
  "epochs": 200,
  "metrics": ["mae"]
}
`,
  'mnist-cnn': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "mnist-cnn",
  "description": "Handwritten digits by two convolutions with max pooling, evaluated with averaged weights: 98.8 to 99.0 % after three epochs, by the seed.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 100, "shuffle": true, "dropLast": true },
  "model": [
    { "type": "conv2d", "out": 32, "kernelSize": 3, "padding": 1 },
    "relu",
    { "type": "maxPool2d", "kernelSize": 2 },
    { "type": "conv2d", "out": 64, "kernelSize": 3, "padding": 1 },
    "relu",
    { "type": "maxPool2d", "kernelSize": 2 },
    "flatten",
    { "type": "linear", "out": 10, "init": { "weight": "xavierUniform" } }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.001 },
  "weightAveraging": { "type": "ema", "decay": 0.9, "everySteps": 10 },
  "epochs": 15,
  "metrics": ["accuracy", "confusionMatrix"]
}
`,
  'mnist-lenet': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "mnist-lenet",
  "description": "Handwritten digits by LeNet-5 with ReLU and max pooling.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 128, "shuffle": true },
  "model": [
    { "type": "conv2d", "out": 6, "kernelSize": 5 },
    "relu",
    { "type": "maxPool2d", "kernelSize": 2 },
    { "type": "conv2d", "out": 16, "kernelSize": 5 },
    "relu",
    { "type": "maxPool2d", "kernelSize": 2 },
    "flatten",
    { "type": "linear", "out": 120 },
    "relu",
    { "type": "linear", "out": 84 },
    "relu",
    { "type": "linear", "out": 10 }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.001 },
  "epochs": 10,
  "metrics": ["accuracy", "confusionMatrix"]
}
`,
  'mnist-resnet': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "mnist-resnet",
  "description": "Handwritten digits by a small residual network with batch normalization.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 64, "shuffle": true },
  "model": [
    { "type": "conv2d", "out": 8, "kernelSize": 3, "padding": 1, "bias": false },
    "batchNorm",
    "relu",
    {
      "type": "residual",
      "layers": [
        { "type": "conv2d", "out": 8, "kernelSize": 3, "padding": 1, "bias": false },
        "batchNorm",
        "relu",
        { "type": "conv2d", "out": 8, "kernelSize": 3, "padding": 1, "bias": false },
        "batchNorm"
      ]
    },
    "relu",
    {
      "type": "residual",
      "layers": [
        { "type": "conv2d", "out": 16, "kernelSize": 3, "stride": 2, "padding": 1, "bias": false },
        "batchNorm",
        "relu",
        { "type": "conv2d", "out": 16, "kernelSize": 3, "padding": 1, "bias": false },
        "batchNorm"
      ],
      "skip": [{ "type": "conv2d", "out": 16, "kernelSize": 1, "stride": 2, "bias": false }, "batchNorm"]
    },
    "relu",
    { "type": "adaptiveAvgPool2d", "outputSize": 1 },
    "flatten",
    { "type": "linear", "out": 10 }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.01, "weightDecay": 0.0001 },
  "epochs": 3,
  "metrics": ["accuracy", "confusionMatrix"]
}
`,
  'mnist-single': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "mnist-single",
  "description": "Handwritten digits, one image per step in file order; each variant is one improvement, all combines them.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 1, "target": "oneHot" },
  "model": [{ "type": "linear", "out": 200 }, "sigmoid", { "type": "linear", "out": 10 }, "sigmoid"],
  "loss": "mse",
  "optimizer": { "type": "sgd", "lr": 0.01 },
  "epochs": 3,
  "metrics": ["accuracy", "confusionMatrix"],
  "variants": {
    "mse": {},
    "bce": { "loss": "bce" },
    "leaky": {
      "model.1": { "type": "leakyRelu", "negativeSlope": 0.02 },
      "model.3": { "type": "leakyRelu", "negativeSlope": 0.02 }
    },
    "adam": { "optimizer": "adam" },
    "layer-norm": {
      "model": [
        { "type": "linear", "out": 200 },
        "sigmoid",
        { "type": "layerNorm" },
        { "type": "linear", "out": 10 },
        "sigmoid"
      ]
    },
    "all": {
      "model": [
        { "type": "linear", "out": 200 },
        { "type": "leakyRelu", "negativeSlope": 0.02 },
        { "type": "layerNorm" },
        { "type": "linear", "out": 10 },
        "sigmoid"
      ],
      "loss": "bce",
      "optimizer": "adam"
    }
  }
}
`,
  mnist: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "mnist",
  "description": "Handwritten digits in batches: one hidden layer, cross-entropy, Adam.",
  "seed": 777,
  "data": { "source": "mnist", "batchSize": 256, "shuffle": true },
  "model": [
    { "type": "linear", "out": 256, "init": { "weight": "kaimingNormal", "bias": "zeros" } },
    "relu",
    { "type": "linear", "out": 10, "init": { "weight": "kaimingNormal", "bias": "zeros" } }
  ],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.001 },
  "epochs": 10,
  "metrics": ["accuracy", "confusionMatrix"]
}
`,
  sentence: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "sentence",
  "description": "Two recurrent layers and a linear one learn the next character of each window of a sentence.",
  "seed": 0,
  "data": {
    "source": "text",
    "text": "if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, but rather teach them to long for the endless immensity of the sea.",
    "window": 10
  },
  "model": [{ "type": "rnn", "hiddenSize": 25, "numLayers": 2 }, { "type": "linear", "out": 25 }],
  "loss": "crossEntropy",
  "optimizer": { "type": "adam", "lr": 0.1 },
  "epochs": 100,
  "metrics": ["accuracy"]
}
`,
  'weight-height-numpy': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "weight-height-numpy",
  "description": "Height from weight as in the NumPy program: float64, NumPy's random numbers, and 1 as the derivative of ReLU everywhere. The variant true-gradient uses the true derivative.",
  "seed": 220120,
  "generator": "numpy",
  "dtype": "float64",
  "data": { "source": "weight-height", "scale": { "input": 0.01, "target": 0.01 } },
  "model": [
    { "type": "linear", "out": 8, "init": { "weight": "normal", "bias": "normal" } },
    { "type": "relu", "straightThrough": true },
    { "type": "linear", "out": 4, "init": { "weight": "normal", "bias": "normal" } },
    { "type": "relu", "straightThrough": true },
    { "type": "linear", "out": 1, "init": { "weight": "normal", "bias": "normal" } }
  ],
  "loss": "mse",
  "optimizer": { "type": "sgd", "lr": 0.1 },
  "epochs": 2000,
  "logEvery": 100,
  "variants": {
    "true-gradient": { "model.1": "relu", "model.3": "relu" }
  }
}
`,
  'weight-height': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "weight-height",
  "description": "Height from weight, with autograd.",
  "seed": 220119,
  "data": { "source": "weight-height", "scale": { "input": 0.1, "target": 0.1 } },
  "model": [
    { "type": "linear", "out": 8 },
    "relu",
    { "type": "linear", "out": 4 },
    "relu",
    { "type": "linear", "out": 1 }
  ],
  "loss": "mse",
  "optimizer": { "type": "sgd", "lr": 0.01 },
  "epochs": 3001,
  "logEvery": 100
}
`,
  'xor-wide-deep': `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "xor-wide-deep",
  "description": "XOR with three hidden layers of ten units.",
  "seed": 777,
  "data": { "source": "xor" },
  "model": [
    { "type": "linear", "out": 10 },
    "sigmoid",
    { "type": "linear", "out": 10 },
    "sigmoid",
    { "type": "linear", "out": 10 },
    "sigmoid",
    { "type": "linear", "out": 1 },
    "sigmoid"
  ],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 1 },
  "epochs": 10001,
  "logEvery": 100,
  "metrics": ["accuracy"]
}
`,
  xor: `{
  "$schema": "../packages/train/experiment.schema.json",
  "name": "xor",
  "description": "XOR with two hidden units: the smallest network for a problem that is not linearly separable.",
  "seed": 777,
  "data": { "source": "xor" },
  "model": [{ "type": "linear", "out": 2 }, "sigmoid", { "type": "linear", "out": 1 }, "sigmoid"],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 1 },
  "epochs": 10001,
  "logEvery": 100,
  "metrics": ["accuracy"]
}
`,
} as const;

export type BuiltinName = keyof typeof builtinTexts;

export const isBuiltinName = (name: string): name is BuiltinName => Object.hasOwn(builtinTexts, name);

/** The experiments that come with Kindling. */
export const builtinNames: readonly BuiltinName[] = Object.keys(builtinTexts).filter(isBuiltinName);
