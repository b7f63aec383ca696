import type { ComponentChildren } from 'preact';

/** A part of the page that scrolls by itself: the keyboard reaches it. */
export function ScrollRegion({
  label,
  class: name,
  children,
}: {
  label: string;
  class: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be focusable
    <section class={name} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
