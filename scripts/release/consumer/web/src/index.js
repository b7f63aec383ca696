// A page that trains and shows the numbers, or why it could not.
import { xorLosses } from './xor-losses.js';

const output = document.querySelector('output');
xorLosses().then(
  (numbers) => {
    output.textContent = JSON.stringify(numbers);
  },
  (error) => {
    output.textContent = JSON.stringify({ error: String(error) });
  },
);
