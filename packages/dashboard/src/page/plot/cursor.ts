/** A place on the x axis that all panels mark. */
export interface Cursor {
  /** The panel that it was set in, which shows the values there. */
  readonly panel: string;
  /** In the units of the axis. */
  readonly x: number;
  /** Pixel across the panel at which the pointer is; curves near it come first. */
  readonly pointerY: number | undefined;
}
