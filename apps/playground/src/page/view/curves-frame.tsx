import { useEffect, useRef } from 'preact/hooks';
import { useMessages, usePlayground } from './context.ts';

/** The dashboard, in a frame of its own; this page is its host. It is loaded when there is a run. */
export function CurvesFrame() {
  const playground = usePlayground();
  const t = useMessages();
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const listener = ({ data, source, origin }: MessageEvent) => {
      if (source === frame.current?.contentWindow && origin === location.origin)
        playground.runs.receive(data);
    };
    addEventListener('message', listener);
    return () => removeEventListener('message', listener);
  }, [playground]);
  return (
    <div class="curves">
      {playground.runs.hasRuns.value ? (
        <iframe
          id="dashboard"
          title={t.curves}
          src={`dashboard/index.html?language=${playground.language.value}`}
          ref={frame}
        />
      ) : (
        <p class="empty">{t.noCurves}</p>
      )}
    </div>
  );
}
