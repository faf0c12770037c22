/** Draws the picture of a sample product; everything in it is made here. */
"use strict"

/** The colour between two, `share` of the way to the second. */
function mix(from, to, share) {
  const part = (colour, at) => Number.parseInt(colour.slice(at, at + 2), 16)
  const between = (at) => Math.round(part(from, at) + (part(to, at) - part(from, at)) * share)
  return `#${[1, 3, 5].map((at) => between(at).toString(16).padStart(2, "0")).join("")}`
}

const ellipse = (x, y, width, height, fill) => `<ellipse cx="${x}" cy="${y}" rx="${width / 2}" ry="${height / 2}" fill="${fill}"/>`
const box = (x, y, width, height, fill, round = 0) => `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${fill}"/>`

const shapes = {
  bag: ({ front, dark, light }) => [
    `<path d="M300 330v-40a100 120 0 0 1 200 0v40" fill="none" stroke="${dark}" stroke-width="18"/>`,
    `<path d="M235 320h330l30 320H205z" fill="${front}"/>`,
    ellipse(400, 475, 120, 120, light),
  ],
  mug: ({ front, dark, light }) => [
    ellipse(545, 440, 190, 210, dark),
    ellipse(545, 440, 120, 140, light),
    box(240, 280, 305, 320, front),
    ellipse(392.5, 600, 305, 80, front),
    ellipse(392.5, 280, 305, 70, dark),
  ],
  book: ({ front, dark, light }) => [
    box(250, 210, 320, 430, dark, 8),
    box(235, 200, 315, 430, front, 8),
    box(280, 200, 20, 430, dark),
    ...[0, 1, 2, 3, 4, 5, 6].flatMap((row) => [0, 1, 2, 3].map((column) => ellipse(345 + column * 45, 280 + row * 45, 11, 11, light))),
  ],
  candle: ({ front, dark }) => [
    box(270, 320, 260, 300, front),
    ellipse(400, 620, 260, 60, front),
    ellipse(400, 320, 260, 60, mix(front, "#ffffff", 0.4)),
    box(396, 270, 8, 50, dark),
    ellipse(400, 240, 45, 90, "#f2b134"),
    ellipse(400, 252, 23, 50, "#fff1c1"),
  ],
  hat: ({ front, dark }) => [
    ellipse(400, 200, 100, 100, dark),
    `<path d="M185 525a215 310 0 0 1 430 0z" fill="${front}"/>`,
    box(170, 505, 460, 120, dark, 14),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((rib) => box(192 + rib * 45, 515, 11, 100, front)),
  ],
  plant: ({ front, dark }) => [
    ellipse(310, 320, 150, 280, front),
    ellipse(490, 320, 150, 280, front),
    ellipse(400, 280, 140, 320, dark),
    `<path d="M270 450h260l-40 190H310z" fill="#b5654a"/>`,
    box(255, 430, 290, 45, "#c97b5f"),
  ],
}

function drawProduct({ shape, colours: [back, front] }) {
  const palette = { front, dark: mix(front, "#000000", 0.25), light: mix(back, "#ffffff", 0.55) }
  const drawing = [
    box(0, 0, 800, 800, back),
    ellipse(400, 400, 620, 620, palette.light),
    ellipse(400, 645, 410, 45, mix(back, "#000000", 0.12)),
    ...shapes[shape](palette),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">${drawing.join("")}</svg>\n`
}

module.exports = { drawProduct }
