import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Messages } from '../messages/messages.ts';
import type { Playground } from '../playground.ts';

export const PlaygroundContext = createContext<Playground | undefined>(undefined);

export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext);
  if (playground === undefined) throw new Error('expected a playground around the component');
  return playground;
}

/** The texts of the chosen language. */
export const useMessages = (): Messages => usePlayground().messages.value;
