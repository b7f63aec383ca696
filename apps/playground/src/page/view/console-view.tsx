import { useLayoutEffect, useRef } from 'preact/hooks';
import { useMessages, usePlayground } from './context.ts';

/** Nearer to the end than this, the console goes on to show its newest line. */
const NEAR_END = 40;

export function ConsoleView() {
  const playground = usePlayground();
  const t = useMessages();
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const { messages, leftOut } = playground.console.value;
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [messages]);
  return (
    <section class="console" aria-labelledby="console-title">
      <div class="head">
        <h2 id="console-title">{t.console}</h2>
        <button type="button" disabled={messages.length === 0} onClick={() => playground.clearConsole()}>
          {t.clearConsole}
        </button>
      </div>
      <div
        class="lines"
        role="log"
        aria-labelledby="console-title"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be focusable
        tabIndex={0}
        ref={list}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {messages.length === 0 && <p class="empty">{t.consoleEmpty}</p>}
        {leftOut > 0 && <p class="empty">{t.leftOut(leftOut)}</p>}
        {messages.map(({ id, level, text, line }) => (
          <div key={id} class={`message ${level}`}>
            <pre>{text}</pre>
            {line !== undefined && (
              <button
                type="button"
                class="link"
                onClick={() => {
                  playground.wantedLine.value = { line };
                }}
              >
                {t.line(line)}
              </button>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
