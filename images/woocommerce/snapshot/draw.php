<?php
/** Draws the picture of a sample product; everything in it is made here. */

declare(strict_types=1);

/** @param array{int,int} $colours background and foreground as 0xRRGGBB */
function draw_product(string $shape, array $colours, string $file): void
{
    $size = 1600;
    $image = imagecreatetruecolor($size, $size);
    [$back, $front] = $colours;
    $light = mix($back, 0xFFFFFF, 0.55);
    $dark = mix($front, 0x000000, 0.25);
    imagefilledrectangle($image, 0, 0, $size, $size, $back);
    imagefilledellipse($image, 800, 800, 1240, 1240, $light);
    imagefilledellipse($image, 800, 1290, 820, 90, mix($back, 0x000000, 0.12));
    imagesetthickness($image, 34);
    switch ($shape) {
        case 'bag':
            for ($i = 0; $i < 34; $i++) {
                imagearc($image, 800, 640, 420 + $i, 520 + $i, 180, 360, $dark);
            }
            imagefilledpolygon($image, [470, 640, 1130, 640, 1190, 1280, 410, 1280], $front);
            imagefilledellipse($image, 800, 950, 240, 240, $light);
            break;
        case 'mug':
            imagefilledellipse($image, 1090, 880, 380, 420, $dark);
            imagefilledellipse($image, 1090, 880, 240, 280, $light);
            imagefilledrectangle($image, 480, 560, 1090, 1200, $front);
            imagefilledellipse($image, 785, 1200, 610, 160, $front);
            imagefilledellipse($image, 785, 560, 610, 140, $dark);
            break;
        case 'book':
            imagefilledrectangle($image, 500, 420, 1140, 1280, $dark);
            imagefilledrectangle($image, 470, 400, 1100, 1260, $front);
            imagefilledrectangle($image, 560, 400, 600, 1260, $dark);
            for ($y = 560; $y < 1160; $y += 90) {
                for ($x = 690; $x < 1060; $x += 90) {
                    imagefilledellipse($image, $x, $y, 22, 22, $light);
                }
            }
            break;
        case 'candle':
            imagefilledrectangle($image, 540, 640, 1060, 1240, $front);
            imagefilledellipse($image, 800, 1240, 520, 120, $front);
            imagefilledellipse($image, 800, 640, 520, 120, mix($front, 0xFFFFFF, 0.4));
            imagefilledrectangle($image, 792, 540, 808, 640, $dark);
            imagefilledellipse($image, 800, 480, 90, 180, 0xF2B134);
            imagefilledellipse($image, 800, 505, 46, 100, 0xFFF1C1);
            break;
        case 'hat':
            imagefilledellipse($image, 800, 400, 200, 200, $dark);
            imagefilledarc($image, 800, 1050, 860, 1240, 180, 360, $front, IMG_ARC_PIE);
            imagefilledrectangle($image, 340, 1010, 1260, 1250, $dark);
            for ($x = 400; $x < 1240; $x += 90) {
                imagefilledrectangle($image, $x, 1030, $x + 22, 1230, $front);
            }
            break;
        default:
            imagefilledellipse($image, 620, 640, 300, 560, $front);
            imagefilledellipse($image, 980, 640, 300, 560, $front);
            imagefilledellipse($image, 800, 560, 280, 640, $dark);
            imagefilledpolygon($image, [540, 900, 1060, 900, 980, 1280, 620, 1280], 0xB5654A);
            imagefilledrectangle($image, 510, 860, 1090, 950, 0xC97B5F);
    }
    $small = imagescale($image, 800, 800, IMG_BICUBIC);
    imagejpeg($small, $file, 82);
}

/** The colour between two, $share of the way to the second. */
function mix(int $from, int $to, float $share): int
{
    $colour = 0;
    foreach ([16, 8, 0] as $shift) {
        $a = ($from >> $shift) & 0xFF;
        $b = ($to >> $shift) & 0xFF;
        $colour |= (int) round($a + ($b - $a) * $share) << $shift;
    }
    return $colour;
}
