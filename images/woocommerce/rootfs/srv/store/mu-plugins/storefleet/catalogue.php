<?php
/** The engine `wordpress`: products one can look at, listed on /shop/. For tests and plain catalogues. */

declare(strict_types=1);

defined('ABSPATH') || exit;

add_action('init', static function (): void {
    register_post_type('product', [
        'labels' => ['name' => 'Shop', 'singular_name' => 'Product', 'add_new_item' => 'Add product', 'edit_item' => 'Edit product'],
        'public' => true,
        'has_archive' => 'shop',
        'rewrite' => ['slug' => 'product', 'with_front' => false],
        'menu_icon' => 'dashicons-cart',
        'supports' => ['title', 'editor', 'excerpt', 'thumbnail', 'custom-fields'],
        'show_in_rest' => true,
    ]);
    register_post_meta('product', '_price', ['type' => 'string', 'single' => true, 'show_in_rest' => false]);
    add_shortcode('products', 'storefleet_product_list');
});

function storefleet_price(int $product): string
{
    $price = (string) get_post_meta($product, '_price', true);
    return is_numeric($price) ? '$' . number_format((float) $price, 2) : '';
}

/** The price stands above a product's description, and in lists below its title. */
add_filter('the_content', static function (string $content): string {
    $price = get_post_type() === 'product' ? storefleet_price((int) get_the_ID()) : '';
    return $price === '' ? $content : '<p class="price"><strong>' . esc_html($price) . '</strong></p>' . $content;
}, 5);

/** @param array<string,mixed>|string $attributes */
function storefleet_product_list($attributes): string
{
    $attributes = shortcode_atts(['limit' => 12], $attributes);
    $html = '';
    foreach (get_posts(['post_type' => 'product', 'numberposts' => (int) $attributes['limit'], 'orderby' => 'menu_order', 'order' => 'ASC']) as $post) {
        $html .= sprintf(
            '<li style="list-style:none"><a href="%s">%s<br>%s</a> <strong>%s</strong></li>',
            esc_url((string) get_permalink($post)),
            get_the_post_thumbnail($post, 'medium'),
            esc_html(get_the_title($post)),
            esc_html(storefleet_price($post->ID))
        );
    }
    return '<ul class="products" style="display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:2rem;padding:0">' . $html . '</ul>';
}
