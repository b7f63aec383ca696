/** What a file must hold: for a gzip stream what it unzips to, since mirrors compress the same file differently. */
export interface Content {
  /** Length in bytes. */
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  /**
   * Whether the checksum is that of the gzip stream itself, where no other was published. A file that lies there unzipped is then known by
   * its length alone. Default false.
   */
  readonly isPacked?: boolean;
  /** Whether length and checksum are those of the file as it is, gzip or not: an archive of several files. Default false. */
  readonly isArchive?: boolean;
}

/** A file of a dataset: where it lies below the data folder, where it can be had, and what it must hold. */
export interface RemoteFile extends Content {
  /** Path below the data folder, with `/` between names. */
  readonly path: string;
  /** Addresses, tried in this order. */
  readonly urls: readonly string[];
  /** Other paths below the data folder where the same data may lie in another form. */
  readonly alternatives?: readonly string[];
}
