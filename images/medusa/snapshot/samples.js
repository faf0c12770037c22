/** The sample products: name, slug, price in euro and dollars, description, shape and colours of the picture. */
"use strict"

module.exports = [
  ["Canvas Tote Bag", "canvas-tote-bag", 24, 26, "A sturdy cotton bag with long handles, for the market and everything after it.", "bag", ["#e8dcc4", "#8a6f4d"]],
  ["Stoneware Mug", "stoneware-mug", 18, 20, "Holds 350 ml, keeps it warm, and survives the dishwasher.", "mug", ["#cfe3e2", "#2f6f73"]],
  ["Dotted Notebook", "dotted-notebook", 12.5, 14, "160 pages of thick dotted paper, bound so that it lies flat.", "book", ["#f3d9d2", "#b5533c"]],
  ["Soy Candle", "soy-candle", 21, 23, "Soy wax with cedar and orange; burns for about forty hours.", "candle", ["#fbebc8", "#c98a1b"]],
  ["Knitted Beanie", "knitted-beanie", 29, 32, "Merino wool in a rib that stretches and does not itch.", "hat", ["#dcd8ec", "#51478c"]],
  ["Desk Plant", "desk-plant", 16, 18, "An easy companion that forgives a week without water.", "plant", ["#ddebd5", "#3f7d3a"]],
].map(([title, slug, eur, usd, description, shape, colours]) => ({ title, slug, eur, usd, description, shape, colours }))
