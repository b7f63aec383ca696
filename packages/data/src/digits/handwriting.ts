import { type Canvas, SIDE } from './canvas.ts';
import { type Glyph, glyphs, type Point } from './glyphs.ts';
import type { Random } from './random.ts';

/** How much one digit differs from another of its kind; standard deviations, in parts of the glyph's box. */
const SHAKE = 0.038;

/** The box that the ink is fitted into, in pixels, as MNIST's. */
const BOX = 20;

/** Draws one digit on a clear canvas, as no one has written it before. */
export function writeDigit(canvas: Canvas, digit: number, random: Random): void {
  const ways = glyphs[digit]!;
  const curves = fit(sway(trace(ways[random.pick(ways.length)]!, random), random), random);
  const radius = random.between(0.75, 1.7);
  const softness = random.between(0.45, 0.75);
  const fade = random.between(-0.25, 0.25);
  for (const curve of curves) {
    for (let i = 1; i < curve.length; i++) {
      const [from, to] = [curve[i - 1]!, curve[i]!];
      // The pen is pressed harder at one end than at the other.
      const pressure = 1 + fade * (i / curve.length - 0.5);
      canvas.line(from.x, from.y, to.x, to.y, radius * pressure, softness);
    }
  }
}

type Curve = readonly Point[];

/** The glyph's curves as points close to each other, every point of the glyph moved a little. */
function trace(glyph: Glyph, random: Random): readonly Curve[] {
  return glyph.flatMap((stroke) => {
    const moved = new Map<Point, Point>();
    const move = (point: Point): Point => {
      const seen = moved.get(point);
      if (seen) return seen;
      const result = { x: point.x + random.around(SHAKE), y: point.y + random.around(SHAKE) };
      moved.set(point, result);
      return result;
    };
    return stroke.map((curve) => smooth(curve.map(move)));
  });
}

/** Points on the Catmull–Rom spline through the given ones. */
function smooth(points: Curve): Curve {
  const result: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const [p1, p2] = [points[i]!, points[i + 1]!];
    const p0 = points[i - 1] ?? p1;
    const p3 = points[i + 2] ?? p2;
    const pieces = 2 + Math.floor(8 * (Math.abs(p2.x - p1.x) + Math.abs(p2.y - p1.y)));
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      result.push({
        x: spline(p0.x, p1.x, p2.x, p3.x, t),
        y: spline(p0.y, p1.y, p2.y, p3.y, t),
      });
    }
  }
  return result;
}

const spline = (p0: number, p1: number, p2: number, p3: number, t: number): number =>
  p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));

/** Width, slant, rotation and bend of the whole digit. */
function sway(curves: readonly Curve[], random: Random): readonly Curve[] {
  const width = random.between(0.5, 0.95);
  const slant = random.between(-0.15, 0.5);
  const [bendX, bendY, tilt] = [random.around(0.15), random.around(0.15), random.around(0.14)];
  // cos and sin of a small angle with tangent of its half h, without trigonometry, which differs between platforms.
  const h = random.around(0.06);
  const cos = (1 - h * h) / (1 + h * h);
  const sin = (2 * h) / (1 + h * h);
  const place = (point: Point): Point => {
    const u = point.x - 0.5;
    const v = point.y - 0.5;
    const x = width * (u * (1 + tilt * v) + bendX * (v * v - 0.1)) - slant * v;
    const y = v + bendY * (u * u - 0.1);
    return { x: cos * x - sin * y, y: sin * x + cos * y };
  };
  return curves.map((curve) => curve.map(place));
}

/** Scales the digit into the box and puts its center of mass near the middle of the sheet. */
function fit(curves: readonly Curve[], random: Random): readonly Curve[] {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let [length, sumX, sumY] = [0, 0, 0];
  for (const curve of curves) {
    for (const [i, to] of curve.entries()) {
      left = Math.min(left, to.x);
      right = Math.max(right, to.x);
      top = Math.min(top, to.y);
      bottom = Math.max(bottom, to.y);
      const from = curve[i - 1] ?? to;
      const piece = Math.sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
      length += piece;
      sumX += (piece * (from.x + to.x)) / 2;
      sumY += (piece * (from.y + to.y)) / 2;
    }
  }
  const scale = (random.between(0.8, 1) * (BOX - 2)) / Math.max(right - left, bottom - top);
  const middle = (SIDE - 1) / 2;
  const shiftX = middle + random.around(0.6) - (scale * sumX) / length;
  const shiftY = middle + random.around(0.6) - (scale * sumY) / length;
  return curves.map((curve) => curve.map(({ x, y }) => ({ x: scale * x + shiftX, y: scale * y + shiftY })));
}
