import type { Messages } from './messages.ts';

export const english: Messages = {
  languageName: 'English',
  language: 'Language',
  title: 'Kindling Playground',
  tutorials: {
    autograd: '1 · Gradients, and digits one by one',
    digits: '2 · Digits in batches',
    diabetes: '3 · Diabetes, wide and deep',
    weightHeight: '4 · Weight and height',
    xor: '5 · XOR',
  },
  programs: {
    autograd: {
      title: 'Automatic differentiation',
      about:
        'Three small derivatives, computed by backward(). Change a formula and compare with pencil and paper.',
    },
    'digits-single': {
      title: 'A digit classifier, one image a step',
      about:
        'The classifier of the tutorial sees one image a step. Then draw a digit yourself. Try bce for mse, LeakyReLU, Adam or a LayerNorm.',
    },
    digits: {
      title: 'Handwritten digits in batches',
      about:
        'Trains on digits that a pen draws from a seed, so nothing is downloaded. Then draw one yourself: it is classified while you draw.',
    },
    diabetes: {
      title: 'Diabetes: three layers, then ten',
      about:
        'A small classifier, then the homework: with ten layers of sigmoids the gradient vanishes on its way down. The data is downloaded once.',
    },
    'weight-height-by-hand': {
      title: 'Weight and height by hand',
      about:
        'The chain rule written out, in float64 with NumPy’s generator; then autograd shows where the published gradient is wrong. The data is downloaded once.',
    },
    'weight-height': {
      title: 'Weight and height with autograd',
      about:
        'Three layers learn height from weight; the last chart compares what they predict with what was measured. The data is downloaded once.',
    },
    'xor-by-hand': {
      title: 'XOR by hand',
      about: 'Forward pass, loss, chain rule and update in plain tensor operations, without autograd.',
    },
    xor: {
      title: 'XOR with modules',
      about:
        'Two hidden units are enough, and the plane between the four points becomes visible: see the tab Decision boundary.',
    },
    'xor-wide-deep': {
      title: 'XOR, wide and deep',
      about: 'Three hidden layers of ten. Compare its curve with that of the small network.',
    },
  },
  program: 'Program',
  shared: {
    title: 'From a link',
    about:
      'This program came with the address of the page. Read it before you run it: it may do what this page may do.',
  },
  run: 'Run',
  runKeys: 'Ctrl+Enter runs the program',
  stop: 'Stop',
  reset: 'Reset',
  share: 'Share',
  shareCopied: 'The link is copied.',
  shareShown: 'The link is in the address bar.',
  status: {
    loading: 'Loading…',
    ready: (engine) => `Ready · ${engine} engine`,
    running: 'Running…',
    finished: (seconds) => `Finished after ${seconds} s`,
    stopped: 'Stopped',
    failed: 'Failed',
    notLoaded: (reason) => `The packages could not be loaded: ${reason}`,
  },
  editor: 'Program text',
  editorKeys: 'Tab indents. To leave the editor press Escape, then Tab. Ctrl+Enter runs the program.',
  console: 'Console',
  consoleEmpty: 'What the program prints appears here.',
  clearConsole: 'Clear',
  leftOut: (count) => `${count} earlier messages are left out`,
  line: (line) => `line ${line}`,
  curves: 'Curves',
  noCurves: 'Curves of runs appear here: of programs that log with createRun.',
  drawing: {
    title: 'Draw a digit',
    pad: 'Pad to draw on',
    hint: 'Draw with the mouse, a finger or the keyboard.',
    wait: 'Run the program first: then it classifies what you draw.',
    keys: 'Arrow keys move the pen, Space lowers and lifts it, Delete clears the pad.',
    clear: 'Clear',
    seen: 'What the network sees',
    scores: 'Scores',
    result: (digit) => `It looks like ${digit}`,
  },
};
