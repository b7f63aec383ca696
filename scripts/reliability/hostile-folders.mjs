export const title = 'x';
export const run = () => {};
