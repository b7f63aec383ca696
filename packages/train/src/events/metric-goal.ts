const FALLING = new Set(
  'loss losses error errors mse rmse mae mape nll bce kl cost perplexity ppl fid wer cer divergence'.split(
    ' ',
  ),
);
const RISING = new Set(
  'accuracy acc precision recall f1 r2 auc ap map iou dice bleu rouge psnr ssim reward return score'.split(
    ' ',
  ),
);

/** Words of a name: `validation.loss`, `loss/generator`, `meanAbsoluteError`, `top1_acc`. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]/);

/**
 * Whether small or large values of a metric are good, by the words of its name: losses and errors are to be small, accuracies and
 * scores large. Undefined for any other name.
 */
export function metricGoal(name: string): 'min' | 'max' | undefined {
  const words = wordsOf(name);
  if (words.some((word) => FALLING.has(word))) return 'min';
  return words.some((word) => RISING.has(word)) ? 'max' : undefined;
}
