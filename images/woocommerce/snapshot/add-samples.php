<?php
/** Adds the sample products with their pictures, and the home page. */

declare(strict_types=1);

require __DIR__ . '/load.php';
require __DIR__ . '/draw.php';
require_once ABSPATH . 'wp-admin/includes/image.php';

$shop = class_exists('WooCommerce');
foreach (require __DIR__ . '/samples.php' as $position => [$name, $slug, $price, $text, $shape, $colours]) {
    $file = wp_upload_dir()['basedir'] . "/$slug.jpg";
    draw_product($shape, $colours, $file);
    $picture = wp_insert_attachment(['post_title' => $name, 'post_mime_type' => 'image/jpeg', 'post_status' => 'inherit'], $file, 0, true);
    update_post_meta($picture, '_wp_attachment_image_alt', $name);
    wp_update_attachment_metadata($picture, wp_generate_attachment_metadata($picture, $file));
    if ($shop) {
        $product = new WC_Product_Simple();
        $product->set_name($name);
        $product->set_slug($slug);
        $product->set_regular_price($price);
        $product->set_description($text);
        $product->set_short_description($text);
        $product->set_image_id($picture);
        $product->set_menu_order($position);
        $product->set_featured($position < 3);
        $id = $product->save();
    } else {
        $id = wp_insert_post(['post_type' => 'product', 'post_status' => 'publish', 'post_title' => $name, 'post_name' => $slug, 'post_content' => "<!-- wp:paragraph --><p>$text</p><!-- /wp:paragraph -->", 'post_excerpt' => $text, 'menu_order' => $position]);
        update_post_meta($id, '_price', $price);
        set_post_thumbnail($id, $picture);
    }
    update_post_meta($id, '_storefleet_sample', '1');
    update_post_meta($picture, '_storefleet_sample', '1');
}

$home = wp_insert_post([
    'post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Welcome', 'post_name' => 'home',
    'post_content' => "<!-- wp:paragraph --><p>New in the shop:</p><!-- /wp:paragraph -->\n"
        . "<!-- wp:shortcode -->[products limit=\"6\"]<!-- /wp:shortcode -->\n"
        . '<!-- wp:buttons --><div class="wp-block-buttons"><!-- wp:button --><div class="wp-block-button">'
        . '<a class="wp-block-button__link wp-element-button" href="/shop/">See everything</a></div><!-- /wp:button --></div><!-- /wp:buttons -->',
]);
update_option('show_on_front', 'page');
update_option('page_on_front', $home);
flush_rewrite_rules(false);
echo wp_count_posts('product')->publish, " sample products\n";
