import { useDashboard, useMessages } from './context.ts';

/** What went wrong, until it is dismissed; and that the host is out of reach. */
export function Notice() {
  const { problem, isConnected, store } = useDashboard();
  const t = useMessages();
  const isLost = !isConnected.value && store.snapshot.value !== undefined;
  return (
    <div class="notices" role="alert">
      {isLost && <p class="notice">{t.connection.lost}</p>}
      {problem.value !== undefined && (
        <p class="notice">
          <span>
            {t.connection.problem}: {problem.value}
          </span>
          <button
            type="button"
            onClick={() => {
              problem.value = undefined;
            }}
          >
            {t.connection.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}
