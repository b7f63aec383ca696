import { MAX_REPORT, type PageMessage } from '../protocol.ts';

/** A page reports no more: what goes wrong once often goes wrong again. */
const MAX_REPORTS = 20;

/** Reports to the host what goes wrong in the page: what its policy forbids, and errors that nothing has caught. */
export function reportProblems(post: (message: PageMessage) => void, target: EventTarget = globalThis): void {
  let reports = 0;
  const report = (problem: string): void => {
    if (++reports <= MAX_REPORTS) post({ type: 'report', problem: problem.slice(0, MAX_REPORT) });
  };
  target.addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event as SecurityPolicyViolationEvent;
    report(
      `policy ${effectiveDirective} forbids ${blockedURI || 'inline'} (${sourceFile || 'page'}:${lineNumber})`,
    );
  });
  target.addEventListener('error', (event) => {
    const { message, filename, lineno } = event as ErrorEvent;
    report(`${message || 'error'} (${filename || 'page'}:${lineno})`);
  });
  target.addEventListener('unhandledrejection', (event) => {
    const { reason } = event as PromiseRejectionEvent;
    report(
      `unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
}
