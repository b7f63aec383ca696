import { MAX_REPORT, type PageMessage } from '../protocol.ts';

/** A page reports no more: one failure often repeats. */
const MAX_REPORTS = 20;

/** Reports failures of the page to the host: violations of its policy and uncaught errors. */
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
