// For the command line; not part of the public interface, and Node.js' alone.
export { checkImageSize } from './image/image-size.ts';
export { type PngSamples, pngSamples } from './image/png-samples.ts';
