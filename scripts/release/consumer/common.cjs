// A CommonJS program: require loads ES modules from Node.js 20.19 on.
const { tensor } = require('@kindling/core');

console.log(tensor([1, 2]).sum().item());
