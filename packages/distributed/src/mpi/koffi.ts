/** What is used of koffi. */
export type Koffi = Pick<typeof import('koffi'), 'load' | 'address'>;
export type LibraryHandle = ReturnType<Koffi['load']>;
