<?php
/** The sample products: name, slug, price, description, shape and colours of the picture. */

declare(strict_types=1);

return [
    ['Canvas Tote Bag', 'canvas-tote-bag', '24.00', 'A sturdy cotton bag with long handles, for the market and everything after it.', 'bag', [0xE8DCC4, 0x8A6F4D]],
    ['Stoneware Mug', 'stoneware-mug', '18.00', 'Holds 350 ml, keeps it warm, and survives the dishwasher.', 'mug', [0xCFE3E2, 0x2F6F73]],
    ['Dotted Notebook', 'dotted-notebook', '12.50', '160 pages of thick dotted paper, bound so that it lies flat.', 'book', [0xF3D9D2, 0xB5533C]],
    ['Soy Candle', 'soy-candle', '21.00', 'Soy wax with cedar and orange; burns for about forty hours.', 'candle', [0xFBEBC8, 0xC98A1B]],
    ['Knitted Beanie', 'knitted-beanie', '29.00', 'Merino wool in a rib that stretches and does not itch.', 'hat', [0xDCD8EC, 0x51478C]],
    ['Desk Plant', 'desk-plant', '16.00', 'An easy companion that forgives a week without water.', 'plant', [0xDDEBD5, 0x3F7D3A]],
];
