/** Layers of a stack, at most: each is made when the stack is. */
export const MAX_LAYERS = 1000;
