/** A name of a package, or a member of a type. */
export interface ApiEntry {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'constant' | 'namespace' | 'type' | 'method' | 'property';
  /** As TypeScript writes it, without the name's surroundings: `(a: Tensor): Tensor`. */
  readonly signature: string;
  /** The first paragraph of its description. */
  readonly doc: string;
  /** The type of the value, or of what a call returns, where it is one of `types`. */
  readonly type?: string;
}

/** What programs can import and call; made of the packages' declarations by the build. */
export interface ApiIndex {
  /** By the name of the package. */
  readonly packages: Readonly<Record<string, readonly ApiEntry[]>>;
  /** Members by the name of the type; a namespace such as `nn` is one. */
  readonly types: Readonly<Record<string, readonly ApiEntry[]>>;
}
