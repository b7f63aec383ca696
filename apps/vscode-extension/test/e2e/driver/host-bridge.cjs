// What an extension host runs as its tests: it evaluates functions that come over a socket, until the socket is closed. Each line is a
// request: the text of a function and its argument.
const { createServer } = require('node:net');
const vscode = require('vscode');

async function answer(line) {
  const { id, code, argument } = JSON.parse(line);
  try {
    const evaluated = new Function(
      'vscode',
      'require',
      'argument',
      `return (${code})(vscode, argument, require)`,
    );
    return { id, value: await evaluated(vscode, require, argument) };
  } catch (error) {
    return { id, error: String(error?.stack ?? error) };
  }
}

exports.run = () =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      let rest = '';
      socket.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) answer(line).then((result) => socket.write(`${JSON.stringify(result)}\n`));
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        server.close();
        resolve();
      });
    });
    server.on('error', reject);
    server.listen(process.env.KINDLING_BRIDGE);
  });
