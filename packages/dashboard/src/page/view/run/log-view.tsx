import { samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { StateMark } from '../state-mark.tsx';
import type { RunViewProps } from './run-tab.tsx';

const maxTexts = 500;

/** How the run stands, what its log has that cannot be read, and the texts that it logged, the newest first. */
export function LogView({ row, data }: RunViewProps) {
  const t = useMessages();
  const { skipped, unknown, problem } = data.log;
  const texts = samplesOf(data.samples, 'text').slice(-maxTexts).reverse();
  return (
    <section class="sample log">
      <p>
        <StateMark state={row.state} withText />
        {row.reason && `: ${row.reason}`}
      </p>
      <h2>{t.run.problems}</h2>
      {skipped + unknown === 0 ? (
        <p>{t.run.noProblems}</p>
      ) : (
        <ul>
          {skipped > 0 && <li>{t.run.skipped(skipped)}</li>}
          {unknown > 0 && <li>{t.run.unknown(unknown)}</li>}
          {problem !== undefined && (
            <li>
              <code>{problem}</code>
            </li>
          )}
        </ul>
      )}
      <h2>{t.run.texts}</h2>
      {texts.length === 0 && <p>{t.run.noTexts}</p>}
      <ol class="texts">
        {texts.map(({ name, step, text }, index) => (
          <li key={texts.length - index}>
            <span class="place">
              {t.run.step(step)} · {name}
            </span>
            <pre>{text}</pre>
          </li>
        ))}
      </ol>
    </section>
  );
}
