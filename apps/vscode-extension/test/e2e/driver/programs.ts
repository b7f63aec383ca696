/** What `scripts/test-vscode.mjs` has found. */
const variables = {
  node: 'KINDLING_VSCODE_NODE',
  codeServer: 'KINDLING_CODE_SERVER',
  chromium: 'KINDLING_CHROMIUM',
} as const;

/** The path of a program that the tests drive. */
export function program(name: keyof typeof variables): string {
  const path = process.env[variables[name]];
  if (path === undefined) {
    throw new Error(`expected the variable ${variables[name]}: start with npm run test:vscode`);
  }
  return path;
}
