// Where the names go: beside their dots, none on another or on a dot.
const GAP = 3;
const SIDES = [
  [1, 0, 0, -0.5], [-1, 0, -1, -0.5], [0, -1, -0.5, -1], [0, 1, -0.5, 0],
  [0.75, -0.75, 0, -0.9], [0.75, 0.75, 0, -0.1], [-0.75, -0.75, -1, -0.9], [-0.75, 0.75, -1, -0.1],
];

// `wanted` is in order of importance: {x, y, size, width}. Returns [wish, left, top] …
export function placeLabels(wanted, { dots, taken, height, width, most }) {
  const boxes = [...taken];
  const placed = [];
  for (const wish of wanted) {
    if (placed.length >= most) break;
    const sides = SIDES.map((side) => boxAt(wish, side, height)).filter((box) =>
      box.left >= 2 && box.top >= 2 && box.right <= width - 2 && box.bottom <= width - 2
      && !boxes.some((other) => meets(box, other)));
    const hidden = (box) => dots.filter((dot) => dot !== wish.dot && covers(box, dot)).length;
    // A name that must be there may lie on dots if it cannot be helped: on as few as can be.
    const found = sides.find((box) => !hidden(box)) ?? (wish.must ? fewest(sides, hidden) : undefined);
    if (!found) continue;
    boxes.push(found);
    placed.push([wish, found.left, found.top]);
  }
  return placed;
}

const fewest = (sides, hidden) =>
  sides.reduce((best, box) => (hidden(box) < hidden(best) ? box : best), sides[0]);

function boxAt(wish, [across, down, left, top], height) {
  const step = wish.size + GAP;
  const x = wish.x + across * step + left * wish.width;
  const y = wish.y + down * step + top * height;
  return { left: x, top: y, right: x + wish.width, bottom: y + height };
}

const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function covers(box, { x, y, size }) {
  const [nearX, nearY] = [Math.max(box.left, Math.min(x, box.right)), Math.max(box.top, Math.min(y, box.bottom))];
  return Math.hypot(nearX - x, nearY - y) < size;
}
