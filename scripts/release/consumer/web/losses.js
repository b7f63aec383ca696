// The same in a runtime without a page.
import { xorLosses } from './src/xor-losses.js';

console.log(JSON.stringify(await xorLosses()));
