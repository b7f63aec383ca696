import { describe, expect, test } from 'vitest';
import { loadExperiment } from '../../src/experiment/load-experiment.ts';
import { modelColumns } from '../../src/experiment/model-columns.ts';
import { parseExperiment } from '../../src/experiment/parse-experiment.ts';

const csv = (data: object, model: unknown[]) =>
  parseExperiment({
    name: 'mine',
    data: { source: 'csv', path: 'a.csv', ...data },
    model,
    loss: 'mse',
    optimizer: { type: 'sgd', lr: 0.1 },
    epochs: 1,
  });

describe('modelColumns', () => {
  test('are layers, shapes and parameters, without reading data', async () => {
    expect(modelColumns(await loadExperiment('mnist-single'))).toEqual({
      layers: ['input', 'Linear', 'Sigmoid', 'Linear', 'Sigmoid'],
      modules: [
        'input',
        'Linear(in_features=784, out_features=200, bias=True)',
        'Sigmoid()',
        'Linear(in_features=200, out_features=10, bias=True)',
        'Sigmoid()',
      ],
      shapes: [
        ['N', 784],
        ['N', 200],
        ['N', 200],
        ['N', 10],
        ['N', 10],
      ],
      parameters: [0, 157_000, 0, 2010, 0],
    });
  });

  test('keep what shapes do not say', () => {
    const model = [
      { type: 'linear', out: 4 },
      'layerNorm',
      { type: 'leakyRelu', negativeSlope: 0.02 },
      { type: 'dropout', p: 0.5 },
      'flatten',
    ];
    const { layers } = modelColumns(csv({ targets: ['y'] }, model), [3]);
    expect(layers).toEqual([
      'input',
      'Linear',
      'LayerNorm',
      'LeakyReLU(negative_slope=0.02)',
      'Dropout(p=0.5)',
      'Flatten',
    ]);
  });

  test('take the inputs of a CSV file by their names or from the first layer', () => {
    const named = csv({ inputs: ['a', 'b'], targets: ['y'] }, [{ type: 'linear', out: 1 }]);
    expect(modelColumns(named).shapes[0]).toEqual(['N', 2]);
    const sized = csv({ targets: ['y'] }, [{ type: 'linear', in: 7, out: 1 }]);
    expect(modelColumns(sized).shapes[0]).toEqual(['N', 7]);
    const unknown = csv({ targets: ['y'] }, [{ type: 'linear', out: 1 }]);
    expect(() => modelColumns(unknown)).toThrow(
      'mine: data.inputs: expected the names of the columns that the model takes, or its first layer to have "in", got neither',
    );
  });

  test('name the layer that does not fit', async () => {
    const experiment = await loadExperiment('xor');
    expect(() => modelColumns(experiment, [3, 5])).not.toThrow();
    const wrong = csv({ targets: ['y'] }, [{ type: 'linear', in: 2, out: 1 }]);
    expect(() => modelColumns(wrong, [3])).toThrow('model.0.in: expected 3');
  });
});
