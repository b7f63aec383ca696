import { compilerInstallation, compilerNames, findCompiler } from '../../compiler.ts';
import type { Finding } from './finding.ts';

/** The C++ compiler that the native engine and the binding of TensorFlow.js can be built with. */
export function compilerFinding(env = process.env): Finding {
  const check = 'C++ compiler';
  const compiler = findCompiler(env);
  if (compiler !== undefined) return { check, state: 'ok', found: `${compiler.name}: ${compiler.version}` };
  return {
    check,
    state: 'missing',
    found: `not found (${compilerNames(env).join(', ')})`,
    advice: `install one to build the native engine, ${compilerInstallation()}`,
  };
}
