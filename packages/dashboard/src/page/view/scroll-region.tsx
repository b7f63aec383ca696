import type { ComponentChildren, RefObject } from 'preact';

/** A part of the page that scrolls by itself: the keyboard reaches it. */
export function ScrollRegion({
  label,
  class: name,
  scroller,
  children,
}: {
  label: string;
  class: string;
  scroller?: RefObject<HTMLElement | null>;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be focusable
    <section class={name} aria-label={label} tabIndex={0} ref={scroller ?? null}>
      {children}
    </section>
  );
}
