/** What a name of a package has in the place of PyTorch's, Lightning's, Node's or another library's, where that has another name. */
export type Counterparts = Readonly<Record<string, string>>;

/** The same words for several names. */
const each = (names: string, words: string): Counterparts =>
  Object.fromEntries(names.split(' ').map((name) => [name, words]));

export const ofTrain: Counterparts = {
  Trainer: '`lightning.Trainer`',
  EarlyStopping: '`lightning.pytorch.callbacks.EarlyStopping`',
  WeightAveraging: '`lightning.pytorch.callbacks.WeightAveraging`',
  AveragedWeights: '`torch.optim.swa_utils.AveragedModel`',
  ConsoleLogger: '`lightning.pytorch.callbacks.ProgressBar`',
  RunLogger: '`lightning.pytorch.loggers.Logger`',
  TrainSteps: 'the loop of `Trainer.fit`, a step at a time',
  evaluate: '`Trainer.validate`, without a trainer',
  createRun: '`torch.utils.tensorboard.SummaryWriter`',
  Accuracy: '`torchmetrics.Accuracy`',
  ConfusionMatrix: '`torchmetrics.ConfusionMatrix`',
  F1: '`torchmetrics.F1Score`',
  Mean: '`torchmetrics.MeanMetric`',
  MeanAbsoluteError: '`torchmetrics.MeanAbsoluteError`',
  Precision: '`torchmetrics.Precision`',
  Recall: '`torchmetrics.Recall`',
  R2Score: '`torchmetrics.R2Score`',
  bce: '`F.binary_cross_entropy`',
  bceWithLogits: '`F.binary_cross_entropy_with_logits`',
  crossEntropy: '`F.cross_entropy`',
  huber: '`F.huber_loss`',
  klDiv: '`F.kl_div`',
  gaussianNll: '`F.gaussian_nll_loss`, with means and logarithms of variances in one output',
  loadRuns: 'reads the runs of a browser from its storage',
  runsSaved: 'waits until the files of runs are in the storage of a browser',
  zipRun: '`shutil.make_archive` of the folder of a run',
  downloadRun: 'gives the archive of `zipRun` to the person at a browser',
  l1: '`F.l1_loss`',
  mse: '`F.mse_loss`',
  nll: '`F.nll_loss`',
  poissonNll: '`F.poisson_nll_loss`',
  hingeEmbedding: '`F.hinge_embedding_loss`',
  smoothL1: '`F.smooth_l1_loss`',
  CountedSchedule: '`torch.optim.lr_scheduler.LRScheduler`: what schedules by a count of steps are made of',
  ParameterState: '`optimizer.state[parameter]`',
  StraightThroughReLU: 'none: the ReLU of a tutorial, whose gradient passes everywhere',
  ...each(
    'losses metrics optimizers schedules',
    'none: the classes and functions by the names of experiments',
  ),
  JsonSyntaxError: '`SyntaxError` of `JSON.parse`, with a place',
  parseJsonDocument: '`JSON.parse`, with the place of each value',
  ...each('ExperimentError EventError RunError', 'none: errors of what this package reads'),
  ...each(
    'applyOverrides buildModel buildTraining builtinNames builtinSweepNames checkExperiment checkLastBatch draftExperiment ' +
      'experimentJsonSchema experimentKeys experimentSchema flatSettings isBuiltinName isBuiltinSweepName loadExperiment ' +
      'loadExperimentData loadSweep parseExperiment parseOverride problemsOf readExperimentSource runExperiment sweepJsonSchema ' +
      'variantNames',
    'none: an experiment as a document (`lightning.pytorch.cli.LightningCLI` reads such files)',
  ),
  ...each(
    'createRunFolder evaluateRun findRun folderBytes listRuns loadTrainedModel readRun readRunColumns readRunDocument ' +
      'readRunExperiment readRunNotes readRunOverview readRunSettings removableRun removeRun requestStop RunFolder runNotesSchema ' +
      'runStatuses runSummarySchema TrainedModel writeRunNotes classScores downloadRun loadRuns runsSaved zipRun',
    'none: a run as a folder',
  ),
  ...each(
    'EpochColumns EventFile EventReader RunColumns StepColumns epochGroups formatEvent heldBackName metricGoal parseEvent ' +
      'parseEvents predictionGrid readEvents runEventSchema sampleSchema samplesOfGrid',
    'none: the log of a run (`EventAccumulator` of TensorBoard reads such logs)',
  ),
};

export const ofData: Counterparts = {
  collate: '`default_collate`',
  compose: '`torchvision.transforms.Compose`',
  normalize: '`torchvision.transforms.Normalize`',
  toTensor: '`torchvision.transforms.ToTensor`',
  oneHot: '`F.one_hot` of a number',
  TransformedDataset: 'a `Dataset` with `transform=`',
  mnist: '`torchvision.datasets.MNIST`',
  fashionMnist: '`torchvision.datasets.FashionMNIST`',
  ...each('imageFolder ImageFolder', '`torchvision.datasets.ImageFolder`'),
  ...each('decodeImage readImage', '`torchvision.io.decode_image`'),
  cifar10: '`torchvision.datasets.CIFAR10`',
  cifar100: '`torchvision.datasets.CIFAR100`',
  ...each('diabetes weightHeight xor digits', 'none: a data set of the tutorials'),
  ImageSet: '`torchvision.datasets.VisionDataset`, of images in memory',
  Table: '`pandas.DataFrame`, of numbers and categories',
  ...each('csv parseCsv', '`pandas.read_csv`'),
  csvNames: 'none: the names of the columns of a CSV file',
  ...each('parseIdx encodeIdx readIdxImages', "`torchvision.datasets.mnist.read_image_file`: MNIST's format"),
  ...each('parseMnistCsv readMnistCsv', 'none: MNIST as CSV'),
  ...each('profileCsv profileCsvText profileTable', '`pandas.DataFrame.describe`'),
  ...each('tableFindings classesOf', 'none: what a profile says about a table'),
  download: '`torch.hub.download_url_to_file`',
  dataDir: '`torch.hub.get_dir`',
  ...each(
    'downloadSource findSource sourceStatus sources verifyFile',
    'none: the data sets by name, and their files',
  ),
  ...each('characterWindows TextWindows tokenWindows', 'none: pieces of a text as samples'),
  ...each('seriesWindows SeriesWindows', '`Tensor.unfold` of a series, as a `Dataset`'),
  sineWave: '`torch.sin` of a `torch.arange`',
  ReversedSequences: '`torch.randint` and its `flip`, as a `Dataset`',
  tokenize: "`torchtext.data.utils.get_tokenizer('basic_english')`",
  Vocabulary: '`torchtext.vocab.Vocab`',
  readText: "`readFile` of Node's `fs`, as UTF-8",
  setDataMirror: 'none: where a browser finds the data sets',
  ...each('gunzip inflate', "`gunzipSync` and `inflateRawSync` of Node's `zlib`"),
  isGzip: 'none: whether bytes are gzip',
  readFileBytes: "`readFile` of Node's `fs`, gzip or not",
  ...each('DataError DownloadError', 'none: errors of data and downloads'),
};

export const ofViz: Counterparts = {
  scatter: '`matplotlib.pyplot.scatter`',
  barChart: '`matplotlib.pyplot.bar`',
  histogram: '`matplotlib.pyplot.hist`',
  image: '`matplotlib.pyplot.imshow`',
  imageGrid: '`torchvision.utils.make_grid`',
  confusionMatrix: '`ConfusionMatrix.plot` of torchmetrics',
  decisionBoundary: '`sklearn.inspection.DecisionBoundaryDisplay`',
  histogramOverTime: '`SummaryWriter.add_histogram`',
  modelGraph: '`SummaryWriter.add_graph`',
  ...each('trainingCurve trainingCurves', "TensorBoard's scalars"),
  ...each('parallelCoordinates compareTable', "TensorBoard's HParams"),
  ...each('classScores gradientNorms progressDots', 'none: a chart of training'),
  ...each('exponentialMovingAverage MovingAverage', "TensorBoard's smoothing"),
  ...each('decimate downsample', 'none: fewer points of a long curve'),
  ...each('okabeIto seriesColor seriesRound themes themed', '`matplotlib.style`'),
  ...each('renderSvg renderPng', '`matplotlib.figure.Figure.savefig`'),
  ...each('renderHtml renderTerminal', 'none: a chart as a page, and as text'),
  ...each(
    'toEChartsOption shortNumber englishTexts',
    'none: charts as options of Apache ECharts, and their texts',
  ),
};
