// What programs import as `@kindling/playground`.
export { type DrawingHandler, type DrawingScores, onDrawing } from './drawings.ts';
